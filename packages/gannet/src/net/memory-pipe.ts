import type { Peer } from "../core/index.ts";
import type { ConnectedPipe, PipeListener } from "./connected-pipe.ts";

/** From here on a sender holds back what it can, as with a socket. */
const CONGESTED_BYTES = 256 * 1024;
/** What stands for the address of a peer in this process. */
export const MEMORY_ADDRESS = "in-memory";
const PEER: Peer = { address: MEMORY_ADDRESS };

/** Two ends of a connection inside this process. What one writes the other receives, never in the same turn. */
export function createMemoryPipes(): readonly [MemoryPipe, MemoryPipe] {
  const one = new MemoryPipe();
  const other = new MemoryPipe();
  one.join(other);
  other.join(one);
  return [one, other];
}

/** One end of a connection in memory. */
export class MemoryPipe implements ConnectedPipe {
  readonly peer: Peer = PEER;
  readonly localAddress: string = PEER.address;
  readonly isPrivate: boolean = true;
  readonly closed: Promise<void>;
  #resolveClosed: () => void = () => {};
  /** Set by `join`, before anything else. */
  #other!: MemoryPipe;
  #listener: PipeListener | undefined;
  /** What the other end has written and we have not received. */
  #arriving: Uint8Array[] = [];
  #arrivingBytes = 0;
  #isScheduled = false;
  #isDrainAwaited = false;
  #isEnded = false;
  #isOver = false;

  constructor() {
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
  }

  join(other: MemoryPipe): void {
    this.#other = other;
  }

  attach(listener: PipeListener): void {
    this.#listener = listener;
    this.#schedule();
  }

  write(segment: Uint8Array, length: number): boolean {
    this.writeOwned(Uint8Array.prototype.slice.call(segment, 0, length));
    return true;
  }

  writeOwned(bytes: Uint8Array): void {
    if (!this.#isEnded && !this.#isOver) this.#other.accept(bytes);
  }

  requestFlush(): void {
    queueMicrotask(() => this.#listener?.flush());
  }

  get congested(): boolean {
    const isCongested = this.#other.#arrivingBytes > CONGESTED_BYTES;
    if (isCongested) this.#isDrainAwaited = true;
    return isCongested;
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#other.#schedule();
    this.#schedule();
  }

  destroy(): void {
    this.#isEnded = true;
    this.#dropArriving();
    this.#other.#dropArriving();
    this.#other.#schedule();
    this.#schedule();
  }

  ref(): void {}

  unref(): void {}

  /** Called by the other end. */
  accept(bytes: Uint8Array): void {
    if (this.#isOver) return;
    this.#arriving.push(bytes);
    this.#arrivingBytes += bytes.length;
    this.#schedule();
  }

  #dropArriving(): void {
    this.#arriving = [];
    this.#arrivingBytes = 0;
  }

  #schedule(): void {
    if (this.#isScheduled || this.#listener === undefined) return;
    this.#isScheduled = true;
    setImmediate(() => this.#deliver());
  }

  #deliver(): void {
    this.#isScheduled = false;
    const chunks = this.#arriving;
    this.#dropArriving();
    for (const chunk of chunks) this.#listener?.receive(chunk);
    this.#other.onTaken();
    const isLast = this.#isEnded || this.#other.#isEnded === true;
    if (!isLast || this.#arriving.length > 0 || this.#isOver) return;
    this.#isOver = true;
    this.#isEnded = true;
    this.#other.#schedule();
    this.#listener?.onPipeEnd("the peer closed the connection");
    this.#resolveClosed();
  }

  /** Called by the other end when it has received what we wrote. */
  onTaken(): void {
    if (!this.#isDrainAwaited) return;
    this.#isDrainAwaited = false;
    this.#listener?.onDrain();
  }
}
