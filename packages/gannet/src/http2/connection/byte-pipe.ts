/** Carries the bytes of one connection: a socket, or two ends in memory. Given to the connection by its owner. */
export interface BytePipe {
  /**
   * Sends the first `length` bytes. True when the bytes are no longer needed and may be written over.
   *
   * @param onFree may be called where this is false, once they may be
   */
  write(segment: Uint8Array, length: number, onFree?: (segment: Uint8Array) => void): boolean;
  /** Sends bytes that nobody will change any more. */
  writeOwned(bytes: Uint8Array): void;
  /** Asks for a call of the connection's `flush` soon: at the end of this turn of the event loop. */
  requestFlush(): void;
  /** Whether more is waiting to leave than is good. The connection's `onDrain` is called when that is over. */
  readonly congested: boolean;
  /** Ends the connection once what was written has left. */
  end(): void;
  /** Ends the connection now. */
  destroy(): void;
}
