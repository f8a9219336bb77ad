// biome-ignore-all lint/style/noExcessiveLinesPerFile: one state machine, whose parts make sense together only
import { readLatin1 } from "../../base/index.ts";
import {
  DEFAULT_FRAME_BYTES,
  DEFAULT_WINDOW_BYTES,
  FRAME_HEADER_BYTES,
  FrameFlag,
  FrameType,
  MAX_WINDOW_BYTES,
  parseSettings,
  readUint32,
  Setting,
  writeFrameHeader,
  writeSettings,
  writeUint32,
} from "../frame/index.ts";
import { type HeaderList, HpackDecoder, HpackEncoder, HpackError } from "../hpack/index.ts";
import { Http2Code, Http2Error, http2CodeName } from "../http2-error.ts";
import {
  afterReceivingEnd,
  afterSendingEnd,
  type HeaderSource,
  Http2Stream,
  mayReceive,
  maySend,
  type StreamReset,
  type StreamSink,
  StreamState,
} from "../stream/index.ts";
import type { BytePipe } from "./byte-pipe.ts";
import {
  type ConnectionLimits,
  type ConnectionObserver,
  type ConnectionOptions,
  DEFAULT_HEADER_LIST_BYTES,
} from "./connection-options.ts";
import { FrameBudget } from "./frame-budget.ts";
import { FrameReader } from "./frame-reader.ts";
import { checkRequest, checkResponse, trailerProblem } from "./header-check.ts";
import { OutgoingBuffer } from "./outgoing-buffer.ts";
import { SegmentPool } from "./segment-pool.ts";
import { StreamTable } from "./stream-table.ts";

const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");
const MAX_STREAM_ID = 0x7fffffff;
const MAX_CONTINUATIONS = 8;
const PING_BYTES = 8;
/** What is kept of the words in a GOAWAY. */
const MAX_DEBUG_BYTES = 1024;
const WRONG_LENGTH = "the body is not as long as content-length said";

type Defaulted = { readonly [K in keyof ConnectionLimits]-?: number };

/** A header block that is spread over several frames. */
interface OpenBlock {
  readonly streamId: number;
  readonly endStream: boolean;
  readonly pieces: Uint8Array[];
  byteLength: number;
}

/**
 * One end of an HTTP/2 connection (RFC 9113): bytes in, events out, and frames out into a buffer. It has no socket, no
 * timers and no gRPC. What the peer does wrong ends its stream or the connection, and reaches nobody as an exception.
 */
export class Http2Connection {
  readonly output: OutgoingBuffer;
  readonly encoder: HpackEncoder = new HpackEncoder();
  /** Grows with whatever comes, so that who looks now and then knows that the peer is there. */
  chunksReceived = 0;
  /** Grows with each HEADERS and DATA that is sent. */
  payloadFramesSent = 0;
  readonly #isServer: boolean;
  readonly #pipe: BytePipe;
  readonly #observer: ConnectionObserver;
  readonly #limits: Defaulted;
  readonly #decoder: HpackDecoder;
  readonly #reader: FrameReader;
  readonly #streams: StreamTable;
  #prefaceBytes = 0;
  #isSettingsSeen = false;
  #openBlock: OpenBlock | undefined;
  #isClosed = false;
  #isInReceive = false;
  #isFlushRequested = false;

  #sendWindow = DEFAULT_WINDOW_BYTES;
  #receiveWindow = DEFAULT_WINDOW_BYTES;
  #unreported = 0;
  #peerInitialWindow = DEFAULT_WINDOW_BYTES;
  #peerMaxFrame = DEFAULT_FRAME_BYTES;
  #peerMaxStreams = Number.POSITIVE_INFINITY;
  #peerMaxHeaderList = Number.POSITIVE_INFINITY;
  /** Streams with something to send and a window of their own, waiting for the connection's. In turn. */
  readonly #ready = new Set<Http2Stream>();
  readonly #uselessBudget: FrameBudget;
  readonly #resetBudget: FrameBudget;
  /** What the peer may send on a new stream, as far as it knows of our settings. */
  #initialReceiveWindow: number;
  #areSettingsAcked = false;
  #isGoawayReceived = false;
  /** Once we have said GOAWAY, streams above this one are not looked at. */
  #goawayId = MAX_STREAM_ID;
  #isGoawaySent = false;

