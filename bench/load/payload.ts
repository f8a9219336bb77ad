/** The call that is measured: `{ message, n, payload }` of echo.proto with 20 bytes of payload. */
export const PAYLOAD_BYTES = 20;

/** Not empty: an encoder may write an empty string or leave it out, and replies are compared byte by byte. */
export const MESSAGE = "bench";

/** Bytes that tell whether they came back as they were. */
export function createPayload(bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, index) => index & 0xff);
}
