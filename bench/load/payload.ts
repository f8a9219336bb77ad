/** The call that is measured: `{ message, n, payload }` of echo.proto with 20 bytes of payload. */
export const PAYLOAD_BYTES = 20;

/** Bytes that tell whether they came back as they were. */
export function createPayload(bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, index) => index & 0xff);
}
