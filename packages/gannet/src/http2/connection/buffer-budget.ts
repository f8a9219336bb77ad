/** What keeps bytes that came and were not consumed: a connection. */
export interface BufferHolder {
  /** How many bytes it keeps now. */
  readonly heldBytes: number;
  /** How many the budget was told. Written by the budget. */
  reportedBytes: number;
  /** Ends what keeps most of it. False where there is nothing. */
  endLargest(message: string, violation: string): boolean;
}

/**
 * Bounds what many connections keep together of what came and was not consumed. Each has a limit of its own, within which
 * it slows its peer down; a thousand of them would still be too much. Where that is so, the connection that keeps most
 * loses the stream that keeps most, until there is room: who keeps little is left alone.
 */
export class BufferBudget {
  readonly #maxBytes: number;
  readonly #holders = new Set<BufferHolder>();
  #heldBytes = 0;
  #isMakingRoom = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** How many bytes are kept, as far as holders have told. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** A holder keeps more or less than it did. It need not tell each time that it keeps less. */
  onChange(holder: BufferHolder): void {
    this.#update(holder);
    if (this.#heldBytes > this.#maxBytes && !this.#isMakingRoom) this.#makeRoom();
  }

  #update(holder: BufferHolder): void {
    const { heldBytes } = holder;
    this.#heldBytes += heldBytes - holder.reportedBytes;
    holder.reportedBytes = heldBytes;
    if (heldBytes > 0) this.#holders.add(holder);
    else this.#holders.delete(holder);
  }

  #makeRoom(): void {
    this.#isMakingRoom = true;
    const message = `${this.#maxBytes} bytes of requests are kept on all connections`;
    try {
      for (const holder of this.#holders) this.#update(holder);
      while (this.#heldBytes > this.#maxBytes) {
        const largest = this.#findLargest();
        if (largest?.endLargest(message, "server-buffer-full") !== true) break;
        this.#update(largest);
      }
    } finally {
      this.#isMakingRoom = false;
    }
  }

  #findLargest(): BufferHolder | undefined {
    let largest: BufferHolder | undefined;
    for (const holder of this.#holders) if (holder.reportedBytes > (largest?.reportedBytes ?? 0)) largest = holder;
    return largest;
  }
}
