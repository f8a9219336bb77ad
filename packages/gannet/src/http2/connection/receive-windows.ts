import { DEFAULT_WINDOW_BYTES } from "../frame/index.ts";
import { Http2Code, Http2Error } from "../http2-error.ts";
import { type Http2Stream, mayReceive } from "../stream/index.ts";
import type { Limits } from "./connection-limits.ts";
import type { FrameWriter } from "./frame-writer.ts";
import type { StreamTable } from "./stream-table.ts";

/**
 * The windows that we give to the peer (RFC 9113 §6.9). That of a stream follows what the layer above has consumed, which
 * is the back-pressure of a call. That of the connection follows what was read: a slow stream shall not stop the others.
 * But only as far as memory goes: what was not consumed and what may still come are `maxUnconsumedBytes` together at most.
 */
export class ReceiveWindows {
  readonly #limits: Limits;
  readonly #table: StreamTable;
  readonly #writer: FrameWriter;
  /** Bytes that the peer may send on all streams together. */
  connectionBytes: number = DEFAULT_WINDOW_BYTES;
  /** Bytes that were read, and not told to the peer yet. */
  #unreported = 0;
  /** What the peer may send on a new stream, as far as it knows of our settings. */
  initialBytes: number;

  constructor(limits: Limits, table: StreamTable, writer: FrameWriter) {
    this.#limits = limits;
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
    for (const stream of this.#table.all()) stream.receiveWindow -= shrunk;
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
  }

  /** Lets the peer send as much again as was read, or as there is memory for. */
  #openConnection(): void {
    const { maxUnconsumedBytes, connectionWindowBytes } = this.#limits;
    const room = maxUnconsumedBytes - this.#table.unconsumedBytes - this.connectionBytes;
    const increment = Math.min(this.#unreported, room);
    // Where memory is short, little by little would be an update for each message.
    if (increment < Math.min(this.#unreported, connectionWindowBytes / 4)) return;
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
    if (stream.receiveWindow < 0)
      throw new Http2Error(stream.id, Http2Code.FlowControlError, "more DATA than the stream's window");
  }

  /** Opens the connection's window again, at the half of it: DATA was read, or something was consumed. */
  reopenConnection(): void {
    if (this.#unreported >= this.#limits.connectionWindowBytes / 2) this.#openConnection();
  }

  /** The layer above has consumed `byteLength` bytes of the stream: the peer may send as many more. */
  release(stream: Http2Stream, byteLength: number): void {
    const consumed = Math.min(byteLength, stream.unconsumed);
    stream.unconsumed -= consumed;
    this.#table.unconsumedBytes -= consumed;
    // Mostly done as it was read; not where memory was short.
    this.reopenConnection();
    if (!mayReceive(stream.state)) return;
    stream.unreported += byteLength;
    // Few updates of much rather than many of little; the half is time enough for one to arrive.
    if (stream.unreported < this.#limits.streamWindowBytes / 2) return;
    this.#writer.writeWindowUpdate(stream.id, stream.unreported);
    stream.receiveWindow += stream.unreported;
    stream.unreported = 0;
    this.#writer.requestFlush();
  }
}
