import { Backoff, type BackoffOptions, type Clock, dateOf, type Timer } from "../../base/index.ts";
import type { ConnectionCounts, ObservedConnection, ObservedSubchannel, SubchannelStats } from "../../observe/index.ts";
import type { ConnectivityState, Endpoint, Subchannel } from "../balancer/index.ts";
import type { Connector } from "./connector.ts";
import { openConnection } from "./open-connection.ts";
import type {
  ConnectionOwner,
  ConnectionSettings,
  SubchannelConnection,
  WaitingCall,
} from "./subchannel-connection.ts";

/** What the subchannels of a channel have in common. */
export interface SubchannelSettings {
  readonly clock: Clock;
  random(): number;
  readonly connect: Connector;
  readonly connection: ConnectionSettings;
  readonly backoff: BackoffOptions | undefined;
  /** How long an attempt has at least. */
  readonly minConnectTimeoutMs: number;
}

/**
 * A backend and the connection to it (grpc/doc/connectivity-semantics-and-api.md):
 *
 *        connect()            settings came
 *   idle ---------> connecting -----------> ready
 *    ^                  | failed              |
 *    |                  v                     | lost, or GOAWAY
 *    +-------- transientFailure               |
 *    | backoff over                           |
 *    +----------------------------------------+
 *
 * After `close` it is in shutdown, and nobody is told.
 */
export class Http2Subchannel implements Subchannel, ConnectionOwner, ObservedSubchannel {
  readonly endpoint: Endpoint;
  readonly #settings: SubchannelSettings;
  readonly #onStateChange: (state: ConnectivityState) => void;
  readonly #backoff: Backoff;
  #state: ConnectivityState = "idle";
  #connection: SubchannelConnection | undefined;
  /** With those that finish their calls. */
  readonly #open = new Set<SubchannelConnection>();
  /** What went over connections that are gone. */
  readonly #past: StreamCounts = { started: 0, succeeded: 0, failed: 0, lastStartedAt: undefined };
  #attempt: AbortController | undefined;
  /** Until the attempt has to be over, or the backoff is. */
  #timer: Timer | undefined;
  /** Attempts since the last one that succeeded, when they began, and why the last one failed. */
  #attempts = 0;
  #firstAttemptAt = 0;
  #failure: string | undefined;

  constructor(endpoint: Endpoint, settings: SubchannelSettings, onStateChange: (state: ConnectivityState) => void) {
    this.endpoint = endpoint;
    this.#settings = settings;
    this.#onStateChange = onStateChange;
    this.#backoff = new Backoff(() => settings.random(), settings.backoff);
  }

  get state(): ConnectivityState {
    return this.#state;
  }

  get failure(): string | undefined {
    return this.#failure;
  }

  /** Whether it was given up and nothing of it is left. */
  get isGone(): boolean {
    return this.#state === "shutdown" && this.#open.size === 0;
  }

  get addresses(): readonly string[] {
    return this.endpoint.addresses;
  }

