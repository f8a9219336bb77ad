import { frames, type HeaderFields } from "../../../testing/index.ts";

/** What a request has to have. */
export const REQUEST: HeaderFields = [
  [":method", "POST"],
  [":scheme", "http"],
  [":path", "/"],
];
export const requestBlock: Uint8Array = frames.block(...REQUEST);
export const responseBlock: Uint8Array = frames.block([":status", "200"]);
