import { DEFAULT_FRAME_BYTES } from "../frame/index.ts";
import { Http2Code, Http2Error } from "../http2-error.ts";
import type { Limits } from "./connection-limits.ts";
import { FrameBudget } from "./frame-budget.ts";
import type { StreamTable } from "./stream-table.ts";

/** Before each message of gRPC stand five bytes: what is shorter is a part of one. */
const TINY_BYTES = 5;
/** Before there is any stream: the connection's window is opened, and perhaps in steps. */
const FREE_WINDOW_UPDATES = 5;
/** An update for the stream, and one for the connection. */
const WINDOWS_OF_DATA = 2;

/**
 * What a peer may do that costs us more than it (RFC 9113 §10.5). Each limit that is broken ends the connection with
 * ENHANCE_YOUR_CALM, and is counted under a name of its own.
 */
export class Budgets {
  readonly #limits: Limits;
  readonly #table: StreamTable;
  readonly #useless: FrameBudget;
  readonly #resets: FrameBudget;
  readonly #tiny: FrameBudget;
  #emptyInRow = 0;
  #priorities = 0;
  #windowUpdates = 0;
  /** Frames of DATA that were sent, long ones counted as several. */
  #dataSent = 0;
  /** Answers that were written since the pipe is congested. */
  #queuedAnswers = 0;

  /** @param now milliseconds on a clock that only goes forward */
  constructor(limits: Limits, table: StreamTable, now: () => number) {
    this.#limits = limits;
    this.#table = table;
    this.#useless = new FrameBudget(limits.maxUselessFrames, now);
    this.#resets = new FrameBudget(limits.maxResets, now);
    this.#tiny = new FrameBudget(limits.maxTinyDataFrames, now);
  }

  /**
   * Frames that are allowed but do nothing must stay few, or they are an attack (CVE-2019-9512, CVE-2019-9515).
   *
   * @param name of few: a kind of frame
   * @throws Http2Error where they are not
   */
  spendUseless(name: string): void {
    if (!this.#useless.spend()) exceeded(`${name}-flood`, `too many frames that do nothing, the last being ${name}`);
  }

  /**
   * Opening a stream and resetting it costs a client nothing and us a call (CVE-2023-44487, CVE-2025-8671).
   *
   * @throws Http2Error where that was done too often
   */
  spendReset(): void {
    if (!this.#resets.spend()) exceeded("reset-flood", "too many streams that were reset");
  }

  /** A stream has ended as it should. */
  onStreamDone(): void {
    this.#resets.refund();
  }

  /** DATA was sent, which the peer may answer with windows. */
  onDataSent(byteLength: number): void {
    this.#useless.refund();
    this.#dataSent += 1 + Math.floor(byteLength / DEFAULT_FRAME_BYTES);
  }

  /**
   * DATA has come. What carries next to nothing costs as much as what does not (CVE-2019-9518, CVE-2026-84304).
   *
   * @throws Http2Error where that was done too often
   */
  onDataReceived(byteLength: number, endStream: boolean): void {
    if (byteLength >= TINY_BYTES || endStream) {
      this.#useless.refund();
      this.#tiny.refund();
      this.#emptyInRow = 0;
      return;
    }
    if (byteLength > 0) {
      this.#useless.refund();
      this.#emptyInRow = 0;
    } else if (++this.#emptyInRow > this.#limits.maxEmptyDataFrames) {
      exceeded("empty-data-flood", `more than ${this.#limits.maxEmptyDataFrames} empty DATA frames in a row`);
    }
    if (!this.#tiny.spend()) exceeded("tiny-data-flood", `too many DATA frames of less than ${TINY_BYTES} bytes`);
  }

  /** @throws Http2Error for more WINDOW_UPDATE than what we have sent can be the reason of */
  onWindowUpdate(): void {
    const perData = this.#limits.maxWindowUpdatesPerData * this.#dataSent;
    const most = FREE_WINDOW_UPDATES + WINDOWS_OF_DATA * (this.#table.streamsOpened + perData);
    if (++this.#windowUpdates > most)
      exceeded("window-update-flood", `more than ${most} WINDOW_UPDATE frames for what was sent`);
  }

  /** @throws Http2Error for more PRIORITY than streams can be the reason of (CVE-2019-9513) */
  onPriority(): void {
    const most = this.#limits.maxPrioritiesPerStream * (1 + this.#table.streamsOpened);
    if (++this.#priorities > most) exceeded("priority-flood", `more than ${most} PRIORITY frames`);
  }

  /**
   * An answer to what the peer sent is about to be written. A peer that sends and does not read makes us keep them all
   * (CVE-2019-9512, CVE-2019-9514).
   *
   * @param isCongested whether it waits behind what the peer has not read
   * @throws Http2Error where too many wait
   */
  onAnswer(isCongested: boolean): void {
    if (!isCongested) this.#queuedAnswers = 0;
    else if (++this.#queuedAnswers > this.#limits.maxQueuedControlFrames)
      exceeded("control-queue-flood", `more than ${this.#limits.maxQueuedControlFrames} answers that are not read`);
  }
}

function exceeded(violation: string, message: string): never {
  throw new Http2Error(0, Http2Code.EnhanceYourCalm, message, violation);
}
