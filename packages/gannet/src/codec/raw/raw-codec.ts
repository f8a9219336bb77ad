import type { Codec } from "../codec.ts";

/** Messages that are bytes go as they are. What comes is a copy, as what it came in is read into again. */
export const RAW_CODEC: Codec = {
  kind: "interpreted",

  maxBytes(message) {
    if (message instanceof Uint8Array) return message.length;
    const what = message === null ? "null" : typeof message;
    throw new TypeError(`expected bytes (a Uint8Array), as the method is a raw one, got ${what}`);
  },

  encodeInto(message, out, offset) {
    out.set(message as Uint8Array, offset);
    return offset + (message as Uint8Array).length;
  },

  decode: (bytes, start, end) => new Uint8Array(bytes.subarray(start, end)),
};
