/** A message of 64 KiB fits, and a connection that is idle keeps no more. */
const MAX_KEPT_BYTES = 128 * 1024;
const NOTHING = new Uint8Array(0);

/** Keeps the buffer that the last message in pieces of a connection was put together in, for the next one. */
export class SpareBuffer {
  #bytes: Uint8Array | undefined;

  /** One of whatever length, empty where there is none. Its bytes are what was there before. */
  take(): Uint8Array {
    const bytes = this.#bytes ?? NOTHING;
    this.#bytes = undefined;
    return bytes;
  }

  /** Takes one that nobody reads any more. */
  give(bytes: Uint8Array): void {
    if (bytes.length <= MAX_KEPT_BYTES && bytes.length > (this.#bytes?.length ?? 0)) this.#bytes = bytes;
  }
}
