import { MAX_STREAM_ID, Setting } from "../frame/index.ts";
import { type HpackEncoder, HpackError } from "../hpack/index.ts";
import { Http2Code, Http2Error } from "../http2-error.ts";
import { type HeaderSource, Http2Stream, type StreamSink, StreamState } from "../stream/index.ts";
import { Budgets } from "./budgets.ts";
import type { BytePipe } from "./byte-pipe.ts";
import { ConnectionLife } from "./connection-life.ts";
import { type Limits, withDefaults } from "./connection-limits.ts";
import type { ConnectionObserver, ConnectionOptions } from "./connection-options.ts";
import { FrameWriter } from "./frame-writer.ts";
import type { OutgoingBuffer } from "./outgoing-buffer.ts";
import { PeerSettings } from "./peer-settings.ts";
import { PREFACE } from "./preface.ts";
import { ReceiveMemory } from "./receive-memory.ts";
import { ReceiveWindows } from "./receive-windows.ts";
import { Receiver } from "./receiver.ts";
import { SegmentPool } from "./segment-pool.ts";
import { SendQueue } from "./send-queue.ts";
import { StreamEnds } from "./stream-ends.ts";
import { StreamTable } from "./stream-table.ts";
import { TimeLimits } from "./time-limits.ts";

/** A new connection takes over before the numbers of this one run out. */
const NEARLY_USED_UP = 0.75;

/**
 * One end of an HTTP/2 connection (RFC 9113): bytes in, events out, and frames out into a buffer. It has no socket, no
 * timers and no gRPC. What the peer does wrong ends its stream or the connection, and reaches nobody as an exception.
 *
 * This is what its owner sees. Behind it:
 *
 *   receive ──▶ Receiver ──▶ StreamReceiver ──▶ sinks of streams
 *                  │ settings, windows, acks        │ release, send
 *                  ▼                                ▼
 *   pipe ◀── FrameWriter ◀── SendQueue, ReceiveWindows
 *
 * and what these share: StreamTable and StreamEnds for streams, PeerSettings, Budgets, ConnectionLife.
 */
export class Http2Connection {
  readonly output: OutgoingBuffer;
  readonly encoder: HpackEncoder;
  /** Grows with whatever comes, so that who looks now and then knows that the peer is there. */
  chunksReceived = 0;
  readonly #isServer: boolean;
  readonly #pipe: BytePipe;
  readonly #observer: ConnectionObserver;
  readonly #limits: Limits;
  readonly #life: ConnectionLife = new ConnectionLife();
  readonly #peer: PeerSettings = new PeerSettings();
  readonly #table: StreamTable;
  readonly #writer: FrameWriter;
  readonly #ends: StreamEnds;
  readonly #queue: SendQueue;
  readonly #windows: ReceiveWindows;
  readonly #memory: ReceiveMemory;
  readonly #timeLimits: TimeLimits;
  readonly #receiver: Receiver;
  /** The first of our streams of which nothing has left, if `output.flushes` is still that. */
  #unsentId = 0;
  #unsentFlushes = -1;

