import type { Http2Stream } from "../stream/index.ts";

/** Of so many of the latest streams it is known whether we reset them. A power of two. */
const REMEMBERED_STREAMS = 16_384;

/** The streams of a connection, and what is known of those that are gone. */
export class StreamTable {
  readonly #open = new Map<number, Http2Stream>();
  /** A bit for each of the latest streams. Made with the first reset. */
  #resets: Uint8Array | undefined;
  readonly #isServer: boolean;
  /** Streams that the peer opened and that count against its limit. */
  peerStreams = 0;
  /** The highest stream that the peer opened. */
  lastPeerId = 0;
  /** The id of the next stream that we open. */
  nextId: number;

  constructor(isServer: boolean) {
    this.#isServer = isServer;
    this.nextId = isServer ? 2 : 1;
  }

  get size(): number {
    return this.#open.size;
  }

  get(id: number): Http2Stream | undefined {
    return this.#open.get(id);
  }

  add(stream: Http2Stream): void {
    this.#open.set(stream.id, stream);
    if (this.#resets === undefined) return;
    const { byte, bit } = placeOf(stream.id);
    this.#resets[byte] = (this.#resets[byte] ?? 0) & ~bit;
  }

  remove(id: number): void {
    this.#open.delete(id);
  }

  /** Remembers that we reset a stream, so that what still comes for it is passed over. */
  rememberReset(id: number): void {
    this.#resets ??= new Uint8Array(REMEMBERED_STREAMS / 8);
    const { byte, bit } = placeOf(id);
    this.#resets[byte] = (this.#resets[byte] ?? 0) | bit;
  }

  /** Whether we reset a stream, or may have, where that was too long ago to tell. */
  wasReset(id: number): boolean {
    if (this.#resets === undefined) return false;
    const newest = this.#isServer ? this.lastPeerId : this.nextId - 2;
    if (newest - id >= 2 * REMEMBERED_STREAMS) return true;
    const { byte, bit } = placeOf(id);
    return ((this.#resets[byte] ?? 0) & bit) !== 0;
  }

  /** Whether it is for us to open the stream of this number. */
  isOurs(id: number): boolean {
    return ((id & 1) === 0) === this.#isServer;
  }

  /** Whether a stream of this number has never been opened, by us or the peer. */
  isIdle(id: number): boolean {
    return this.isOurs(id) ? id >= this.nextId : id > this.lastPeerId;
  }

  /** All open streams: a copy, as listeners may close some. */
  all(): Http2Stream[] {
    return [...this.#open.values()];
  }
}

/** All streams that may have a bit are of one side, so that their numbers are all odd or all even. */
function placeOf(id: number): { readonly byte: number; readonly bit: number } {
  const index = (id >>> 1) % REMEMBERED_STREAMS;
  return { byte: index >>> 3, bit: 1 << (index & 7) };
}
