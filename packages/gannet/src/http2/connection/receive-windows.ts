import { DEFAULT_WINDOW_BYTES } from "../frame/index.ts";
import { Http2Code, Http2Error } from "../http2-error.ts";
import { type Http2Stream, mayReceive } from "../stream/index.ts";
import { BandwidthProbe } from "./bandwidth-probe.ts";
import type { Limits } from "./connection-limits.ts";
import type { FrameWriter } from "./frame-writer.ts";
import type { StreamTable } from "./stream-table.ts";

/**
 * The peer is told of as much as this share of a window: of little it would be an update for each message. What is held
 * back lies idle, so that no more than the rest flows in a round trip; with half of it probes would not see a window that
 * is full.
 */
const REPORTED_SHARE = 1 / 4;
/** Any stream may put more aside as long as so much of the memory is taken; behind that the oldest goes first. What the
 * others may send until then, each a window, still fits beside it where they are a hundred. */
const ASIDE_SHARE = 1 / 16;
/** Streams are few whose windows, as they are at first, together take no more of the memory. */
const FEW_SHARE = 1 / 4;
/** What our probes carry; an answer to others is the owner's. */
const PROBE = new Uint8Array([0x67, 0x61, 0x6e, 0x6e, 0x65, 0x74, 0x20, 0x33]);

/**
 * The windows that we give to the peer (RFC 9113 §6.9). That of a stream follows what the layer above has consumed, which
 * is the back-pressure of a call. That of the connection follows what was read: a slow stream shall not stop the others.
 * But only as far as memory goes: what was not consumed and what may still come are `maxUnconsumedBytes` together at most.
 *
 * Windows grow with what the link carries. That of a stream does as it is consumed: one that is not stays as it was.
 */
export class ReceiveWindows {
  readonly #limits: Limits;
  readonly #table: StreamTable;
  readonly #writer: FrameWriter;
  /** Bytes that the peer may send on all streams together. */
  connectionBytes: number = DEFAULT_WINDOW_BYTES;
  readonly #probe: BandwidthProbe;
  /** What `connectionBytes` is when all was read and told to the peer. */
  #fullWindow: number;
  /** Bytes that were read, and not told to the peer yet. */
  #unreported = 0;
  /** What the peer may send on a new stream, as far as it knows of our settings. */
  initialBytes: number;
  /** Whether memory was short and the peer has to wait on some streams: it is looked again at the end of each turn. */
  isStrained = false;

  /** @param now milliseconds on a clock that only goes forward */
  constructor(limits: Limits, table: StreamTable, writer: FrameWriter, now: () => number) {
    this.#limits = limits;
    this.#fullWindow = limits.connectionWindowBytes;
    this.#probe = new BandwidthProbe(limits.streamWindowBytes, limits.maxStreamWindowBytes, now);
    this.#table = table;
    this.#writer = writer;
    // Until the peer has acknowledged a smaller one, it may use the default (§6.9.3).
    this.initialBytes = Math.max(limits.streamWindowBytes, DEFAULT_WINDOW_BYTES);
  }

  /** Opens the connection's window, which no setting speaks of (§6.9.2). */
  open(): void {
    const more = this.#limits.connectionWindowBytes - DEFAULT_WINDOW_BYTES;
    if (more <= 0) return;
    this.#writer.writeWindowUpdate(0, more);
    this.connectionBytes += more;
  }

  /** The peer has acknowledged our settings: from now on they hold for it, on streams that are open too. */
  onSettingsAck(): void {
    const shrunk = this.initialBytes - this.#limits.streamWindowBytes;
    if (shrunk === 0) return;
    this.initialBytes = this.#limits.streamWindowBytes;
    for (const stream of this.#table.all()) {
      stream.receiveWindow -= shrunk;
      stream.fullWindow -= shrunk;
      // What was consumed may be little of the window that it had, and all of this one: nothing else would tell the peer.
      this.#report(stream);
    }
  }