  constructor(options: ConnectionOptions) {
    this.#isServer = options.role === "server";
    this.#pipe = options.pipe;
    this.#observer = options.observer;
    const limits = options.limits ?? {};
    this.#limits = {
      maxConcurrentStreams: limits.maxConcurrentStreams ?? 1000,
      streamWindowBytes: limits.streamWindowBytes ?? 256 * 1024,
      connectionWindowBytes: limits.connectionWindowBytes ?? 1024 * 1024,
      maxHeaderListBytes: limits.maxHeaderListBytes ?? DEFAULT_HEADER_LIST_BYTES,
      maxHeaderFields: limits.maxHeaderFields ?? 100,
      maxUselessFrames: limits.maxUselessFrames ?? 1000,
      maxResets: limits.maxResets ?? 1000,
    };
    const now = options.now ?? (() => performance.now());
    this.#uselessBudget = new FrameBudget(this.#limits.maxUselessFrames, now);
    this.#resetBudget = new FrameBudget(this.#limits.maxResets, now);
    // Until the peer has acknowledged a smaller one, it may use the default (RFC 9113 §6.9.3).
    this.#initialReceiveWindow = Math.max(this.#limits.streamWindowBytes, DEFAULT_WINDOW_BYTES);
    this.output = new OutgoingBuffer(options.pipe, options.segments ?? new SegmentPool());
    this.#decoder = new HpackDecoder({
      tableBytes: 4096,
      maxListBytes: this.#limits.maxHeaderListBytes,
      maxFields: this.#limits.maxHeaderFields,
    });
    this.#streams = new StreamTable(this.#isServer);
    const connection = this;
    this.#reader = new FrameReader(
      {
        get isReading() {
          return !connection.#isClosed;
        },
        onFrame: (bytes, start, length, type, flags, id) => this.#readFrame(bytes, start, length, type, flags, id),
      },
      DEFAULT_FRAME_BYTES,
    );
    this.#start();
  }

  // ---- what the owner may ask ---------------------------------------------------------

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** How many streams are open, whoever opened them. */
  get streamCount(): number {
    return this.#streams.size;
  }

  /** Whether the peer's limit and the numbers leave room for another stream of ours. */
  get canOpenStream(): boolean {
    if (this.#isClosed || this.#isGoawayReceived) return false;
    return this.#streams.size < this.#peerMaxStreams && this.#streams.nextId < MAX_STREAM_ID;
  }

  /** Whether so many stream numbers are used up that a new connection should take over. */
  get isNearlyUsedUp(): boolean {
    return this.#streams.nextId > MAX_STREAM_ID * 0.75;
  }

  /** Bytes that we may send on all streams together; below zero where the peer made its windows smaller. */
  get sendWindowBytes(): number {
    return this.#sendWindow;
  }

  /** Bytes that the peer may send on all streams together. */
  get receiveWindowBytes(): number {
    return this.#receiveWindow;
  }

  /** The largest header that the peer takes, as RFC 9113 §6.5.2 counts it. */
  get peerMaxHeaderListBytes(): number {
    return this.#peerMaxHeaderList;
  }

  // ---- bytes in -----------------------------------------------------------------------

  /** Takes what came from the peer. Never throws: what is wrong with it ends the connection. */
  receive(chunk: Uint8Array): void {
    if (this.#isClosed) return;
    this.chunksReceived++;
    this.#isInReceive = true;
    try {
      const start = this.#isServer && this.#prefaceBytes < PREFACE.length ? this.#readPreface(chunk) : 0;
      this.#reader.read(chunk, start);
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isInReceive = false;
    }
    if (this.output.offset > 0) this.#requestFlush();
    this.#observer.onTurn?.();
  }

  /** The pipe has ended; nothing more comes. */
  onPipeEnd(reason: string): void {
    this.#close(reason);
  }

  /** Hands what was written to the pipe. */
  flush(): void {
    this.#isFlushRequested = false;
    if (!this.#isClosed || this.output.offset > 0) this.output.flush();
    this.#observer.onTurn?.();
  }

  /** The pipe takes more again. */
  onDrain(): void {
    this.#pumpAll();
    for (const stream of this.#streams.all()) this.#notifyWritable(stream);
  }

  #readPreface(chunk: Uint8Array): number {
    let at = 0;
    while (at < chunk.length && this.#prefaceBytes < PREFACE.length) {
      if (chunk[at] !== PREFACE[this.#prefaceBytes]) {
        throw new Http2Error(0, Http2Code.ProtocolError, "the connection does not start with the HTTP/2 preface");
      }
      at++;
      this.#prefaceBytes++;
    }
    return at;
  }

  /** What is wrong with one stream ends that one alone, and reading goes on. */
  #readFrame(bytes: Uint8Array, start: number, length: number, type: number, flags: number, streamId: number): void {
    try {
      this.#onFrame(bytes, start, length, type, flags, streamId);
    } catch (error) {
      if (!(error instanceof Http2Error) || error.streamId === 0) throw error;
      this.#failStream(error);
    }
  }

  #onFrame(bytes: Uint8Array, start: number, length: number, type: number, flags: number, streamId: number): void {
    if (this.#openBlock !== undefined && (type !== FrameType.Continuation || streamId !== this.#openBlock.streamId)) {
      throw new Http2Error(0, Http2Code.ProtocolError, "a header block is interrupted by another frame");
    }
    if (!this.#isSettingsSeen && (type !== FrameType.Settings || (flags & FrameFlag.Ack) !== 0)) {
      throw new Http2Error(0, Http2Code.ProtocolError, "the first frame is no SETTINGS");
    }
    switch (type) {
      case FrameType.Data:
        this.#onData(bytes, start, length, flags, streamId);
        break;
      case FrameType.Headers:
        this.#onHeaders(bytes, start, length, flags, streamId);
        break;
      case FrameType.Priority:
        this.#onPriority(bytes, start, length, streamId);
        break;
      case FrameType.RstStream:
        this.#onRstStream(bytes, start, length, streamId);
        break;
      case FrameType.Settings:
        this.#onSettings(bytes, start, length, flags, streamId);
        break;
      case FrameType.PushPromise:
        throw new Http2Error(0, Http2Code.ProtocolError, "PUSH_PROMISE, although push is disabled");
      case FrameType.Ping:
        this.#onPing(bytes, start, length, flags, streamId);
        break;
      case FrameType.Goaway:
        this.#onGoaway(bytes, start, length, streamId);
        break;
      case FrameType.WindowUpdate:
        this.#onWindowUpdate(bytes, start, length, streamId);
        break;
      case FrameType.Continuation:
        this.#onContinuation(bytes, start, length, flags, streamId);
        break;
      default:
        // Types that we do not know are passed over (RFC 9113 §5.5).
        this.#countUseless("unknown-frame");
    }
  }

  #onData(bytes: Uint8Array, frameStart: number, length: number, flags: number, streamId: number): void {
    if (streamId === 0) throw new Http2Error(0, Http2Code.ProtocolError, "DATA on stream 0");
    let start = frameStart;
    let end = frameStart + length;
    if (flags & FrameFlag.Padded) {
      const padding = length > 0 ? (bytes[start] ?? 0) : length;
      if (padding >= length) throw new Http2Error(0, Http2Code.ProtocolError, "DATA has more padding than payload");
      start++;
      end -= padding;
    }
    this.#receiveWindow -= length;
    if (this.#receiveWindow < 0)
      throw new Http2Error(0, Http2Code.FlowControlError, "more DATA than the connection's window");
    // The connection's window follows what was read: a slow stream shall not stop the others.
    this.#unreported += length;
    if (this.#unreported >= this.#limits.connectionWindowBytes / 2) {
      this.#writeWindowUpdate(0, this.#unreported);
      this.#receiveWindow += this.#unreported;
      this.#unreported = 0;
    }
    const stream = this.#streams.get(streamId);
    if (stream === undefined || !mayReceive(stream.state)) {
      this.#onDataAfterEnd(stream, streamId);
      return;
    }
    const endStream = (flags & FrameFlag.EndStream) !== 0;
    stream.receiveWindow -= length;
    if (stream.receiveWindow < 0)
      throw new Http2Error(streamId, Http2Code.FlowControlError, "more DATA than the stream's window");
    if (!stream.hasHeader) throw new Http2Error(streamId, Http2Code.ProtocolError, "DATA before HEADERS");
    if (length === 0 && !endStream) this.#countUseless("empty-data");
    else this.#uselessBudget.refund();
    this.#checkContentLength(stream, end - start, endStream);
    const overhead = length - (end - start);
    if (overhead > 0) this.release(stream, overhead);
    if (endStream) stream.state = afterReceivingEnd(stream.state);
    stream.sink.onData(bytes, start, end, endStream);
    if (endStream) this.#removeIfClosed(stream);
  }

  #onDataAfterEnd(stream: Http2Stream | undefined, streamId: number): void {
    if (stream === undefined && this.#streams.isIdle(streamId)) {
      throw new Http2Error(0, Http2Code.ProtocolError, `DATA on stream ${streamId}, which is idle`);
    }
    if (this.#isPassedOver(streamId)) return;
    throw new Http2Error(streamId, Http2Code.StreamClosed, "DATA on a stream that has ended");
  }

  /** Whether what comes for a stream is no mistake of the peer's, which did not know better when it sent it. */
  #isPassedOver(streamId: number): boolean {
    return this.#streams.wasReset(streamId) || (streamId > this.#goawayId && !this.#streams.isOurs(streamId));
  }

  #checkContentLength(stream: Http2Stream, byteLength: number, endStream: boolean): void {
    if (stream.expectedBytes < 0) return;
    stream.expectedBytes -= byteLength;
    if (stream.expectedBytes < 0 || (endStream && stream.expectedBytes > 0)) {
      throw new Http2Error(stream.id, Http2Code.ProtocolError, WRONG_LENGTH);
    }
  }

  #onHeaders(bytes: Uint8Array, frameStart: number, length: number, flags: number, streamId: number): void {
    if (streamId === 0) throw new Http2Error(0, Http2Code.ProtocolError, "HEADERS on stream 0");
    let start = frameStart;
    let end = frameStart + length;
    if (flags & FrameFlag.Padded) {
      end -= bytes[start] ?? 0;
      start++;
    }
    if (flags & FrameFlag.Priority) {
      const dependency = start + 4 <= frameStart + length ? readUint32(bytes, start) & MAX_STREAM_ID : 0;
      start += 5;
      checkDependency(streamId, dependency);
    }
    if (start > end) throw new Http2Error(0, Http2Code.ProtocolError, "HEADERS has more padding than payload");
    const endStream = (flags & FrameFlag.EndStream) !== 0;
    if (flags & FrameFlag.EndHeaders) {
      this.#onHeaderBlock(streamId, bytes, start, end, endStream);
      return;
    }
    this.#openBlock = {
      streamId,
      endStream,
      pieces: [Uint8Array.prototype.slice.call(bytes, start, end)],
      byteLength: end - start,
    };
  }

  #onContinuation(bytes: Uint8Array, start: number, length: number, flags: number, streamId: number): void {
    const block = this.#openBlock;
    if (block === undefined) throw new Http2Error(0, Http2Code.ProtocolError, "CONTINUATION behind no HEADERS");
    block.pieces.push(Uint8Array.prototype.slice.call(bytes, start, start + length));
    block.byteLength += length;
    // A block compresses well or not at all: one that is larger than the list may be cannot become a list.
    if (block.pieces.length > MAX_CONTINUATIONS + 1 || block.byteLength > 2 * this.#limits.maxHeaderListBytes) {
      throw new Http2Error(0, Http2Code.EnhanceYourCalm, "a header block has too many frames or bytes");
    }
    if ((flags & FrameFlag.EndHeaders) === 0) return;
    this.#openBlock = undefined;
    const whole = Buffer.concat(block.pieces, block.byteLength);
    this.#onHeaderBlock(streamId, whole, 0, whole.length, block.endStream);
  }

  #onHeaderBlock(streamId: number, bytes: Uint8Array, start: number, end: number, endStream: boolean): void {
    // Decoded whatever becomes of the stream: the tables must stay the peer's.
    const list = this.#decoder.decode(bytes, start, end);
    const stream = this.#streams.get(streamId);
    if (stream !== undefined) this.#onFurtherHeader(stream, list, endStream);
    else if (this.#isServer) this.#onRequest(streamId, list, endStream);
    else this.#onHeaderOfNone(streamId);
  }

  #onHeaderOfNone(streamId: number): void {
    if (this.#isPassedOver(streamId)) return;
    const isIdle = this.#streams.isIdle(streamId);
    throw new Http2Error(
      0,
      isIdle ? Http2Code.ProtocolError : Http2Code.StreamClosed,
      `HEADERS on stream ${streamId}, which is not open`,
    );
  }

  #onRequest(streamId: number, list: HeaderList | undefined, endStream: boolean): void {
    if ((streamId & 1) === 0)
      throw new Http2Error(0, Http2Code.ProtocolError, `the peer opened stream ${streamId}, which is even`);
    if (streamId <= this.#streams.lastPeerId) {
      if (this.#isPassedOver(streamId)) return;
      throw new Http2Error(0, Http2Code.StreamClosed, `HEADERS on stream ${streamId}, which has ended`);
    }
    this.#streams.lastPeerId = streamId;
    if (streamId > this.#goawayId) return;
    if (this.#streams.peerStreams >= this.#limits.maxConcurrentStreams) {
      this.#streams.rememberReset(streamId);
      this.#observer.onViolation("too-many-streams", `more than ${this.#limits.maxConcurrentStreams} streams`);
      this.#countUseless("too-many-streams");
      this.#writeReset(streamId, Http2Code.RefusedStream);
      return;
    }
    if (list === undefined) throw new Http2Error(streamId, Http2Code.EnhanceYourCalm, "the header is too large");
    const { problem, contentLength } = checkRequest(list);
    if (problem !== undefined) throw new Http2Error(streamId, Http2Code.ProtocolError, problem);
    if (endStream && contentLength > 0) throw new Http2Error(streamId, Http2Code.ProtocolError, WRONG_LENGTH);
    const stream = new Http2Stream(NO_SINK, this.#peerInitialWindow, this.#initialReceiveWindow);
    stream.id = streamId;
    stream.state = endStream ? StreamState.HalfClosedRemote : StreamState.Open;
    stream.hasHeader = true;
    this.#streams.add(stream);
    this.#streams.peerStreams++;
    stream.expectedBytes = contentLength;
    stream.sink = this.#observer.onStream(stream);
    stream.sink.onHeaders(list, endStream);
    if (endStream) this.#removeIfClosed(stream);
  }

  /** A response's header, or a trailer. */
  #onFurtherHeader(stream: Http2Stream, list: HeaderList | undefined, endStream: boolean): void {
    if (!mayReceive(stream.state))
      throw new Http2Error(stream.id, Http2Code.StreamClosed, "HEADERS on a stream that has ended");
    if (list === undefined) throw new Http2Error(stream.id, Http2Code.EnhanceYourCalm, "the header is too large");
    const isTrailer = stream.hasHeader;
    const problem = isTrailer ? trailerProblem(list) : checkResponse(list).problem;
    if (problem !== undefined) throw new Http2Error(stream.id, Http2Code.ProtocolError, problem);
    if (isTrailer && !endStream)
      throw new Http2Error(stream.id, Http2Code.ProtocolError, "a trailer does not end its stream");
    if (!isTrailer) {
      const isInformational = list.get(":status")?.startsWith("1") === true;
      if (isInformational) {
        if (endStream)
          throw new Http2Error(stream.id, Http2Code.ProtocolError, "an informational response ends its stream");
        this.#countUseless("informational");
        return;
      }
      stream.hasHeader = true;
      // A response without a body may say how long it would have been.
      if (!endStream) stream.expectedBytes = checkResponse(list).contentLength;
    } else {
      this.#checkContentLength(stream, 0, true);
    }
    if (endStream) stream.state = afterReceivingEnd(stream.state);
    stream.sink.onHeaders(list, endStream);
    if (endStream) this.#removeIfClosed(stream);
  }

  /** Priorities are read for their form only (RFC 9113 §5.3.2). */
  #onPriority(bytes: Uint8Array, start: number, length: number, streamId: number): void {
    if (streamId === 0) throw new Http2Error(0, Http2Code.ProtocolError, "PRIORITY on stream 0");
    // The stream may be one that was never opened, which cannot be reset.
    if (length !== 5) throw new Http2Error(0, Http2Code.FrameSizeError, `PRIORITY has ${length} bytes, not 5`);
    checkDependency(streamId, readUint32(bytes, start) & MAX_STREAM_ID);
    this.#countUseless("priority");
  }

  #onRstStream(bytes: Uint8Array, start: number, length: number, streamId: number): void {
    if (streamId === 0) throw new Http2Error(0, Http2Code.ProtocolError, "RST_STREAM on stream 0");
    if (length !== 4) throw new Http2Error(0, Http2Code.FrameSizeError, `RST_STREAM has ${length} bytes, not 4`);
    const stream = this.#streams.get(streamId);
    if (stream === undefined) {
      if (this.#streams.isIdle(streamId))
        throw new Http2Error(0, Http2Code.ProtocolError, `RST_STREAM on stream ${streamId}, which is idle`);
      return;
    }
    if (this.#isServer) this.#countReset();
    const http2Code = readUint32(bytes, start);
    const message = `the peer reset the stream: ${http2CodeName(http2Code)}`;
    this.#endStream(stream, { http2Code, origin: "peer", message, unprocessed: http2Code === Http2Code.RefusedStream });
  }

  #onSettings(bytes: Uint8Array, start: number, length: number, flags: number, streamId: number): void {
    if (streamId !== 0) throw new Http2Error(0, Http2Code.ProtocolError, "SETTINGS on a stream");
    if (flags & FrameFlag.Ack) {
      if (length !== 0)
        throw new Http2Error(0, Http2Code.FrameSizeError, "an acknowledgement of SETTINGS has a payload");
      this.#onSettingsAck();
      return;
    }
    if (this.#isSettingsSeen) this.#countUseless("settings");
    this.#isSettingsSeen = true;
    const windowBefore = this.#peerInitialWindow;
    parseSettings(bytes, start, length, (id, value) => this.#applySetting(id, value));
    this.output.reserve(FRAME_HEADER_BYTES);
    this.output.offset = writeFrameHeader(
      this.output.bytes,
      this.output.offset,
      0,
      FrameType.Settings,
      FrameFlag.Ack,
      0,
    );
    this.#observer.onRoom();
    if (this.#peerInitialWindow > windowBefore) this.#pumpBlocked();
    this.#pumpAll();
  }

  #onSettingsAck(): void {
    if (this.#areSettingsAcked) this.#countUseless("settings-ack");
    this.#areSettingsAcked = true;
    const shrunk = this.#initialReceiveWindow - this.#limits.streamWindowBytes;
    if (shrunk === 0) return;
    this.#initialReceiveWindow = this.#limits.streamWindowBytes;
    for (const stream of this.#streams.all()) stream.receiveWindow -= shrunk;
  }

  #applySetting(id: number, value: number): void {
    switch (id) {
      case Setting.HeaderTableSize:
        this.encoder.setPeerTableBytes(value);
        break;
      case Setting.EnablePush:
        if (!this.#isServer && value !== 0)
          throw new Http2Error(0, Http2Code.ProtocolError, "a server sent SETTINGS_ENABLE_PUSH");
        break;
      case Setting.MaxConcurrentStreams:
        this.#peerMaxStreams = value;
        break;
      case Setting.InitialWindowSize:
        for (const stream of this.#streams.all()) this.#growSendWindow(stream, value - this.#peerInitialWindow, 0);
        this.#peerInitialWindow = value;
        break;
      case Setting.MaxFrameSize:
        this.#peerMaxFrame = value;
        break;
      case Setting.MaxHeaderListSize:
        this.#peerMaxHeaderList = value;
        break;
      default:
        break;
    }
  }

  #onPing(bytes: Uint8Array, start: number, length: number, flags: number, streamId: number): void {
    if (streamId !== 0) throw new Http2Error(0, Http2Code.ProtocolError, "PING on a stream");
    if (length !== PING_BYTES) throw new Http2Error(0, Http2Code.FrameSizeError, `PING has ${length} bytes, not 8`);
    const payload = bytes.subarray(start, start + length);
    if (flags & FrameFlag.Ack) {
      this.#countUseless("ping-ack");
      this.#observer.onPingAck(payload);
      return;
    }
    this.#countUseless("ping");
    this.#observer.onPing?.();
    if (!this.#isClosed) this.#writePing(payload, FrameFlag.Ack);
  }

  #onGoaway(bytes: Uint8Array, start: number, length: number, streamId: number): void {
    if (streamId !== 0) throw new Http2Error(0, Http2Code.ProtocolError, "GOAWAY on a stream");
    if (length < 8) throw new Http2Error(0, Http2Code.FrameSizeError, `GOAWAY has ${length} bytes, less than 8`);
    const lastStreamId = readUint32(bytes, start) & MAX_STREAM_ID;
    const http2Code = readUint32(bytes, start + 4);
    const debug = readLatin1(bytes, start + 8, Math.min(start + length, start + MAX_DEBUG_BYTES)).replace(
      /[^\x20-\x7e]/g,
      "?",
    );
    this.#countUseless("goaway");
    this.#isGoawayReceived = true;
    this.#observer.onGoaway(lastStreamId, http2Code, debug);
    if (this.#isServer) return;
    const message = `the server closes the connection: ${http2CodeName(http2Code)}${debug === "" ? "" : ` (${debug})`}`;
    for (const stream of this.#streams.all()) {
      if (stream.id > lastStreamId)
        this.#endStream(stream, {
          http2Code: Http2Code.RefusedStream,
          origin: "connection",
          message,
          unprocessed: true,
        });
    }
  }

  #onWindowUpdate(bytes: Uint8Array, start: number, length: number, streamId: number): void {
    if (length !== 4) throw new Http2Error(0, Http2Code.FrameSizeError, `WINDOW_UPDATE has ${length} bytes, not 4`);
    const increment = readUint32(bytes, start) & MAX_WINDOW_BYTES;
    const stream = streamId === 0 ? undefined : this.#streams.get(streamId);
    if (stream === undefined && streamId !== 0) {
      if (this.#streams.isIdle(streamId))
        throw new Http2Error(0, Http2Code.ProtocolError, `WINDOW_UPDATE on stream ${streamId}, which is idle`);
      return;
    }
    if (increment === 0) throw new Http2Error(streamId, Http2Code.ProtocolError, "WINDOW_UPDATE increment is 0");
    if (stream !== undefined) {
      this.#growSendWindow(stream, increment, streamId);
      this.#pump(stream);
      return;
    }
    this.#sendWindow += increment;
    if (this.#sendWindow > MAX_WINDOW_BYTES)
      throw new Http2Error(0, Http2Code.FlowControlError, "the connection's window overflows");
    this.#pumpAll();
  }

  #growSendWindow(stream: Http2Stream, increment: number, blamedId: number): void {
    stream.sendWindow += increment;
    if (stream.sendWindow > MAX_WINDOW_BYTES)
      throw new Http2Error(blamedId, Http2Code.FlowControlError, "a stream's window overflows");
  }

  // ---- streams ------------------------------------------------------------------------

  /** Makes a stream. It gets its number when its header is sent. */
  createStream(sink: StreamSink): Http2Stream {
    return new Http2Stream(sink, this.#peerInitialWindow, this.#initialReceiveWindow);
  }

  /** Sends a header or trailer. The first one of a stream of ours opens it. */
  sendHeaders(stream: Http2Stream, source: HeaderSource, endStream: boolean): void {
    if (this.#isClosed || stream.isClosed) return;
    if (stream.id === 0) this.#open(stream);
    if (stream.pending.length > 0) stream.pending.push({ kind: "headers", source, endStream });
    else this.#writeHeaders(stream, source, endStream);
    this.#requestFlush();
  }

  #open(stream: Http2Stream): void {
    stream.id = this.#streams.nextId;
    stream.state = StreamState.Open;
    stream.isReleased = true;
    stream.sendWindow = this.#peerInitialWindow;
    stream.receiveWindow = this.#initialReceiveWindow;
    this.#streams.nextId += 2;
    this.#streams.add(stream);
  }

  /**
   * Makes room for a DATA frame of up to `maxBodyBytes` in the outgoing buffer. Returns the offset in `output.bytes` at
   * which the body goes; `commitData` has to follow before anything else is written.
   */
  beginData(maxBodyBytes: number): number {
    this.output.reserve(FRAME_HEADER_BYTES + maxBodyBytes);
    return this.output.offset + FRAME_HEADER_BYTES;
  }

  /** Sends the body that was written from `start` to `end` of `output.bytes`. Where a window is too small, it waits. */
  commitData(stream: Http2Stream, start: number, end: number, endStream: boolean): void {
    if (this.#isClosed || !maySend(stream.state)) return;
    const length = end - start;
    const room = Math.min(this.#peerMaxFrame, stream.sendWindow, this.#sendWindow);
    // An empty frame takes no window, not even one that is below zero (RFC 9113 §6.9.1).
    if ((length > room && length > 0) || stream.pending.length > 0) {
      this.sendOwned(stream, Uint8Array.prototype.slice.call(this.output.bytes, start, end), endStream);
      return;
    }
    writeFrameHeader(
      this.output.bytes,
      start - FRAME_HEADER_BYTES,
      length,
      FrameType.Data,
      endStream ? FrameFlag.EndStream : 0,
      stream.id,
    );
    this.output.offset = end;
    stream.sendWindow -= length;
    this.#sendWindow -= length;
    this.payloadFramesSent++;
    this.#uselessBudget.refund();
    if (endStream) this.#onEndSent(stream);
    this.#requestFlush();
  }

  /** Sends bytes that nobody will change any more, in as many frames as the peer's limits ask for. */
  sendOwned(stream: Http2Stream, bytes: Uint8Array, endStream: boolean): void {
    if (this.#isClosed || !maySend(stream.state)) return;
    stream.pending.push({ kind: "data", bytes, at: 0, endStream });
    stream.pendingBytes += bytes.length;
    this.#pump(stream);
    this.#requestFlush();
  }

  /** Whether something sent now would leave soon. Where not, `onWritable` of the stream's sink is called later. */
  isWritable(stream: Http2Stream): boolean {
    const isRoom = stream.pending.length === 0 && !this.#pipe.congested;
    if (!isRoom) stream.isWaiting = true;
    return isRoom;
  }

  /** The layer above has consumed `byteLength` bytes of the stream: the peer may send as many more. */
  release(stream: Http2Stream, byteLength: number): void {
    if (!mayReceive(stream.state)) return;
    stream.unreported += byteLength;
    if (stream.unreported < this.#limits.streamWindowBytes / 2) return;
    this.#writeWindowUpdate(stream.id, stream.unreported);
    stream.receiveWindow += stream.unreported;
    stream.unreported = 0;
    this.#requestFlush();
  }

  /** Ends a stream now. Its sink is not told. */
  reset(stream: Http2Stream, http2Code: Http2Code): void {
    if (this.#isClosed || stream.isClosed || stream.id === 0) {
      stream.state = StreamState.Closed;
      return;
    }
    this.#streams.rememberReset(stream.id);
    this.#writeReset(stream.id, http2Code);
    this.#discard(stream);
    this.#requestFlush();
  }

  /** Resets a stream on which we have said all, once that has left, where the peer has not. */
  endEarly(stream: Http2Stream, http2Code: Http2Code): void {
    if (stream.state === StreamState.HalfClosedLocal) this.reset(stream, http2Code);
    else if (mayReceive(stream.state)) stream.endCode = http2Code;
  }

  /** The layer above is done with a stream of the peer's: it no longer counts against the limit. */
  releaseStream(stream: Http2Stream): void {
    if (stream.isReleased) return;
    stream.isReleased = true;
    if (this.#streams.get(stream.id) !== stream) this.#streams.peerStreams--;
  }

  /** Asks the peer to answer with the same 8 bytes. */
  ping(payload: Uint8Array): void {
    if (this.#isClosed) return;
    this.#writePing(payload, 0);
    this.#requestFlush();
  }

  /**
   * Says that no stream above `lastStreamId` will be looked at: those that were opened will, unless given. What was said
   * before is not taken back (RFC 9113 §6.8).
   */
  goaway(http2Code: Http2Code, debug = "", lastStreamId: number = this.#streams.lastPeerId): void {
    if (this.#isClosed) return;
    this.#goawayId = Math.min(this.#goawayId, lastStreamId);
    this.#isGoawaySent = true;
    const text = Buffer.from(debug, "latin1");
    this.output.reserve(FRAME_HEADER_BYTES + 8 + text.length);
    const out = this.output.bytes;
    let at = writeFrameHeader(out, this.output.offset, 8 + text.length, FrameType.Goaway, 0, 0);
    at = writeUint32(out, at, this.#goawayId);
    at = writeUint32(out, at, http2Code);
    out.set(text, at);
    this.output.offset = at + text.length;
    this.#requestFlush();
  }

  /** Ends the connection now: all streams are told `reason`. */
  close(http2Code: Http2Code, reason: string): void {
    if (this.#isClosed) return;
    if (!this.#isGoawaySent || http2Code !== Http2Code.NoError) this.goaway(http2Code, reason);
    this.output.flush();
    this.#pipe.end();
    this.#close(reason);
  }

  // ---- frames out ---------------------------------------------------------------------

  #start(): void {
    const settings: (readonly [number, number])[] = [
      [Setting.InitialWindowSize, this.#limits.streamWindowBytes],
      [Setting.MaxHeaderListSize, this.#limits.maxHeaderListBytes],
    ];
    if (this.#isServer) settings.unshift([Setting.MaxConcurrentStreams, this.#limits.maxConcurrentStreams]);
    else settings.unshift([Setting.EnablePush, 0]);
    this.output.reserve(PREFACE.length + FRAME_HEADER_BYTES + settings.length * 6 + FRAME_HEADER_BYTES + 4);
    if (!this.#isServer) {
      this.output.bytes.set(PREFACE, this.output.offset);
      this.output.offset += PREFACE.length;
    }
    const at = writeFrameHeader(this.output.bytes, this.output.offset, settings.length * 6, FrameType.Settings, 0, 0);
    this.output.offset = writeSettings(this.output.bytes, at, settings);
    const more = this.#limits.connectionWindowBytes - DEFAULT_WINDOW_BYTES;
    if (more > 0) {
      this.#writeWindowUpdate(0, more);
      this.#receiveWindow += more;
    }
    this.#requestFlush();
  }

  #writeHeaders(stream: Http2Stream, source: HeaderSource, endStream: boolean): void {
    this.output.reserve(FRAME_HEADER_BYTES + source.maxBytes + 8);
    const out = this.output.bytes;
    const start = this.output.offset + FRAME_HEADER_BYTES;
    const end = source.write(this.encoder, out, this.encoder.writeStart(out, start));
    this.payloadFramesSent++;
    const endFlag = endStream ? FrameFlag.EndStream : 0;
    if (end - start <= this.#peerMaxFrame) {
      writeFrameHeader(
        out,
        this.output.offset,
        end - start,
        FrameType.Headers,
        FrameFlag.EndHeaders | endFlag,
        stream.id,
      );
      this.output.offset = end;
    } else {
      this.#writeContinued(stream.id, Uint8Array.prototype.slice.call(out, start, end), endFlag);
    }
    if (endStream) this.#onEndSent(stream);
  }

  /** Writes a header block that one frame cannot hold. */
  #writeContinued(streamId: number, block: Uint8Array, endFlag: number): void {
    for (let at = 0; at < block.length; at += this.#peerMaxFrame) {
      const piece = block.subarray(at, at + this.#peerMaxFrame);
      const isLast = at + piece.length === block.length;
      const type = at === 0 ? FrameType.Headers : FrameType.Continuation;
      const flags = (at === 0 ? endFlag : 0) | (isLast ? FrameFlag.EndHeaders : 0);
      this.output.reserve(FRAME_HEADER_BYTES + piece.length);
      const body = writeFrameHeader(this.output.bytes, this.output.offset, piece.length, type, flags, streamId);
      this.output.bytes.set(piece, body);
      this.output.offset = body + piece.length;
    }
  }

  #writeWindowUpdate(streamId: number, increment: number): void {
    this.output.reserve(FRAME_HEADER_BYTES + 4);
    const at = writeFrameHeader(this.output.bytes, this.output.offset, 4, FrameType.WindowUpdate, 0, streamId);
    this.output.offset = writeUint32(this.output.bytes, at, increment);
  }

  #writeReset(streamId: number, http2Code: Http2Code): void {
    this.output.reserve(FRAME_HEADER_BYTES + 4);
    const at = writeFrameHeader(this.output.bytes, this.output.offset, 4, FrameType.RstStream, 0, streamId);
    this.output.offset = writeUint32(this.output.bytes, at, http2Code);
  }

  #writePing(payload: Uint8Array, flags: number): void {
    this.output.reserve(FRAME_HEADER_BYTES + PING_BYTES);
    const at = writeFrameHeader(this.output.bytes, this.output.offset, PING_BYTES, FrameType.Ping, flags, 0);
    this.output.bytes.set(payload, at);
    this.output.offset = at + PING_BYTES;
  }

  #requestFlush(): void {
    // What is written while frames are read leaves at the end of that.
    if (this.#isInReceive || this.#isFlushRequested || this.#isClosed) return;
    this.#isFlushRequested = true;
    this.#pipe.requestFlush();
  }

  /** Sends what waits on a stream, as far as its window and the connection's go. */
  #pump(stream: Http2Stream): void {
    while (stream.pending.length > 0 && !stream.isClosed) {
      const next = stream.pending[0];
      if (next === undefined) break;
      if (next.kind === "headers") {
        stream.pending.shift();
        this.#writeHeaders(stream, next.source, next.endStream);
        continue;
      }
      const left = next.bytes.length - next.at;
      const room = Math.min(left, stream.sendWindow, this.#sendWindow, this.#peerMaxFrame);
      // An empty frame, which ends a stream, waits for nothing.
      if (left > 0 && stream.sendWindow <= 0) return;
      if (left > 0 && (room <= 0 || this.#pipe.congested)) {
        this.#ready.add(stream);
        return;
      }
      this.#writePiece(stream, next, Math.max(room, 0));
    }
    this.#notifyWritable(stream);
  }

  /** Lets each stream send that waited for its own window. */
  #pumpBlocked(): void {
    for (const stream of this.#streams.all())
      if (stream.pending.length > 0 && !this.#ready.has(stream)) this.#pump(stream);
  }

  #writePiece(
    stream: Http2Stream,
    next: { readonly bytes: Uint8Array; at: number; readonly endStream: boolean },
    room: number,
  ): void {
    const isLast = next.at + room === next.bytes.length;
    const flags = isLast && next.endStream ? FrameFlag.EndStream : 0;
    this.output.reserve(FRAME_HEADER_BYTES);
    this.output.offset = writeFrameHeader(
      this.output.bytes,
      this.output.offset,
      room,
      FrameType.Data,
      flags,
      stream.id,
    );
    this.output.append(next.bytes.subarray(next.at, next.at + room));
    next.at += room;
    stream.sendWindow -= room;
    this.#sendWindow -= room;
    stream.pendingBytes -= room;
    this.payloadFramesSent++;
    this.#uselessBudget.refund();
    if (!isLast) return;
    stream.pending.shift();
    if (next.endStream) this.#onEndSent(stream);
  }

  /** Lets each stream that waits for the connection send, one after the other. */
  #pumpAll(): void {
    for (const stream of this.#ready) {
      if (this.#sendWindow <= 0 || this.#pipe.congested) break;
      // Where it has to wait again it does so behind the others.
      this.#ready.delete(stream);
      this.#pump(stream);
    }
    this.#requestFlush();
  }

  #notifyWritable(stream: Http2Stream): void {
    if (!stream.isWaiting || stream.pending.length > 0 || this.#pipe.congested || stream.isClosed) return;
    stream.isWaiting = false;
    stream.sink.onWritable();
  }

  // ---- ends ---------------------------------------------------------------------------

  #onEndSent(stream: Http2Stream): void {
    stream.state = afterSendingEnd(stream.state);
    if (stream.endCode !== undefined && !stream.isClosed) this.reset(stream, stream.endCode);
    else if (stream.isClosed) this.#resetBudget.refund();
    this.#removeIfClosed(stream);
  }

  #removeIfClosed(stream: Http2Stream): void {
    if (stream.isClosed) this.#discard(stream);
  }

  #discard(stream: Http2Stream): void {
    const wasThere = this.#streams.get(stream.id) === stream;
    stream.state = StreamState.Closed;
    stream.pending.length = 0;
    stream.pendingBytes = 0;
    this.#ready.delete(stream);
    if (!wasThere) return;
    this.#streams.remove(stream.id);
    if (stream.isReleased && !this.#streams.isOurs(stream.id)) this.#streams.peerStreams--;
    this.#observer.onRoom();
  }

  /** Ends a stream early and tells its sink. */
  #endStream(stream: Http2Stream, reset: StreamReset): void {
    this.#discard(stream);
    stream.sink.onReset(reset);
  }

  #fail(error: unknown): void {
    if (error instanceof Http2Error) {
      this.#observer.onViolation(http2CodeName(error.http2Code), error.message);
      this.close(error.http2Code, error.message);
    } else if (error instanceof HpackError) {
      this.#observer.onViolation("COMPRESSION_ERROR", error.message);
      this.close(Http2Code.CompressionError, error.message);
    } else {
      this.#observer.onViolation(
        "INTERNAL_ERROR",
        error instanceof Error ? (error.stack ?? error.message) : String(error),
      );
      this.close(Http2Code.InternalError, "internal error");
    }
  }

  #failStream(error: Http2Error): void {
    this.#observer.onViolation(http2CodeName(error.http2Code), error.message);
    if (this.#isServer) this.#countReset();
    else this.#countUseless("stream-error");
    this.#streams.rememberReset(error.streamId);
    this.#writeReset(error.streamId, error.http2Code);
    const stream = this.#streams.get(error.streamId);
    if (stream === undefined) return;
    this.#endStream(stream, {
      http2Code: error.http2Code,
      origin: "violation",
      message: error.message,
      unprocessed: false,
    });
  }

  /** Frames that are allowed but do nothing must stay few, or they are an attack. */
  #countUseless(name: string): void {
    if (this.#uselessBudget.spend()) return;
    throw new Http2Error(0, Http2Code.EnhanceYourCalm, `too many frames that do nothing, the last being ${name}`);
  }

  /** Opening a stream and resetting it costs a client nothing and us a call (CVE-2023-44487, CVE-2025-8671). */
  #countReset(): void {
    if (this.#resetBudget.spend()) return;
    throw new Http2Error(0, Http2Code.EnhanceYourCalm, "too many streams that were reset");
  }

  #close(reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const stream of this.#streams.all()) {
      this.#endStream(stream, {
        http2Code: Http2Code.InternalError,
        origin: "connection",
        message: reason,
        unprocessed: false,
      });
    }
    this.#observer.onClose(reason);
  }
}

/** Between a stream's making and the answer who listens to it. */
const NO_SINK: StreamSink = { onHeaders() {}, onData() {}, onReset() {}, onWritable() {} };

/**
 * Only a broken peer makes a stream depend on itself (RFC 7540 §5.3.1). It costs the connection rather than the stream,
 * which may be one that was never opened.
 */
function checkDependency(streamId: number, dependency: number): void {
  if (dependency === streamId) throw new Http2Error(0, Http2Code.ProtocolError, "a stream depends on itself");
}
