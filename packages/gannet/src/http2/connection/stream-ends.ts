import { Http2Code, type Http2Error } from "../http2-error.ts";
import {
  afterReceivingEnd,
  afterSendingEnd,
  type Http2Stream,
  mayReceive,
  type StreamReset,
  StreamState,
} from "../stream/index.ts";
import type { Budgets } from "./budgets.ts";
import type { ConnectionObserver } from "./connection-options.ts";
import type { FrameWriter } from "./frame-writer.ts";
import type { ReceiveWindows } from "./receive-windows.ts";
import type { StreamTable } from "./stream-table.ts";

/** Ends streams, in each way in which they end: stream-state.ts has the picture. */
export class StreamEnds {
  readonly #isServer: boolean;
  readonly #table: StreamTable;
  readonly #writer: FrameWriter;
  readonly #windows: ReceiveWindows;
  readonly #budgets: Budgets;
  readonly #observer: ConnectionObserver;

  constructor(
    isServer: boolean,
    table: StreamTable,
    writer: FrameWriter,
    windows: ReceiveWindows,
    budgets: Budgets,
    observer: ConnectionObserver,
  ) {
    this.#isServer = isServer;
    this.#table = table;
    this.#writer = writer;
    this.#windows = windows;
    this.#budgets = budgets;
    this.#observer = observer;
  }

  /** We have sent END_STREAM. */
  onEndSent(stream: Http2Stream): void {
    stream.state = afterSendingEnd(stream.state);
    if (stream.endCode !== undefined && !stream.isClosed) this.reset(stream, stream.endCode);
    else if (stream.isClosed) this.#budgets.onStreamDone();
    this.removeIfClosed(stream);
  }

  /** The peer has sent END_STREAM. `removeIfClosed` follows once its sink was told. */
  onEndReceived(stream: Http2Stream): void {
    stream.state = afterReceivingEnd(stream.state);
    this.#table.forgetAside(stream);
  }

  removeIfClosed(stream: Http2Stream): void {
    if (stream.isClosed) this.#discard(stream);
  }

  /** We end a stream now (RFC 9113 §5.4.2). Its sink is not told. */
  reset(stream: Http2Stream, http2Code: Http2Code): void {
    this.#table.rememberReset(stream.id);
    this.#writer.writeRstStream(stream.id, http2Code);
    this.#discard(stream);
    this.#writer.requestFlush();
  }

  /** Resets a stream on which we have said all, once that has left, where the peer has not (§8.1). */
  endEarly(stream: Http2Stream, http2Code: Http2Code): void {
    if (stream.state === StreamState.HalfClosedLocal) {
      this.reset(stream, http2Code);
    } else if (mayReceive(stream.state)) {
      stream.endCode = http2Code;
      this.#windows.dropAside(stream);
    }
  }

  /** Ends a stream early, by no frame of ours, and tells its sink. */
  end(stream: Http2Stream, reset: StreamReset): void {
    this.#discard(stream);
    stream.sink.onReset(reset);
  }

  /**
   * The peer broke a rule on one stream. Provoking resets costs it as much as sending them (CVE-2025-8671).
   *
   * @throws Http2Error where that is too much
   */
  fail(error: Http2Error): void {
    const { streamId, http2Code, message, violation } = error;
    this.#observer.onViolation(violation, message);
    if (this.#isServer) this.#budgets.spendReset();
    else this.#budgets.spendUseless("stream-error");
    this.#table.rememberReset(streamId);
    this.#writer.writeRstStream(streamId, http2Code);
    const stream = this.#table.get(streamId);
    if (stream !== undefined) this.end(stream, { http2Code, origin: "violation", message, unprocessed: false });
  }

  /** Something of ours is too much for a stream, whose peer does not take it. Its sink is told. */
  drop(stream: Http2Stream, { http2Code, message, violation }: Http2Error): void {
    this.#observer.onViolation(violation, message);
    this.#table.rememberReset(stream.id);
    this.#writer.writeRstStream(stream.id, http2Code);
    this.end(stream, { http2Code, origin: "violation", message, unprocessed: false });
  }

  /**
   * All streams end with the connection.
   *
   * @param unsentId of those of ours from that one on nothing has left
   */
  endAll(message: string, unsentId: number): void {
    for (const stream of this.#table.all()) {
      const unsent = stream.id >= unsentId && this.#table.isOurs(stream.id);
      this.end(stream, {
        http2Code: Http2Code.InternalError,
        origin: "connection",
        message,
        unprocessed: unsent,
        unsent,
      });
    }
  }

  #discard(stream: Http2Stream): void {
    if (!this.#table.close(stream)) return;
    this.#windows.reopenConnection();
    if (this.#windows.isStrained) this.#writer.requestFlush();
    this.#observer.onRoom();
  }
}
