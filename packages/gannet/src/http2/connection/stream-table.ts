import { MAX_STREAM_ID } from "../frame/index.ts";
import { type Http2Stream, ReadyQueue, StreamState } from "../stream/index.ts";
import { StreamMap } from "./stream-map.ts";

/** Of so many of the latest streams it is known whether we reset them. A power of two. */
const REMEMBERED_STREAMS = 16_384;

/** The streams of a connection, and what is known of those that are gone. */
export class StreamTable {
  readonly #open = new StreamMap();
  /** A bit for each of the latest streams. Made with the first reset. */
  #resets: Uint8Array | undefined;
  readonly #isServer: boolean;
  /** Streams with something to send and a window of their own, waiting for the connection's. In turn. */
  readonly ready: ReadyQueue = new ReadyQueue();
  /** Once we have said GOAWAY, streams of the peer's above this one are not looked at. */
  lastAcceptedId: number = MAX_STREAM_ID;
  /** Streams that the peer opened and that count against its limit. */
  peerStreams = 0;
  /** All that were ever opened, by us or the peer. */
  streamsOpened = 0;
  /** Bytes that wait to be sent on all streams together. */
  queuedBytes = 0;
  /** Bytes that came on all streams together and were not consumed. */
  unconsumedBytes = 0;
  /** Those of them that were put aside, and that only the peer can make whole. */
  asideBytes = 0;
  /** The highest stream that the peer opened. */
  lastPeerId = 0;
  /** The id of the next stream that we open. */
  nextId: number;

  constructor(isServer: boolean, firstId: number = isServer ? 2 : 1) {
    this.#isServer = isServer;
    this.nextId = firstId;
  }

  get size(): number {
    return this.#open.size;
  }

  get(id: number): Http2Stream | undefined {
    return this.#open.get(id);
  }

  add(stream: Http2Stream): void {
    this.#open.add(stream);
    this.streamsOpened++;
    if (this.#resets === undefined) return;
    const { byte, bit } = placeOf(stream.id);
    this.#resets[byte] = (this.#resets[byte] ?? 0) & ~bit;
  }

  /** Gives a stream of ours the next number (§5.1.1). Its windows are those of now. */
  open(stream: Http2Stream, sendWindow: number, receiveWindow: number): void {
    stream.id = this.nextId;
    stream.state = StreamState.Open;
    stream.isReleased = true;
    stream.sendWindow = sendWindow;
    stream.receiveWindow = receiveWindow;
    stream.fullWindow = receiveWindow;
    this.nextId += 2;
    this.add(stream);
  }

  /** A stream is over: nothing of it waits any more. False where it was not among the open ones. */
  close(stream: Http2Stream): boolean {
    stream.state = StreamState.Closed;
    stream.pending.length = 0;
    this.queuedBytes -= stream.pendingBytes;
    stream.pendingBytes = 0;
    // Who listens to it has dropped what it had, or will read it as what is its own.
    this.unconsumedBytes -= stream.unconsumed;
    stream.unconsumed = 0;
    this.forgetAside(stream);
    this.ready.remove(stream);
    if (this.#open.get(stream.id) !== stream) return false;
    this.#open.remove(stream.id);
    if (stream.isReleased && !this.isOurs(stream.id)) this.peerStreams--;
    return true;
  }

  /** What was put aside of a stream is whole, or nobody waits for the rest. */
  forgetAside(stream: Http2Stream): void {
    if (stream.asideBytes === 0) return;
    this.asideBytes -= stream.asideBytes;
    stream.asideBytes = 0;
    stream.owedBytes = 0;
  }

  /** The layer above is done with a stream of the peer's: it no longer counts against the limit. */
  release(stream: Http2Stream): void {
    if (stream.isReleased) return;
    stream.isReleased = true;
    if (this.#open.get(stream.id) !== stream) this.peerStreams--;
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

  /** Whether what comes for a stream that is not open is no mistake of the peer's, which did not know better (§5.1, §6.8). */
  isPassedOver(id: number): boolean {
    return this.wasReset(id) || (id > this.lastAcceptedId && !this.isOurs(id));
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
    return this.#open.all();
  }
}

/** All streams that may have a bit are of one side, so that their numbers are all odd or all even. */
function placeOf(id: number): { readonly byte: number; readonly bit: number } {
  const index = (id >>> 1) % REMEMBERED_STREAMS;
  return { byte: index >>> 3, bit: 1 << (index & 7) };
}
