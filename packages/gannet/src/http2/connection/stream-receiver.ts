import { type HeaderList, HpackDecoder } from "../hpack/index.ts";
import { Http2Code, Http2Error } from "../http2-error.ts";
import { Http2Stream, mayReceive, type StreamSink, StreamState } from "../stream/index.ts";
import type { Budgets } from "./budgets.ts";
import type { Limits } from "./connection-limits.ts";
import type { ConnectionObserver } from "./connection-options.ts";
import type { FrameWriter } from "./frame-writer.ts";
import { checkRequest, checkResponse, trailerProblem } from "./header-check.ts";
import type { PeerSettings } from "./peer-settings.ts";
import type { ReceiveWindows } from "./receive-windows.ts";
import type { StreamEnds } from "./stream-ends.ts";
import type { StreamTable } from "./stream-table.ts";

/** RFC 7541 §4.2: what we let the peer's encoder have, which is what every encoder may have from the start. */
const TABLE_BYTES = 4096;
const WRONG_LENGTH = "the body is not as long as content-length said";

/** What a stream's receiver works with: parts of its connection. */
export interface StreamReceiverParts {
  readonly isServer: boolean;
  readonly limits: Limits;
  readonly observer: ConnectionObserver;
  readonly peer: PeerSettings;
  readonly table: StreamTable;
  readonly windows: ReceiveWindows;
  readonly writer: FrameWriter;
  readonly ends: StreamEnds;
  readonly budgets: Budgets;
}

/** What comes on streams: whole header blocks and DATA, in the order that a request or response has (RFC 9113 §8.1). */
export class StreamReceiver {
  readonly #isServer: boolean;
  readonly #limits: Limits;
  readonly #observer: ConnectionObserver;
  readonly #peer: PeerSettings;
  readonly #table: StreamTable;
  readonly #windows: ReceiveWindows;
  readonly #writer: FrameWriter;
  readonly #ends: StreamEnds;
  readonly #budgets: Budgets;
  readonly #decoder: HpackDecoder;

