import { DEFAULT_FRAME_BYTES, DEFAULT_WINDOW_BYTES, FRAME_HEADER_BYTES, MAX_WINDOW_BYTES } from "../frame/index.ts";
import { Http2Code, Http2Error } from "../http2-error.ts";
import { type HeaderSource, type Http2Stream, maySend } from "../stream/index.ts";
import type { Budgets } from "./budgets.ts";
import type { BytePipe } from "./byte-pipe.ts";
import type { Limits } from "./connection-limits.ts";
import type { FrameWriter } from "./frame-writer.ts";
import type { PeerSettings } from "./peer-settings.ts";
import type { StreamEnds } from "./stream-ends.ts";
import type { StreamTable } from "./stream-table.ts";
import type { TimeLimits } from "./time-limits.ts";

/** What is split into frames where it was written. More is sent by turns, so that others need not wait for all of it. */
const LONGEST_IN_PLACE_BYTES = 128 * 1024;
/**
 * What a stream sends before it is the next one's turn: a frame of the least size. A small message waits for as much of
 * each other stream at most.
 */
const QUANTUM_BYTES = DEFAULT_FRAME_BYTES;
/** A stream that is alone writes frames as long as the peer takes them, but no longer: another may come. */
const LONGEST_PIECE_BYTES = 64 * 1024;
/** What may wait for as long as it likes: a client that pauses holds a message back on each of some streams. */
const PATIENCE_BYTES = 1024 * 1024;
/** Who takes less than a frame of the least size while it is waited for stands still. */
const PROGRESS_BYTES = DEFAULT_FRAME_BYTES;

/** Parts of the connection that the queue works with. */
export interface SendQueueParts {
  /** On servers what waits to be sent was asked for by a peer; what this side's own users ask for is theirs to bound. */
  readonly isServer: boolean;
  readonly limits: Limits;
  readonly pipe: BytePipe;
  readonly peer: PeerSettings;
  readonly table: StreamTable;
  readonly writer: FrameWriter;
  readonly ends: StreamEnds;
  readonly budgets: Budgets;
  readonly timeLimits: TimeLimits;
  /** Milliseconds on a clock that only goes forward. */
  now(): number;
}

/**
 * Headers and DATA on their way out: at once where the windows of the peer allow it (RFC 9113 §6.9), else when they do.
 *
 *                     +---------+   its window is 0   +---------+
 *   more than fits -->| blocked |<------------------->|  ready  |--> sent, in turn
 *                     +---------+  the peer opens it  +---------+
 *
 * A stream with something to send is blocked while its own window is closed, and ready while it waits for what all share:
 * the connection's window and room in the pipe. Of that each gets as much as the others, by bytes: one that is cut off in
 * its turn goes on with it (deficit round-robin, Shreedhar and Varghese, 1995).
 */
export class SendQueue {
  readonly #parts: SendQueueParts;
  readonly #pipe: BytePipe;
  readonly #peer: PeerSettings;
  readonly #table: StreamTable;
  readonly #writer: FrameWriter;
  readonly #ends: StreamEnds;
  readonly #budgets: Budgets;
  /** Bytes that we may send on all streams together. */
  connectionBytes: number = DEFAULT_WINDOW_BYTES;

  #isTakingTurns = false;
  /** Bytes that were sent of what waited. */
  #queueSent = 0;
  /** The same when there was progress last, and when that was; undefined while nothing can stand still. */
  #progress: { readonly sent: number; readonly at: number } | undefined;

  constructor(parts: SendQueueParts) {
    this.#parts = parts;
    this.#pipe = parts.pipe;
    this.#peer = parts.peer;
    this.#table = parts.table;
    this.#writer = parts.writer;
    this.#ends = parts.ends;
    this.#budgets = parts.budgets;
  }

  // ---- what is sent -------------------------------------------------------------------

  sendHeaders(stream: Http2Stream, source: HeaderSource, endStream: boolean): void {
    if (stream.pending.length > 0) stream.pending.push({ kind: "headers", source, endStream });
    else this.#writeHeaders(stream, source, endStream);
    this.#writer.requestFlush();
  }

  /** Room for a DATA frame in the outgoing buffer: where its body goes. */
  beginData(maxBodyBytes: number): number {
    const { output } = this.#writer;
    const headers = maxBodyBytes <= this.#peer.maxFrameBytes ? 1 : Math.ceil(maxBodyBytes / this.#peer.maxFrameBytes);
    output.reserve(headers * FRAME_HEADER_BYTES + maxBodyBytes);
    return output.offset + FRAME_HEADER_BYTES;
  }

