/** Messages to bytes and back. Start with codec.ts. */
export { type Codec, CodecCache } from "./codec.ts";
