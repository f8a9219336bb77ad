import { type Clock, dateOf } from "../base/index.ts";

/** What went over a connection. */
export interface ConnectionStats {
  readonly openedAt: Date;
  readonly streams: {
    readonly open: number;
    readonly started: number;
    /** Ended as HTTP/2 has it: with a trailer, whatever its status. */
    readonly succeeded: number;
    /** Ended with a reset, or with the connection. */
    readonly failed: number;
    readonly lastStartedAt: Date | undefined;
  };
  readonly messages: {
    readonly sent: number;
    readonly received: number;
    readonly lastSentAt: Date | undefined;
    readonly lastReceivedAt: Date | undefined;
  };
  /** Pings that asked whether the peer is still there. */
  readonly keepalivesSent: number;
  /** Bytes that we may send before the peer says so. */
  readonly sendWindowBytes: number;
  /** Bytes that the peer may send before we say so. */
  readonly receiveWindowBytes: number;
}

/** What the connection itself knows. */
export type WindowStats = Pick<ConnectionStats, "sendWindowBytes" | "receiveWindowBytes"> & {
  readonly openStreams: number;
};

/**
 * Counts what goes over a connection. The counters are plain integers; when something last happened is noted once for
 * all that happened in a turn of the event loop, which is all that `stamp` costs.
 */
export class ConnectionCounts {
  streamsStarted = 0;
  streamsSucceeded = 0;
  streamsFailed = 0;
  messagesSent = 0;
  messagesReceived = 0;
  keepalivesSent = 0;
  readonly #openedAt: number;
  readonly #clock: Pick<Clock, "now">;
  #stampedStreams = 0;
  #stampedSent = 0;
  #stampedReceived = 0;
  #lastStreamAt: number | undefined = undefined;
  #lastSentAt: number | undefined = undefined;
  #lastReceivedAt: number | undefined = undefined;

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
    this.#openedAt = clock.now();
  }

  /** When the last stream was started, on the clock of the connection; undefined before the first. */
  get lastStreamAt(): number | undefined {
    return this.#lastStreamAt;
  }

  /** A turn is over: what was counted in it gets its time. Returns that, where a stream was started. */
  stamp(): number | undefined {
    const isStream = this.streamsStarted !== this.#stampedStreams;
    const isSent = this.messagesSent !== this.#stampedSent;
    const isReceived = this.messagesReceived !== this.#stampedReceived;
    if (!(isStream || isSent || isReceived)) return undefined;
    const now = this.#clock.now();
    if (isSent) {
      this.#stampedSent = this.messagesSent;
      this.#lastSentAt = now;
    }
    if (isReceived) {
      this.#stampedReceived = this.messagesReceived;
      this.#lastReceivedAt = now;
    }
    if (!isStream) return undefined;
    this.#stampedStreams = this.streamsStarted;
    this.#lastStreamAt = now;
    return now;
  }

  stats({ openStreams, sendWindowBytes, receiveWindowBytes }: WindowStats): ConnectionStats {
    const clock = this.#clock;
    return {
      openedAt: dateOf(this.#openedAt, clock),
      streams: {
        open: openStreams,
        started: this.streamsStarted,
        succeeded: this.streamsSucceeded,
        failed: this.streamsFailed,
        lastStartedAt: dateOf(this.#lastStreamAt, clock),
      },
      messages: {
        sent: this.messagesSent,
        received: this.messagesReceived,
        lastSentAt: dateOf(this.#lastSentAt, clock),
        lastReceivedAt: dateOf(this.#lastReceivedAt, clock),
      },
      keepalivesSent: this.keepalivesSent,
      sendWindowBytes,
      receiveWindowBytes,
    };
  }
}