  /** Sends what was written into that room. */
  commitData(stream: Http2Stream, start: number, end: number, endStream: boolean): void {
    if (!maySend(stream.state)) return;
    const length = end - start;
    const room = Math.min(LONGEST_IN_PLACE_BYTES, stream.sendWindow, this.connectionBytes);
    // An empty frame takes no window, not even one that is below zero (§6.9.1).
    if ((length > 0 && (length > room || this.#pipe.congested)) || stream.pending.length > 0) {
      this.sendOwned(stream, Uint8Array.prototype.slice.call(this.#writer.output.bytes, start, end), endStream);
      return;
    }
    this.#writer.writeDataInPlace(stream.id, start, end, endStream);
    this.#onDataSent(stream, length);
    if (endStream) this.#ends.onEndSent(stream);
    this.#writer.requestFlush();
  }

  /** Sends bytes that nobody will change any more, in as many frames as it takes. */
  sendOwned(stream: Http2Stream, bytes: Uint8Array, endStream: boolean): void {
    if (!maySend(stream.state)) return;
    stream.pending.push({ kind: "data", bytes, at: 0, endStream });
    stream.pendingBytes += bytes.length;
    this.#table.queuedBytes += bytes.length;
    this.#offer(stream);
    if (this.#parts.isServer && this.#table.queuedBytes > PATIENCE_BYTES) this.#onMuchQueued(stream);
    this.#writer.requestFlush();
  }

  /** A peer that asks for much and takes nothing costs memory (CVE-2019-9517, CVE-2026-49975). */
  #onMuchQueued(stream: Http2Stream): void {
    const { maxQueuedBytes } = this.#parts.limits;
    // A message may be as large as it likes, where it is not on top of too much.
    if (stream.pendingBytes > 0 && this.#table.queuedBytes - stream.pendingBytes > maxQueuedBytes) {
      const message = `more than ${maxQueuedBytes} bytes wait for the peer`;
      this.#ends.drop(stream, new Http2Error(stream.id, Http2Code.EnhanceYourCalm, message, "send-queue-full"));
      return;
    }
    this.#progress ??= { sent: this.#queueSent, at: this.#parts.now() };
    this.#parts.timeLimits.start();
  }

  /**
   * Whether so much waits that it may not stand still for long.
   *
   * @throws Http2Error where it has
   */
  checkTime(now: number): boolean {
    if (this.#progress === undefined) return false;
    if (this.#table.queuedBytes <= PATIENCE_BYTES) {
      this.#progress = undefined;
      return false;
    }
    if (this.#queueSent - this.#progress.sent >= PROGRESS_BYTES) this.#progress = { sent: this.#queueSent, at: now };
    else if (now - this.#progress.at >= this.#parts.limits.sendStallTimeoutMs) {
      const message = `the peer takes nothing of the ${this.#table.queuedBytes} bytes that wait for it`;
      throw new Http2Error(0, Http2Code.EnhanceYourCalm, message, "send-stall");
    }
    return true;
  }

  /** Whether something sent now would leave soon. Where not, `onWritable` of the stream's sink is called later. */
  isWritable(stream: Http2Stream): boolean {
    const isRoom = stream.pending.length === 0 && !this.#pipe.congested;
    if (!isRoom) stream.isWaiting = true;
    return isRoom;
  }

  // ---- what makes room ----------------------------------------------------------------

  /** @throws Http2Error where the connection's window becomes larger than any may be (§6.9.1) */
  growConnection(increment: number): void {
    this.connectionBytes += increment;
    if (this.connectionBytes > MAX_WINDOW_BYTES)
      throw new Http2Error(0, Http2Code.FlowControlError, "the connection's window overflows");
    this.#takeTurns();
  }

  /** @throws Http2Error where the stream's window becomes larger than any may be (§6.9.1) */
  growStream(stream: Http2Stream, increment: number): void {
    growWindow(stream, increment, stream.id);
    if (stream.pending.length > 0) this.#offer(stream);
  }

  /**
   * The peer says what may be sent on a new stream. Streams that are open get the difference, which may leave them a
   * window below zero (§6.9.2). `resume` follows.
   *
   * @throws Http2Error where a window becomes larger than any may be
   */
  changeInitialWindow(windowBytes: number): void {
    const difference = windowBytes - this.#peer.initialWindowBytes;
    for (const stream of this.#table.all()) growWindow(stream, difference, 0);
    this.#peer.initialWindowBytes = windowBytes;
  }

  /** Goes on behind new settings. */
  resume(): void {
    for (const stream of this.#table.all()) if (stream.pending.length > 0 && !stream.isReady) this.#offer(stream);
    this.#takeTurns();
  }

  /** The pipe takes more again. */
  onDrain(): void {
    this.#takeTurns();
    for (const stream of this.#table.all()) this.#notifyWritable(stream);
  }

  // -------------------------------------------------------------------------------------

  #writeHeaders(stream: Http2Stream, source: HeaderSource, endStream: boolean): void {
    this.#writer.writeHeaders(stream.id, source, endStream);
    if (endStream) this.#ends.onEndSent(stream);
  }

  /** A stream has something to send, or a window for it. */
  #offer(stream: Http2Stream): void {
    const { ready } = this.#table;
    stream.turnBytes = stream.isReady ? stream.turnBytes : QUANTUM_BYTES;
    // What takes no window, such as an empty frame that ends a stream, waits for nobody.
    if (ready.first === undefined || !needsWindow(stream)) this.#take(stream);
    else if (stream.sendWindow > 0) ready.add(stream);
    this.#takeTurns();
  }

  /** Lets the streams that wait send by turns, as far as what they share goes. */
  #takeTurns(): void {
    const { ready } = this.#table;
    // Sinks that are told of room send in the middle of it.
    if (this.#isTakingTurns) return;
    this.#isTakingTurns = true;
    try {
      while (ready.first !== undefined && this.connectionBytes > 0 && !this.#pipe.congested) {
        const stream = ready.first;
        this.#take(stream);
        // Cut off by what all share, it goes on with its turn when there is more.
        if (stream.turnBytes > 0) continue;
        stream.turnBytes = QUANTUM_BYTES;
        if (ready.first === stream) ready.rotate();
      }
    } finally {
      this.#isTakingTurns = false;
    }
    this.#writer.requestFlush();
  }

  /** Sends what waits on a stream until its turn is over, or a window, or the pipe is full. */
  #take(stream: Http2Stream): void {
    const { ready } = this.#table;
    while (stream.pending.length > 0 && !stream.isClosed) {
      const next = stream.pending[0];
      if (next === undefined) break;
      if (next.kind === "headers") {
        stream.pending.shift();
        this.#writeHeaders(stream, next.source, next.endStream);
        continue;
      }
      const left = next.bytes.length - next.at;
      if (left > 0) {
        if (stream.sendWindow <= 0) {
          ready.remove(stream);
          return;
        }
        ready.add(stream);
        if (this.connectionBytes <= 0 || this.#pipe.congested || stream.turnBytes <= 0) return;
      }
      // Alone it need not stop for the others.
      const isAlone = ready.first === stream && stream.readyBehind === undefined;
      const most = isAlone ? LONGEST_PIECE_BYTES : Math.min(stream.turnBytes, LONGEST_PIECE_BYTES);
      const room = Math.min(left, stream.sendWindow, this.connectionBytes, this.#peer.maxFrameBytes, most);
      this.#writePiece(stream, next, Math.max(room, 0));
      if (!isAlone) stream.turnBytes -= room;
    }
    ready.remove(stream);
    this.#notifyWritable(stream);
  }

  #writePiece(
    stream: Http2Stream,
    next: { readonly bytes: Uint8Array; at: number; readonly endStream: boolean },
    room: number,
  ): void {
    const isLast = next.at + room === next.bytes.length;
    this.#writer.writeDataOwned(stream.id, next.bytes.subarray(next.at, next.at + room), isLast && next.endStream);
    next.at += room;
    stream.pendingBytes -= room;
    this.#table.queuedBytes -= room;
    this.#queueSent += room;
    this.#onDataSent(stream, room);
    if (!isLast) return;
    stream.pending.shift();
    if (next.endStream) this.#ends.onEndSent(stream);
  }

  #onDataSent(stream: Http2Stream, length: number): void {
    stream.sendWindow -= length;
    this.connectionBytes -= length;
    this.#budgets.onDataSent(length);
  }

  #notifyWritable(stream: Http2Stream): void {
    if (!stream.isWaiting || stream.pending.length > 0 || this.#pipe.congested || stream.isClosed) return;
    stream.isWaiting = false;
    stream.sink.onWritable();
  }
}

/** Whether what is to be sent first takes of the windows (§6.9.1). */
function needsWindow({ pending: [first] }: Http2Stream): boolean {
  return first?.kind === "data" && first.bytes.length > first.at;
}

/** @param blamedId what the overflow costs: the stream, or the connection by 0 */
function growWindow(stream: Http2Stream, increment: number, blamedId: number): void {
  stream.sendWindow += increment;
  if (stream.sendWindow > MAX_WINDOW_BYTES)
    throw new Http2Error(blamedId, Http2Code.FlowControlError, "a stream's window overflows");
}
