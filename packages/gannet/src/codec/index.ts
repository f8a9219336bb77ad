/** Messages to bytes, in place, and back. Start with codec.ts. */
export type { Codec } from "./codec.ts";
export { CodecCache } from "./codec-cache.ts";