  constructor(parts: StreamReceiverParts) {
    this.#isServer = parts.isServer;
    this.#limits = parts.limits;
    this.#observer = parts.observer;
    this.#peer = parts.peer;
    this.#table = parts.table;
    this.#windows = parts.windows;
    this.#writer = parts.writer;
    this.#ends = parts.ends;
    this.#budgets = parts.budgets;
    this.#decoder = new HpackDecoder({
      tableBytes: TABLE_BYTES,
      maxListBytes: parts.limits.maxHeaderListBytes,
      maxFields: parts.limits.maxHeaderFields,
    });
  }

  // ---- DATA ---------------------------------------------------------------------------

  onData(streamId: number, bytes: Uint8Array, start: number, end: number, flowBytes: number, endStream: boolean): void {
    // Whatever becomes of it, it has taken of the connection's window (§6.9).
    this.#windows.takeOfConnection(flowBytes);
    const stream = this.#table.get(streamId);
    if (stream === undefined || !mayReceive(stream.state)) {
      // What a client has cancelled may still be answered, in whatever pieces.
      if (this.#isServer) this.#budgets.onDataReceived(end - start, endStream);
      this.#onDataAfterEnd(stream, streamId);
      return;
    }
    this.#windows.takeOfStream(stream, flowBytes);
    this.#windows.reopenConnection();
    if (!stream.hasHeader) throw new Http2Error(streamId, Http2Code.ProtocolError, "DATA before HEADERS");
    this.#budgets.onDataReceived(end - start, endStream);
    checkContentLength(stream, end - start, endStream);
    // Padding is consumed as it comes.
    const overhead = flowBytes - (end - start);
    if (overhead > 0) this.#windows.pass(stream, overhead);
    if (endStream) this.#ends.onEndReceived(stream);
    stream.sink.onData(bytes, start, end, endStream);
    if (endStream) this.#ends.removeIfClosed(stream);
  }

  /** §5.1: on an idle stream, on one that is half-closed by the peer, and on one that is closed. */
  #onDataAfterEnd(stream: Http2Stream | undefined, streamId: number): void {
    this.#windows.reopenConnection();
    if (stream === undefined && this.#table.isIdle(streamId)) {
      throw new Http2Error(0, Http2Code.ProtocolError, `DATA on stream ${streamId}, which is idle`);
    }
    if (this.#table.isPassedOver(streamId)) return;
    throw new Http2Error(streamId, Http2Code.StreamClosed, "DATA on a stream that has ended");
  }

  // ---- header blocks ------------------------------------------------------------------

  /**
   * A whole header block has come.
   *
   * @throws HpackError where it cannot be decoded (§4.3)
   */
  onHeaderBlock(streamId: number, bytes: Uint8Array, start: number, end: number, endStream: boolean): void {
    // Decoded whatever becomes of the stream: the tables must stay the peer's.
    const list = this.#decoder.decode(bytes, start, end);
    const stream = this.#table.get(streamId);
    if (stream !== undefined) this.#onFurtherHeader(stream, list, endStream);
    else if (this.#isServer) this.#onRequest(streamId, list, endStream);
    else this.#onHeaderOfNone(streamId);
  }

  /** A server opens no streams, as we take no pushes (§8.4). */
  #onHeaderOfNone(streamId: number): void {
    if (this.#table.isPassedOver(streamId)) return;
    const isIdle = this.#table.isIdle(streamId);
    throw new Http2Error(
      0,
      isIdle ? Http2Code.ProtocolError : Http2Code.StreamClosed,
      `HEADERS on stream ${streamId}, which is not open`,
    );
  }

  #onRequest(streamId: number, list: HeaderList | undefined, endStream: boolean): void {
    if (!this.#isNewStream(streamId)) return;
    this.#table.lastPeerId = streamId;
    const isBehindGoaway = streamId > this.#table.lastAcceptedId;
    if (isBehindGoaway || this.#table.peerStreams >= this.#limits.maxConcurrentStreams) {
      // The peer, which cannot know yet, may have opened its window too: one more that explains WINDOW_UPDATE.
      this.#table.streamsOpened++;
      // Behind our GOAWAY it is passed over (§6.8).
      if (!isBehindGoaway) this.#refuse(streamId);
      return;
    }
    if (list === undefined) throw new Http2Error(streamId, Http2Code.EnhanceYourCalm, "the header is too large");
    const { problem, contentLength } = checkRequest(list);
    if (problem !== undefined) throw new Http2Error(streamId, Http2Code.ProtocolError, problem);
    if (endStream && contentLength > 0) throw new Http2Error(streamId, Http2Code.ProtocolError, WRONG_LENGTH);
    const stream = new Http2Stream(NO_SINK, this.#peer.initialWindowBytes, this.#windows.initialBytes);
    stream.id = streamId;
    stream.state = endStream ? StreamState.HalfClosedRemote : StreamState.Open;
    stream.hasHeader = true;
    stream.expectedBytes = contentLength;
    this.#table.add(stream);
    this.#table.peerStreams++;
    stream.sink = this.#observer.onStream(stream);
    stream.sink.onHeaders(list, endStream);
    if (endStream) this.#ends.removeIfClosed(stream);
  }

  /** §5.1.1: streams of clients are odd, and each new one has a higher number than those before. */
  #isNewStream(streamId: number): boolean {
    if (this.#table.isOurs(streamId))
      throw new Http2Error(0, Http2Code.ProtocolError, `the peer opened stream ${streamId}, which is even`);
    if (streamId > this.#table.lastPeerId) return true;
    if (this.#table.isPassedOver(streamId)) return false;
    throw new Http2Error(0, Http2Code.StreamClosed, `HEADERS on stream ${streamId}, which has ended`);
  }

  /** §5.1.2: one stream too many was not looked at, and may be tried again. */
  #refuse(streamId: number): void {
    this.#table.rememberReset(streamId);
    this.#observer.onViolation("too-many-streams", `more than ${this.#limits.maxConcurrentStreams} streams`);
    this.#budgets.spendUseless("too-many-streams");
    this.#writer.writeRstStream(streamId, Http2Code.RefusedStream);
  }

  /** A response's header, or a trailer. */
  #onFurtherHeader(stream: Http2Stream, list: HeaderList | undefined, endStream: boolean): void {
    if (!mayReceive(stream.state))
      throw new Http2Error(stream.id, Http2Code.StreamClosed, "HEADERS on a stream that has ended");
    if (list === undefined) throw new Http2Error(stream.id, Http2Code.EnhanceYourCalm, "the header is too large");
    if (stream.hasHeader) checkTrailer(stream, list, endStream);
    else if (!this.#acceptResponse(stream, list, endStream)) return;
    if (endStream) this.#ends.onEndReceived(stream);
    stream.sink.onHeaders(list, endStream);
    if (endStream) this.#ends.removeIfClosed(stream);
  }

  /** False for one that only informs: the response is still to come (§8.1). */
  #acceptResponse(stream: Http2Stream, list: HeaderList, endStream: boolean): boolean {
    const { problem, contentLength } = checkResponse(list);
    if (problem !== undefined) throw new Http2Error(stream.id, Http2Code.ProtocolError, problem);
    const isInformational = list.get(":status")?.startsWith("1") === true;
    if (isInformational) {
      if (endStream)
        throw new Http2Error(stream.id, Http2Code.ProtocolError, "an informational response ends its stream");
      this.#budgets.spendUseless("informational");
      return false;
    }
    stream.hasHeader = true;
    // A response without a body may say how long it would have been (§8.1.1).
    if (!endStream) stream.expectedBytes = contentLength;
    return true;
  }
}

/** §8.1: a trailer has no pseudo-header fields, and nothing follows it. */
function checkTrailer(stream: Http2Stream, list: HeaderList, endStream: boolean): void {
  const problem = trailerProblem(list);
  if (problem !== undefined) throw new Http2Error(stream.id, Http2Code.ProtocolError, problem);
  if (!endStream) throw new Http2Error(stream.id, Http2Code.ProtocolError, "a trailer does not end its stream");
  checkContentLength(stream, 0, true);
}

/** §8.1.1: the lengths of all DATA together are what `content-length` said. */
function checkContentLength(stream: Http2Stream, byteLength: number, endStream: boolean): void {
  if (stream.expectedBytes < 0) return;
  stream.expectedBytes -= byteLength;
  if (stream.expectedBytes < 0 || (endStream && stream.expectedBytes > 0)) {
    throw new Http2Error(stream.id, Http2Code.ProtocolError, WRONG_LENGTH);
  }
}

/** Between a stream's making and the answer who listens to it. */
const NO_SINK: StreamSink = { onHeaders() {}, onData() {}, onReset() {}, onWritable() {} };