  /**
   * DATA has come, on whatever stream: the window of the connection is for all that comes (§6.9).
   *
   * @throws Http2Error where the peer has sent more than it might
   */
  takeOfConnection(byteLength: number): void {
    this.connectionBytes -= byteLength;
    if (this.connectionBytes < 0)
      throw new Http2Error(0, Http2Code.FlowControlError, "more DATA than the connection's window");
    this.#unreported += byteLength;
    if (this.#probe.onData(byteLength)) this.#writer.writePing(PROBE, false);
  }

  /** The peer answers a ping. False where that was none of ours. */
  onPingAck(payload: Uint8Array): boolean {
    if (!PROBE.every((byte, index) => payload[index] === byte) || !this.#probe.onAck()) return false;
    const more = Math.min(this.#probe.windowBytes, this.#limits.maxUnconsumedBytes) - this.#fullWindow;
    if (more <= 0) return true;
    // As if so much more had been read.
    this.#fullWindow += more;
    this.#unreported += more;
    this.reopenConnection();
    return true;
  }

  /** Lets the peer send as much again as was read, or as there is memory for. */
  #openConnection(): void {
    const room = this.#limits.maxUnconsumedBytes - this.#table.unconsumedBytes - this.connectionBytes;
    const increment = Math.min(this.#unreported, room);
    // Memory may be short: then little by little, but for a window that is shut, which any byte opens.
    const least = this.connectionBytes > 0 ? this.#fullWindow * REPORTED_SHARE : 1;
    if (increment < least) return;
    this.#writer.writeWindowUpdate(0, increment);
    this.connectionBytes += increment;
    this.#unreported -= increment;
    this.#writer.requestFlush();
  }

  /**
   * DATA has come on a stream that is open.
   *
   * @throws Http2Error where the peer has sent more than it might
   */
  takeOfStream(stream: Http2Stream, byteLength: number): void {
    stream.receiveWindow -= byteLength;
    stream.unconsumed += byteLength;
    this.#table.unconsumedBytes += byteLength;
    // A window that is below zero, as a setting made it smaller, does not hold up the end (§6.9.2).
    if (stream.receiveWindow < 0 && byteLength > 0)
      throw new Http2Error(stream.id, Http2Code.FlowControlError, "more DATA than the stream's window");
  }

  /** Opens the connection's window by a step although there is no memory for it: the one stream that goes on needs it. */
  openBeyond(): void {
    const increment = Math.min(this.#unreported, Math.ceil(this.#fullWindow * REPORTED_SHARE));
    this.#writer.writeWindowUpdate(0, increment);
    this.connectionBytes += increment;
    this.#unreported -= increment;
    this.#writer.requestFlush();
  }

  /** Opens the connection's window again: DATA was read, or something was consumed. */
  reopenConnection(): void {
    if (this.connectionBytes <= 0 || this.#unreported >= this.#fullWindow * REPORTED_SHARE) this.#openConnection();
  }

  /** The layer above has consumed `byteLength` bytes of the stream: the peer may send as many more. */
  release(stream: Http2Stream, byteLength: number): void {
    if (stream.asideBytes > 0) this.#releaseAside(stream, byteLength);
    else this.pass(stream, byteLength);
  }

  /** What was put aside is whole, and consumed with what came since: the peer was told of all of it but what it is owed. */
  #releaseAside(stream: Http2Stream, byteLength: number): void {
    const toldBytes = Math.min(byteLength, stream.asideBytes - stream.owedBytes);
    this.#table.forgetAside(stream);
    this.#consume(stream, toldBytes);
    this.pass(stream, byteLength - toldBytes);
  }

  /** Nobody waits any more for the rest of what was put aside. */
  dropAside(stream: Http2Stream): void {
    this.#consume(stream, stream.asideBytes);
    this.#table.forgetAside(stream);
  }

  /**
   * Keeps what came on a stream and was not consumed for something that is not whole: a message, or a call that may not
   * begin before the peer has said all. It may be larger than any window, so the peer may send as much again; but it is not
   * consumed for that, and takes memory until it is. Where that is short, the peer has to wait: see receive-memory.ts.
   */
  putAside(stream: Http2Stream): void {
    const more = stream.unconsumed - stream.asideBytes;
    if (more <= 0 || !mayReceive(stream.state)) return;
    stream.asideBytes += more;
    this.#table.asideBytes += more;
    stream.owedBytes += more;
    if (this.hasMemory) this.payOwed(stream);
    else this.isStrained = true;
  }

  /** Whether so little is kept that any stream may put more aside. */
  get hasMemory(): boolean {
    return this.#table.unconsumedBytes <= this.#limits.maxUnconsumedBytes * ASIDE_SHARE;
  }

  /** Lets the peer send on, on a stream where it had to wait. */
  payOwed(stream: Http2Stream): void {
    const { owedBytes } = stream;
    stream.owedBytes = 0;
    if (owedBytes > 0) this.#giveBack(stream, owedBytes);
  }

  #consume(stream: Http2Stream, byteLength: number): void {
    const consumed = Math.min(byteLength, stream.unconsumed);
    stream.unconsumed -= consumed;
    this.#table.unconsumedBytes -= consumed;
  }

  /** Bytes were consumed that never were put aside, such as padding. */
  pass(stream: Http2Stream, byteLength: number): void {
    this.#consume(stream, byteLength);
    // Mostly done as it was read; not where memory was short.
    this.reopenConnection();
    if (this.isStrained) this.#writer.requestFlush();
    this.#giveBack(stream, byteLength);
  }

  #giveBack(stream: Http2Stream, byteLength: number): void {
    if (!mayReceive(stream.state)) return;
    stream.unreported += byteLength;
    this.#report(stream);
  }

  /** Tells the peer what was consumed of a stream, where that is enough of its window. */
  #report(stream: Http2Stream): void {
    if (!mayReceive(stream.state) || stream.unreported === 0) return;
    if (stream.unreported < stream.fullWindow * REPORTED_SHARE) return;
    const more = this.#mayGrow(stream) ? Math.max(0, this.#probe.windowBytes - stream.fullWindow) : 0;
    stream.fullWindow += more;
    const increment = stream.unreported + more;
    this.#writer.writeWindowUpdate(stream.id, increment);
    stream.receiveWindow += increment;
    stream.unreported = 0;
    this.#writer.requestFlush();
  }

  /** A window that has grown cannot be taken back: of many large messages that come at a time one at most should have such. */
  #mayGrow({ asideBytes }: Http2Stream): boolean {
    const othersBytes = this.#table.asideBytes - asideBytes;
    if (asideBytes === 0 || othersBytes === 0) return true;
    const areFew = this.#table.size * this.#limits.streamWindowBytes <= this.#limits.maxUnconsumedBytes * FEW_SHARE;
    return areFew && asideBytes >= othersBytes;
  }
}
