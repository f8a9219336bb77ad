import type { Http2Stream, StreamSink } from "../stream/index.ts";
import type { BufferBudget } from "./buffer-budget.ts";
import type { BytePipe } from "./byte-pipe.ts";
import type { ConnectionLimits } from "./connection-limits.ts";
import type { SegmentPool } from "./segment-pool.ts";

/** Who is told what happens on a connection. */
export interface ConnectionObserver {
  /** The peer opened a stream: gives who listens to it. On servers only. */
  onStream(stream: Http2Stream): StreamSink;
  /** The peer's settings came or changed, or a stream ended: there may be room for another. */
  onRoom(): void;
  /** The peer will take no further streams; those above `lastStreamId` were not looked at. */
  onGoaway(lastStreamId: number, http2Code: number, debug: string): void;
  /** The peer asks for an answer to a ping, which it gets unless the connection is closed now. */
  onPing?(): void;
  /** The peer answered a ping. */
  onPingAck(payload: Uint8Array): void;
  /** The connection has ended. Every stream has been told before. Called once. */
  onClose(reason: string): void;
  /** A turn is over: what was received is dealt with, or what was written leaves. For what is looked at once in a turn. */
  onTurn?(): void;
  /** The peer broke a rule that costs it a stream or the connection. `name` is stable, for counting. */
  onViolation(name: string, message: string): void;
}

/** Timers of the owner's. The connection asks for one at a time, and only while something may take only so long. */
export interface ConnectionTimers {
  /** Tells `target` once the clock shows `instant`. */
  schedule(instant: number, target: { onDeadline(): void }): { cancel(): void };
}

/** What a connection is made with. */
export interface ConnectionOptions {
  readonly role: "client" | "server";
  readonly pipe: BytePipe;
  readonly observer: ConnectionObserver;
  readonly limits?: ConnectionLimits | undefined;
  /**
   * The number of the first stream that we open, for tests of what happens when numbers run out.
   *
   * @default 1 on clients, 2 on servers
   */
  readonly firstStreamId?: number | undefined;
  /** Where segments come from; the connection has its own where undefined. */
  readonly segments?: SegmentPool | undefined;
  /** What bounds the bytes that this and other connections keep; only the limits of each do where undefined. */
  readonly buffers?: BufferBudget | undefined;
  /**
   * Milliseconds on a clock that only goes forward. Budgets are refilled by it.
   *
   * @default performance.now
   */
  readonly now?: (() => number) | undefined;
  /** Limits of time are kept by them; where undefined, nothing is ever too late. */
  readonly timers?: ConnectionTimers | undefined;
}