  connections(): readonly ObservedConnection[] {
    return [...this.#open];
  }

  stats(): SubchannelStats {
    const calls = { ...this.#past };
    for (const {
      calls: { counts },
    } of this.#open)
      addStreams(calls, counts);
    const { started, succeeded, failed, lastStartedAt } = calls;
    return {
      state: this.#state,
      failure: this.#failure,
      calls: { started, succeeded, failed, lastStartedAt: dateOf(lastStartedAt, this.#settings.clock) },
    };
  }

  connect(): void {
    if (this.#state !== "idle") return;
    const { clock, connect, connection, minConnectTimeoutMs } = this.#settings;
    const startedAt = clock.now();
    if (this.#attempts++ === 0) this.#firstAttemptAt = startedAt;
    const backoffMs = this.#backoff.next();
    const timeoutMs = Math.max(backoffMs, minConnectTimeoutMs);
    const attempt = new AbortController();
    const { addresses } = this.endpoint;
    this.#attempt = attempt;
    this.#setTimer(timeoutMs, () => {
      attempt.abort(new Error(`connect to ${addresses.join()}: no answer in ${formatSeconds(timeoutMs)}`));
    });
    this.#setState("connecting");
    openConnection(addresses, connect, connection, attempt.signal).then(
      (opened) => this.#onOpened(attempt, opened, startedAt + backoffMs),
      (error: unknown) => this.#onFailure(attempt, error, startedAt + backoffMs),
    );
  }

  close(): void {
    if (this.#state === "shutdown") return;
    this.#state = "shutdown";
    this.#timer?.cancel();
    this.#attempt?.abort(new Error("the subchannel was closed"));
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.drain();
  }

  /** Has the connection take a call. Undefined where there is none that takes calls, else the one it is. */
  take(call: WaitingCall): SubchannelConnection | undefined {
    const connection = this.#connection;
    return connection?.take(call) === true ? connection : undefined;
  }

  onDraining(): void {
    this.#onGone();
  }

  onLost(): void {
    this.#onGone();
  }

  #onGone(): void {
    this.#connection = undefined;
    this.#setState("idle");
  }

  #onOpened(attempt: AbortController, connection: SubchannelConnection, nextAttemptAt: number): void {
    if (attempt !== this.#attempt || this.#state !== "connecting") {
      connection.close("");
      return;
    }
    if (!connection.adopt(this)) {
      const where = connection.calls.peer;
      const why = connection.goaway ? `: ${connection.goaway}` : "";
      this.#onFailure(
        attempt,
        new Error(`connect to ${where}: the server closed the connection at once${why}`),
        nextAttemptAt,
      );
      return;
    }
    this.#timer?.cancel();
    this.#attempt = undefined;
    this.#connection = connection;
    this.#keep(connection);
    this.#attempts = 0;
    this.#failure = undefined;
    this.#backoff.reset();
    this.#setState("ready");
  }

  #keep(connection: SubchannelConnection): void {
    this.#open.add(connection);
    void connection.closed.then(() => {
      this.#open.delete(connection);
      addStreams(this.#past, connection.calls.counts);
    });
  }

  #onFailure(attempt: AbortController, error: unknown, nextAttemptAt: number): void {
    if (attempt !== this.#attempt || this.#state !== "connecting") return;
    const { clock } = this.#settings;
    this.#attempt = undefined;
    const reason = error instanceof Error ? error.message : String(error);
    this.#failure = describeAttempts(reason, this.#attempts, clock.now() - this.#firstAttemptAt);
    // The backoff counts from the start of an attempt: one that timed out is followed by the next at once.
    this.#setTimer(nextAttemptAt - clock.now(), () => this.#setState("idle"));
    const { events } = this.#settings.connection;
    events.tell("connect-failed", "info", { addresses: this.addresses, reason, attempts: this.#attempts });
    this.#setState("transientFailure");
  }

  #setTimer(delayMs: number, onTime: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#settings.clock.setTimer(Math.max(0, delayMs), onTime);
    // What waits for the connection keeps the process alive, where anything does.
    this.#timer.unref();
  }

  #setState(state: ConnectivityState): void {
    if (this.#state === state || this.#state === "shutdown") return;
    this.#state = state;
    this.#onStateChange(state);
  }
}

interface StreamCounts {
  started: number;
  succeeded: number;
  failed: number;
  lastStartedAt: number | undefined;
}

function addStreams(sum: StreamCounts, counts: ConnectionCounts): void {
  sum.started += counts.streamsStarted;
  sum.succeeded += counts.streamsSucceeded;
  sum.failed += counts.streamsFailed;
  const { lastStreamAt } = counts;
  if (lastStreamAt !== undefined && lastStreamAt > (sum.lastStartedAt ?? 0)) sum.lastStartedAt = lastStreamAt;
}

function describeAttempts(reason: string, attempts: number, durationMs: number): string {
  return attempts === 1 ? reason : `${reason} (${attempts} attempts in ${formatSeconds(durationMs)})`;
}

function formatSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1).replace(/\.0$/, "")} s`;
}
