/** What a connection begins with: most never fill it. */
const FIRST_BYTES = 16 * 1024;
/** A read that fills the buffer asks for one of so many times its size, as each read is a call into the kernel and back. */
const GROWTH = 4;
/** As much as Node reads at a time. With four times as much, all small messages of a read wait for their reader longer than
 * the processor's cache holds them: a sixth more for each (`bench -- stream`, clients of 20 B). */
const MOST_BYTES = 64 * 1024;

/**
 * Lets all reads of a socket go into one buffer. Without, Node makes one of 64 KiB for each; that, and having them
 * collected, was nearly half of what a client spent on large messages (`bench -- stream`, clients of 64 KiB: 120 µs, 70 with this).
 *
 * Only sockets that we open can have it: to those that a server accepts Node gives no such choice.
 */
export class SocketReads {
  #bytes: Uint8Array = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #onChunk: ((chunk: Uint8Array) => void) | undefined;
  /** What came before somebody listened. */
  #early: Uint8Array | undefined;

  /** Where the next read goes: Node asks before the first one, and behind each. */
  readonly buffer = (): Uint8Array => this.#bytes;

  /** What was read, into the buffer that was given last. False: do not go on. */
  readonly callback = (byteLength: number, bytes: Uint8Array): boolean => {
    if (byteLength === bytes.length && byteLength < MOST_BYTES) {
      this.#bytes = Buffer.allocUnsafeSlow(byteLength * GROWTH);
    }
    const chunk = byteLength === bytes.length ? bytes : bytes.subarray(0, byteLength);
    if (this.#onChunk === undefined) {
      this.#early = this.#early === undefined ? new Uint8Array(chunk) : Buffer.concat([this.#early, chunk]);
      return false;
    }
    this.#onChunk(chunk);
    return true;
  };

  /** Nobody listens for now. Whoever does next gets `bytes` first, and what has come meanwhile. */
  put(bytes: Uint8Array): void {
    this.#onChunk = undefined;
    this.#early = bytes.length === 0 ? undefined : new Uint8Array(bytes);
  }

  /** From now on what is read goes there, valid during the call only. The socket is to be resumed behind it. */
  listen(onChunk: (chunk: Uint8Array) => void): void {
    this.#onChunk = onChunk;
    const early = this.#early;
    this.#early = undefined;
    if (early !== undefined) onChunk(early);
  }
}
