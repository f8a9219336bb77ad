import { readLatin1 } from "../../base/index.ts";
import { DEFAULT_FRAME_BYTES, FrameFlag, type FrameSink, FrameType, parseFrame, Setting } from "../frame/index.ts";
import { Http2Code, Http2Error, http2CodeName } from "../http2-error.ts";
import type { BytePipe } from "./byte-pipe.ts";
import { type ConnectionLife, ConnectionPhase } from "./connection-life.ts";
import { type FrameHandler, FrameReader } from "./frame-reader.ts";
import { HeaderBlock } from "./header-block.ts";
import { PrefaceReader } from "./preface.ts";
import type { SendQueue } from "./send-queue.ts";
import { StreamReceiver, type StreamReceiverParts } from "./stream-receiver.ts";
import type { TimeLimits } from "./time-limits.ts";

/** What is kept of the words in a GOAWAY. */
const MAX_DEBUG_BYTES = 1024;

/** What the receiver works with: parts of its connection. */
export interface ReceiverParts extends StreamReceiverParts {
  readonly life: ConnectionLife;
  readonly pipe: BytePipe;
  readonly timeLimits: TimeLimits;
  /** Milliseconds on a clock that only goes forward. */
  now(): number;
}

/**
 * The receiving side of a connection: cuts what comes into frames, sees to the order that frames have among each other, and
 * acts on those that concern the connection. What concerns the body of a stream goes on to the StreamReceiver.
 */
export class Receiver implements FrameHandler, FrameSink {
  readonly #parts: ReceiverParts;
  readonly #queue: SendQueue;
  readonly #life: ConnectionLife;
  readonly #streams: StreamReceiver;
  readonly #reader: FrameReader;
  readonly #preface: PrefaceReader | undefined;
  #openBlock: HeaderBlock | undefined;
  #areSettingsAcked = false;

  constructor(parts: ReceiverParts, queue: SendQueue) {
    this.#parts = parts;
    this.#queue = queue;
    this.#life = parts.life;
    this.#streams = new StreamReceiver(parts);
    this.#reader = new FrameReader(this, DEFAULT_FRAME_BYTES);
    this.#preface = parts.isServer ? new PrefaceReader() : undefined;
  }

  /**
   * Takes what came from the peer.
   *
   * @throws Http2Error or HpackError for what breaks the connection, and what a sink throws
   */
  read(chunk: Uint8Array): void {
    const start = this.#preface === undefined || this.#preface.isWhole ? 0 : this.#preface.read(chunk);
    this.#reader.read(chunk, start);
  }

  /**
   * Whether something has begun that may take only so long.
   *
   * @throws Http2Error where it took longer
   */
  checkTime(now: number): boolean {
    this.#openBlock?.checkTime(now);
    return this.#openBlock !== undefined;
  }

  // ---- frames, in their order ---------------------------------------------------------

  get isReading(): boolean {
    return !this.#life.isClosed;
  }

