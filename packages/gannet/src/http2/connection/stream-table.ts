import type { Http2Stream } from "../stream/index.ts";

/** How many streams that we reset are remembered: what the peer sent before it knew is no mistake of its. */
const REMEMBERED_RESETS = 1000;

/** The streams of a connection, and what is known of those that are gone. */
export class StreamTable {
  readonly #open = new Map<number, Http2Stream>();
  readonly #reset = new Set<number>();
  /** Streams that the peer opened and that count against its limit. */
  peerStreams = 0;
  /** The highest stream that the peer opened. */
  lastPeerId = 0;
  /** The id of the next stream that we open. */
  nextId: number;

  constructor(nextId: number) {
    this.nextId = nextId;
  }

  get size(): number {
    return this.#open.size;
  }

  get(id: number): Http2Stream | undefined {
    return this.#open.get(id);
  }

  add(stream: Http2Stream): void {
    this.#open.set(stream.id, stream);
  }

  remove(id: number): void {
    this.#open.delete(id);
  }

  /** Remembers that we reset a stream, so that what still comes for it is passed over. */
  rememberReset(id: number): void {
    this.#reset.add(id);
    if (this.#reset.size <= REMEMBERED_RESETS) return;
    for (const oldest of this.#reset) {
      this.#reset.delete(oldest);
      break;
    }
  }

  wasReset(id: number): boolean {
    return this.#reset.has(id);
  }

  /** Whether a stream of this number has never been opened, by us or the peer. */
  isIdle(id: number): boolean {
    const isOurs = (id & 1) === (this.nextId & 1);
    return isOurs ? id >= this.nextId : id > this.lastPeerId;
  }

  /** All open streams: a copy, as listeners may close some. */
  all(): Http2Stream[] {
    return [...this.#open.values()];
  }
}
