import type { Clock } from "../base/index.ts";
import { CallCounts } from "./call-counts.ts";
import type { ConnectionCounts } from "./connection-counts.ts";
import type { CodecStats, ServerStats } from "./observed.ts";

/** What a server knows beside its counts. */
export interface ServerNow {
  readonly running: number;
  readonly queued: number;
  /** Those of the connections that are open. */
  readonly connections: readonly ConnectionCounts[];
  readonly codecs: CodecStats;
}

/** Counts what happens on a server. */
export class ServerCounts {
  readonly calls: CallCounts = new CallCounts();
  connections = 0;
  refusedConnections = 0;
  refusedCalls = 0;
  foreignRequests = 0;
  readonly #violations = new Map<string, number>();
  /** Over connections that are closed. */
  #messagesSent = 0;
  #messagesReceived = 0;

  /** @param name one of few: it is a name of a rule, and nothing that a client chose */
  addViolation(name: string): void {
    this.#violations.set(name, (this.#violations.get(name) ?? 0) + 1);
  }

  /** A connection is closed: what went over it is remembered. */
  addClosed({ messagesSent, messagesReceived }: ConnectionCounts): void {
    this.#messagesSent += messagesSent;
    this.#messagesReceived += messagesReceived;
  }

  stats(clock: Pick<Clock, "now">, { running, queued, connections, codecs }: ServerNow): ServerStats {
    const messages = { sent: this.#messagesSent, received: this.#messagesReceived };
    for (const { messagesSent, messagesReceived } of connections) {
      messages.sent += messagesSent;
      messages.received += messagesReceived;
    }
    return {
      connections: { open: connections.length, total: this.connections, refused: this.refusedConnections },
      calls: { ...this.calls.stats(clock), running, queued, refused: this.refusedCalls },
      foreignRequests: this.foreignRequests,
      messages,
      codecs: { ...codecs },
      violations: Object.fromEntries(this.#violations),
    };
  }
}
