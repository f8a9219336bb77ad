/** Codecs that look every field up as they go, where source text may not be evaluated. Start with interpret-type.ts. */
export { interpretType } from "./interpret-type.ts";
export { bigintOf, bytesOf } from "./scalar.ts";
