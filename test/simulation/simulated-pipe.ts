import type { SimulatedConnection, Way } from "./simulated-connection.ts";

/** What a pipe tells: what `gannet` attaches. */
export interface Listener {
  receive(chunk: Uint8Array): void;
  flush(): void;
  onDrain(): void;
  onPipeEnd(reason: string): void;
}

/** One end of a simulated connection. Behaves as a socket does: what it is told to end it ends when the rest has left. */
export class SimulatedPipe {
  readonly peer: { readonly address: string };
  readonly localAddress: string;
  readonly isPrivate: boolean = true;
  readonly closed: Promise<void>;
  readonly #connection: SimulatedConnection;
  readonly #way: Way;
  #resolveClosed: () => void = () => {};
  listener: Listener | undefined;
  /** Nothing more comes, and the listener has been told. */
  isOver = false;
  isEnded = false;
  isClosed = false;
  isDrainAwaited = false;

  /** @param way the direction in which it sends */
  constructor(connection: SimulatedConnection, way: Way, name: string) {
    this.#connection = connection;
    this.#way = way;
    this.peer = { address: name };
    this.localAddress = `${name}/${way}`;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
  }

  attach(listener: Listener): void {
    this.listener = listener;
    this.#connection.onAttached(this.#way);
  }

  write(segment: Uint8Array, length: number, onFree?: (segment: Uint8Array) => void): boolean {
    if (this.isEnded) return true;
    const bytes = segment.subarray(0, length);
    // As a socket does: sometimes it needs what it was given until it has left.
    if (this.#connection.choice.chance(0.5)) {
      this.#connection.send(this.#way, bytes, () => onFree?.(segment));
      return false;
    }
    this.#connection.send(this.#way, Uint8Array.prototype.slice.call(bytes));
    // Whoever reads a segment that was given back sees nonsense.
    segment.fill(0xee);
    return true;
  }

  writeOwned(bytes: Uint8Array): void {
    if (!this.isEnded) this.#connection.send(this.#way, bytes);
  }

  requestFlush(): void {
    const flush = () => this.listener?.flush();
    if (this.#connection.choice.chance(0.5)) queueMicrotask(flush);
    else this.#connection.loop.soon(flush);
  }

  get congested(): boolean {
    const isCongested = this.#connection.isCongested(this.#way);
    if (isCongested) this.isDrainAwaited = true;
    return isCongested;
  }

  end(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.#connection.sendEnd(this.#way);
  }

  destroy(): void {
    if (this.isClosed) return;
    this.#connection.onDestroyed(this.#way);
  }

  ref(): void {}

  unref(): void {}

  /** The last that the listener hears. */
  tellEnd(reason: string): void {
    if (this.isOver || this.listener === undefined) return;
    this.isOver = true;
    this.listener.onPipeEnd(reason);
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.isEnded = true;
    this.#resolveClosed();
  }
}