  constructor(options: ConnectionOptions) {
    const { pipe, observer, limits = {}, segments = new SegmentPool(), now = () => performance.now() } = options;
    const isServer = options.role === "server";
    this.#isServer = isServer;
    this.#pipe = pipe;
    this.#observer = observer;
    this.#limits = withDefaults(limits);
    this.#table = new StreamTable(isServer, options.firstStreamId);
    const budgets = new Budgets(this.#limits, this.#table, now);
    this.#timeLimits = new TimeLimits(options.timers, now, (at) => this.#checkTime(at));
    this.#writer = new FrameWriter(pipe, segments, this.#peer, this.#life);
    this.output = this.#writer.output;
    this.encoder = this.#writer.encoder;
    this.#windows = new ReceiveWindows(this.#limits, this.#table, this.#writer, now);
    this.#ends = new StreamEnds(isServer, this.#table, this.#writer, this.#windows, budgets, observer);
    this.#memory = new ReceiveMemory(this.#limits, this.#table, this.#windows, this.#ends, options.buffers);
    // One object for all: a copy with more in it would have a shape of its own, which is larger than itself.
    const parts = {
      isServer,
      limits: this.#limits,
      pipe,
      observer,
      now,
      timeLimits: this.#timeLimits,
      peer: this.#peer,
      table: this.#table,
      writer: this.#writer,
      windows: this.#windows,
      ends: this.#ends,
      budgets,
      life: this.#life,
    };
    this.#queue = new SendQueue(parts);
    this.#receiver = new Receiver(parts, this.#queue);
    this.#start();
  }

  /** §3.4: a client says the preface, and either side its settings. */
  #start(): void {
    const { maxConcurrentStreams, streamWindowBytes, maxHeaderListBytes } = this.#limits;
    if (!this.#isServer) this.#writer.writeBytes(PREFACE);
    this.#writer.writeSettings([
      this.#isServer ? [Setting.MaxConcurrentStreams, maxConcurrentStreams] : [Setting.EnablePush, 0],
      [Setting.InitialWindowSize, streamWindowBytes],
      [Setting.MaxHeaderListSize, maxHeaderListBytes],
    ]);
    this.#windows.open();
    this.#writer.requestFlush();
  }

  // ---- what the owner may ask ---------------------------------------------------------

  get isClosed(): boolean {
    return this.#life.isClosed;
  }

  /** How many streams are open, whoever opened them. */
  get streamCount(): number {
    return this.#table.size;
  }

  /** Whether the peer's limit and the numbers leave room for another stream of ours. */
  get canOpenStream(): boolean {
    if (this.#life.isClosed || this.#life.isGoawayReceived) return false;
    return this.#table.size < this.#peer.maxStreams && this.#table.nextId < MAX_STREAM_ID;
  }

  /** How many streams the peer lets us have open. */
  get peerMaxStreams(): number {
    return this.#peer.maxStreams;
  }

  /** Whether so many stream numbers are used up that a new connection should take over. */
  get isNearlyUsedUp(): boolean {
    return this.#table.nextId > MAX_STREAM_ID * NEARLY_USED_UP;
  }

  /** Bytes that we may send on all streams together; below zero where the peer made its windows smaller. */
  get sendWindowBytes(): number {
    return this.#queue.connectionBytes;
  }

  /** Bytes that the peer may send on all streams together. */
  get receiveWindowBytes(): number {
    return this.#windows.connectionBytes;
  }

  /** Bytes that came on all streams together and were not consumed. */
  get unconsumedBytes(): number {
    return this.#table.unconsumedBytes;
  }

  /** The largest header that the peer takes, as RFC 9113 §6.5.2 counts it. */
  get peerMaxHeaderListBytes(): number {
    return this.#peer.maxHeaderListBytes;
  }

  /** Grows with each HEADERS and DATA that is sent. */
  get payloadFramesSent(): number {
    return this.#writer.payloadFramesSent;
  }

  // ---- bytes in -----------------------------------------------------------------------

  /** Takes what came from the peer. Never throws: what is wrong with it ends the connection. */
  receive(chunk: Uint8Array): void {
    if (this.#life.isClosed) return;
    this.chunksReceived++;
    this.#writer.isInReceive = true;
    try {
      this.#receiver.read(chunk);
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#writer.isInReceive = false;
    }
    if (!this.#life.isClosed) this.#memory.onTurn();
    if (this.output.offset > 0) this.#writer.requestFlush();
    this.#observer.onTurn?.();
  }

  /** The pipe has ended; nothing more comes. */
  onPipeEnd(reason: string): void {
    this.#close(reason);
  }

  /** Hands what was written to the pipe. */
  flush(): void {
    if (!this.#life.isClosed) this.#memory.onTurn();
    this.#writer.flush();
    this.#observer.onTurn?.();
  }

  /** The pipe takes more again. */
  onDrain(): void {
    this.#queue.onDrain();
  }

  // ---- streams ------------------------------------------------------------------------

  /** Makes a stream. It gets its number when its header is sent. */
  createStream(sink: StreamSink): Http2Stream {
    return new Http2Stream(sink, this.#peer.initialWindowBytes, this.#windows.initialBytes);
  }

  /** Sends a header or trailer. The first one of a stream of ours opens it. */
  sendHeaders(stream: Http2Stream, source: HeaderSource, endStream: boolean): void {
    if (this.#life.isClosed || stream.isClosed) return;
    if (stream.id !== 0) {
      this.#queue.sendHeaders(stream, source, endStream);
      return;
    }
    const { flushes } = this.output;
    this.#table.open(stream, this.#peer.initialWindowBytes, this.#windows.initialBytes);
    this.#queue.sendHeaders(stream, source, endStream);
    if (this.#unsentFlushes === flushes || flushes !== this.output.flushes) return;
    this.#unsentFlushes = flushes;
    this.#unsentId = stream.id;
  }

  /**
   * Makes room for a DATA frame of up to `maxBodyBytes` in the outgoing buffer. Returns the offset in `output.bytes` at
   * which the body goes; `commitData` has to follow before anything else is written.
   */
  beginData(maxBodyBytes: number): number {
    return this.#queue.beginData(maxBodyBytes);
  }

  /** Sends the body that was written from `start` to `end` of `output.bytes`. Where a window is too small, it waits. */
  commitData(stream: Http2Stream, start: number, end: number, endStream: boolean): void {
    if (!this.#life.isClosed) this.#queue.commitData(stream, start, end, endStream);
  }

  /** Sends bytes that nobody will change any more, in as many frames as the peer's limits ask for. */
  sendOwned(stream: Http2Stream, bytes: Uint8Array, endStream: boolean): void {
    if (!this.#life.isClosed) this.#queue.sendOwned(stream, bytes, endStream);
  }

  /** Whether something sent now would leave soon. Where not, `onWritable` of the stream's sink is called later. */
  isWritable(stream: Http2Stream): boolean {
    return this.#queue.isWritable(stream);
  }

  /** The layer above has consumed `byteLength` bytes of the stream: the peer may send as many more. */
  release(stream: Http2Stream, byteLength: number): void {
    this.#windows.release(stream, byteLength);
  }

  /**
   * Keeps what came on the stream and was not released, as it is not whole: the peer may send as much more, where there is
   * memory. `release` follows once all of it is consumed.
   */
  putAside(stream: Http2Stream): void {
    this.#windows.putAside(stream);
  }

  /** Ends a stream now. Its sink is not told. */
  reset(stream: Http2Stream, http2Code: Http2Code): void {
    if (this.#life.isClosed || stream.isClosed || stream.id === 0) stream.state = StreamState.Closed;
    else this.#ends.reset(stream, http2Code);
  }

  /** Resets a stream on which we have said all, once that has left, where the peer has not. */
  endEarly(stream: Http2Stream, http2Code: Http2Code): void {
    if (this.#life.isClosed) stream.state = StreamState.Closed;
    else this.#ends.endEarly(stream, http2Code);
  }

  /** The layer above is done with a stream of the peer's: it no longer counts against the limit. */
  releaseStream(stream: Http2Stream): void {
    this.#table.release(stream);
  }

  // ---- the connection -----------------------------------------------------------------

  /** Asks the peer to answer with the same 8 bytes. */
  ping(payload: Uint8Array): void {
    if (this.#life.isClosed) return;
    this.#writer.writePing(payload, false);
    this.#writer.requestFlush();
  }

  /**
   * Says that no stream above `lastStreamId` will be looked at: those that were opened will, unless given. What was said
   * before is not taken back (RFC 9113 §6.8).
   */
  goaway(http2Code: Http2Code, debug = "", lastStreamId: number = this.#table.lastPeerId): void {
    if (this.#life.isClosed) return;
    this.#table.lastAcceptedId = Math.min(this.#table.lastAcceptedId, lastStreamId);
    this.#life.onGoawaySent();
    this.#writer.writeGoaway(this.#table.lastAcceptedId, http2Code, debug);
    this.#writer.requestFlush();
  }

  /** Ends the connection now: all streams are told `reason`. */
  close(http2Code: Http2Code, reason: string): void {
    if (this.#life.isClosed) return;
    if (!this.#life.isGoawaySent || http2Code !== Http2Code.NoError) this.goaway(http2Code, reason);
    this.output.flush();
    this.#pipe.end();
    this.#close(reason);
  }

  /** Whether something is under way that may take only so long; what took longer ends the connection. */
  #checkTime(now: number): boolean {
    try {
      const isBlockOpen = this.#receiver.checkTime(now);
      return this.#queue.checkTime(now) || isBlockOpen;
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  /** §5.4.1: what breaks the connection is said in a GOAWAY. */
  #fail(error: unknown): void {
    if (error instanceof Http2Error) {
      this.#observer.onViolation(error.violation, error.message);
      this.close(error.http2Code, error.message);
    } else if (error instanceof HpackError) {
      this.#observer.onViolation("COMPRESSION_ERROR", error.message);
      this.close(Http2Code.CompressionError, error.message);
    } else {
      const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#observer.onViolation("INTERNAL_ERROR", what);
      this.close(Http2Code.InternalError, "internal error");
    }
  }

  #close(reason: string): void {
    if (this.#life.isClosed) return;
    this.#life.close();
    this.#timeLimits.stop();
    this.#ends.endAll(reason, this.#unsentFlushes === this.output.flushes ? this.#unsentId : MAX_STREAM_ID);
    this.#memory.onClose();
    this.#observer.onClose(reason);
  }
}