  /** What is wrong with one stream ends that one alone, and reading goes on (RFC 9113 §5.4.2). */
  onFrame(bytes: Uint8Array, start: number, length: number, type: number, flags: number, streamId: number): void {
    try {
      if (this.#openBlock !== undefined) this.#checkWithinBlock(this.#openBlock, type, streamId);
      if (this.#life.phase === ConnectionPhase.Preface) checkFirst(type, flags);
      parseFrame(bytes, start, length, type, flags, streamId, this);
    } catch (error) {
      if (!(error instanceof Http2Error) || error.streamId === 0) throw error;
      this.#failStream(error);
    }
  }

  /** §6.2: until a header block is whole, nothing but more of it may come. */
  #checkWithinBlock(block: HeaderBlock, type: number, streamId: number): void {
    if (type === FrameType.Continuation && streamId === block.streamId) return;
    throw new Http2Error(0, Http2Code.ProtocolError, "a header block is interrupted by another frame");
  }

  #failStream(error: Http2Error): void {
    const { streamId, http2Code, message } = error;
    // One that was never opened cannot be reset (§5.1).
    if (this.#parts.table.isIdle(streamId))
      throw new Http2Error(0, http2Code, `${message}, on stream ${streamId}, which is idle`);
    this.#onAnswer();
    this.#parts.ends.fail(error);
  }

  // ---- frames of streams --------------------------------------------------------------

  onData(streamId: number, bytes: Uint8Array, start: number, end: number, flowBytes: number, endStream: boolean): void {
    this.#streams.onData(streamId, bytes, start, end, flowBytes, endStream);
  }

  onHeaders(
    streamId: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    endStream: boolean,
    endHeaders: boolean,
  ): void {
    if (endHeaders) {
      this.#streams.onHeaderBlock(streamId, bytes, start, end, endStream);
      return;
    }
    const { limits, now, timeLimits } = this.#parts;
    const block = new HeaderBlock(streamId, endStream, limits, now());
    this.#openBlock = block;
    block.add(bytes, start, end);
    timeLimits.start();
  }

  onContinuation(_: number, bytes: Uint8Array, start: number, end: number, endHeaders: boolean): void {
    const block = this.#openBlock;
    if (block === undefined) throw new Http2Error(0, Http2Code.ProtocolError, "CONTINUATION behind no HEADERS");
    block.add(bytes, start, end);
    if (!endHeaders) return;
    this.#openBlock = undefined;
    const whole = block.join();
    this.#streams.onHeaderBlock(block.streamId, whole, 0, whole.length, block.endStream);
  }

  /** Priorities are read for their form only (§5.3.2). */
  onPriority(): void {
    this.#parts.budgets.onPriority();
  }

  onRstStream(streamId: number, http2Code: number): void {
    const { table, ends, budgets, isServer } = this.#parts;
    const stream = table.get(streamId);
    if (stream === undefined) {
      if (table.isIdle(streamId))
        throw new Http2Error(0, Http2Code.ProtocolError, `RST_STREAM on stream ${streamId}, which is idle`);
      return;
    }
    if (isServer) budgets.spendReset();
    const message = `the peer reset the stream: ${http2CodeName(http2Code)}`;
    ends.end(stream, { http2Code, origin: "peer", message, unprocessed: http2Code === Http2Code.RefusedStream });
  }

  /** We have said that there is to be no push, and a client may never (§6.6, §8.4). */
  onPushPromise(): void {
    throw new Http2Error(0, Http2Code.ProtocolError, "PUSH_PROMISE, although push is disabled");
  }

  onWindowUpdate(streamId: number, increment: number): void {
    const { table, budgets } = this.#parts;
    budgets.onWindowUpdate();
    if (streamId === 0) {
      this.#queue.growConnection(increment);
      return;
    }
    const stream = table.get(streamId);
    if (stream !== undefined) this.#queue.growStream(stream, increment);
    else if (table.isIdle(streamId))
      throw new Http2Error(0, Http2Code.ProtocolError, `WINDOW_UPDATE on stream ${streamId}, which is idle`);
  }

  // ---- frames of the connection -------------------------------------------------------

  onSetting(id: number, value: number): void {
    const { peer, writer, isServer } = this.#parts;
    switch (id) {
      case Setting.HeaderTableSize:
        writer.encoder.setPeerTableBytes(value);
        break;
      case Setting.EnablePush:
        if (!isServer && value !== 0)
          throw new Http2Error(0, Http2Code.ProtocolError, "a server sent SETTINGS_ENABLE_PUSH");
        break;
      case Setting.MaxConcurrentStreams:
        peer.maxStreams = value;
        break;
      case Setting.InitialWindowSize:
        this.#queue.changeInitialWindow(value);
        break;
      case Setting.MaxFrameSize:
        peer.maxFrameBytes = value;
        break;
      case Setting.MaxHeaderListSize:
        peer.maxHeaderListBytes = value;
        break;
      default:
        break;
    }
  }

  /** Acknowledged at once, as all of them hold now (§6.5.3). */
  onSettingsEnd(): void {
    const { budgets, writer, observer } = this.#parts;
    if (this.#life.phase !== ConnectionPhase.Preface) budgets.spendUseless("settings");
    this.#life.onSettings();
    this.#onAnswer();
    writer.writeSettingsAck();
    observer.onRoom();
    this.#queue.resume();
  }

  onSettingsAck(): void {
    if (this.#areSettingsAcked) this.#parts.budgets.spendUseless("settings-ack");
    this.#areSettingsAcked = true;
    this.#parts.windows.onSettingsAck();
  }

  onPing(payload: Uint8Array): void {
    const { budgets, observer, writer } = this.#parts;
    budgets.spendUseless("ping");
    observer.onPing?.();
    if (this.#life.isClosed) return;
    this.#onAnswer();
    writer.writePing(payload, true);
  }

  onPingAck(payload: Uint8Array): void {
    if (this.#parts.windows.onPingAck(payload)) return;
    this.#parts.budgets.spendUseless("ping-ack");
    this.#parts.observer.onPingAck(payload);
  }

  /** §6.8: streams above the last were not looked at; only a client has such. */
  onGoaway(lastStreamId: number, http2Code: number, bytes: Uint8Array, start: number, end: number): void {
    const { budgets, observer, isServer, table, ends } = this.#parts;
    const words = readLatin1(bytes, start, Math.min(end, start + MAX_DEBUG_BYTES)).replace(/[^\x20-\x7e]/g, "?");
    budgets.spendUseless("goaway");
    // A server has no streams of its own that a client could name.
    this.#life.onGoawayReceived(isServer ? 0 : lastStreamId);
    observer.onGoaway(lastStreamId, http2Code, words);
    if (isServer) return;
    const message = `the server closes the connection: ${http2CodeName(http2Code)}${words === "" ? "" : ` (${words})`}`;
    const reset = { http2Code: Http2Code.RefusedStream, origin: "connection", message, unprocessed: true } as const;
    for (const stream of table.all()) if (stream.id > lastStreamId) ends.end(stream, reset);
  }

  /** Types that we do not know are passed over (§5.5). */
  onUnknown(): void {
    this.#parts.budgets.spendUseless("unknown-frame");
  }

  /** Something is about to be written because the peer made us. */
  #onAnswer(): void {
    this.#parts.budgets.onAnswer(this.#parts.pipe.congested);
  }
}

/** §3.4: each side begins with SETTINGS. */
function checkFirst(type: number, flags: number): void {
  if (type !== FrameType.Settings || (flags & FrameFlag.Ack) !== 0) {
    throw new Http2Error(0, Http2Code.ProtocolError, "the first frame is no SETTINGS");
  }
}
