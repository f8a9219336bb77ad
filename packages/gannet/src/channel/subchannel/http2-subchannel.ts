import { dateOf } from "../../base/index.ts";
import {
  type ConnectionCounts,
  type ObservedConnection,
  type ObservedSubchannel,
  type SubchannelStats,
  showInConsole,
} from "../../observe/index.ts";
import type {
  BackendHealth,
  ConnectivityState,
  Endpoint,
  LoadReport,
  LoadWatch,
  Subchannel,
} from "../balancer/index.ts";
import { type AttemptOwner, type AttemptSettings, ConnectAttempts } from "./connect-attempts.ts";
import type { ConnectionScaling } from "./connection-scaling.ts";
import { type HealthHost, HealthWatch } from "./health-watch.ts";
import { LoadWatches } from "./load-watches.ts";
import type { OwnCallStarter } from "./standing-call.ts";
import type { CallLine, SubchannelConnection, WaitingCall } from "./subchannel-connection.ts";

/** What the subchannels of a channel have in common. */
export interface SubchannelSettings extends AttemptSettings {
  readonly scaling: ConnectionScaling;
  /** The service that backends are asked for the health of; undefined for not to ask. It may change. */
  readonly healthService: string | undefined;
  readonly startOwnCall: OwnCallStarter;
  /** Runs a task when no balancer runs. */
  run(task: () => void): void;
}

/**
 * A backend and the connections to it (grpc/doc/connectivity-semantics-and-api.md):
 *
 *        connect()            settings came
 *   idle ---------> connecting -----------> ready
 *    ^                  | failed              |
 *    |                  v                     | the last one lost, or GOAWAY
 *    +-------- transientFailure               |
 *    | backoff over                           |
 *    +----------------------------------------+
 *
 * There is one connection, mostly. Where the server allows fewer streams than there are calls, the others wait in line, and
 * while any do, further connections are opened, up to the limit (gRFC A105): one attempt at a time, under the same backoff.
 * It is ready while it has one; once the last is lost, it is connecting or in transientFailure where a further attempt is.
 *
 * After `close` it is in shutdown, and nobody is told.
 */
export class Http2Subchannel implements Subchannel, AttemptOwner, CallLine, ObservedSubchannel {
  static {
    showInConsole(Http2Subchannel, (subchannel) => {
      const connections = subchannel.connections().map(({ remoteAddress }) => remoteAddress);
      return { addresses: subchannel.addresses, ...subchannel.stats(), connections };
    });
  }

  readonly endpoint: Endpoint;
  readonly #settings: SubchannelSettings;
  readonly #onStateChange: (state: ConnectivityState) => void;
  readonly #attempts: ConnectAttempts;
  #state: ConnectivityState = "idle";
  /** Those that take calls, the oldest first. */
  #connections: readonly SubchannelConnection[] = [];
  /** Calls that wait for room on any of them, in the order of their coming. */
  readonly #line = new Set<WaitingCall>();
  /** Whether somebody was told that calls wait, since there was another connection. */
  #isFullTold = false;
  /** With those that finish their calls. */
  readonly #open = new Set<SubchannelConnection>();
  /** What went over connections that are gone. */
  readonly #past: StreamCounts = { started: 0, succeeded: 0, failed: 0, lastStartedAt: undefined };
  /** Undefined where nobody looks at the health of the backend. */
  #health: HealthWatch | undefined;
  /** Undefined where nobody looks at its load. */
  #loads: LoadWatches | undefined;

  constructor(endpoint: Endpoint, settings: SubchannelSettings, onStateChange: (state: ConnectivityState) => void) {
    this.endpoint = endpoint;
    this.#settings = settings;
    this.#onStateChange = onStateChange;
    this.#attempts = new ConnectAttempts(endpoint.addresses, settings, this);
  }

  get state(): ConnectivityState {
    return this.#state;
  }

  get failure(): string | undefined {
    return this.#state === "ready" ? undefined : this.#attempts.failure;
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
      failure: this.failure,
      calls: {
        started,
        succeeded,
        failed,
        lastStartedAt: dateOf(lastStartedAt, this.#settings.clock),
        waitingForRoom: this.#line.size,
      },
    };
  }

  connect(): void {
    if (this.#state !== "idle") return;
    this.#attempts.start();
    this.#updateState();
  }

  close(): void {
    if (this.#state === "shutdown") return;
    this.#state = "shutdown";
    this.#attempts.stop();
    const connections = this.#connections;
    this.#connections = [];
    this.#watchAnother();
    for (const connection of connections) connection.drain();
    this.#turnAway();
  }

  // ---- calls --------------------------------------------------------------------------

  /** Starts a call on the oldest connection that has room, or later, once one has. False where there is no connection. */
  take(call: WaitingCall): boolean {
    if (this.#connections.length === 0) return false;
    const connection = this.#line.size === 0 ? this.#findRoom() : undefined;
    if (connection !== undefined) {
      connection.start(call, this);
    } else {
      this.#line.add(call);
      if (this.#line.size === 1) this.#hold();
      this.#onFull();
    }
    return true;
  }

  /** Calls have begun to wait, or do no longer: while they do, the process is kept alive for them. */
  #hold(): void {
    for (const connection of this.#connections) connection.hold();
  }

  /** A call that was taken, and has not started, is over. */
  forget(call: WaitingCall): void {
    if (this.#line.delete(call) && this.#line.size === 0) this.#hold();
  }

  /** How many calls wait for room. */
  get waiting(): number {
    return this.#line.size;
  }

  /** What calls in line wait for, for people. */
  get lack(): string {
    const [first] = this.#connections;
    if (first === undefined) return "there is no connection";
    const { maxConnections } = this.#settings.scaling;
    const { length } = this.#connections;
    const calls = first.http2.peerMaxStreams === 1 ? "1 call" : `${first.http2.peerMaxStreams} calls`;
    const where = length === 1 ? "its connection" : `each of ${length} connections`;
    const reason = `${first.calls.peer} allows ${calls} at a time on ${where}`;
    if (length >= maxConnections) return reason;
    const { failure } = this.#attempts;
    return failure === undefined ? reason : `${reason}; another cannot be made: ${failure}`;
  }

  /** There may be room, or leave to make some: a stream has ended, or settings have changed. */
  serve(): void {
    for (const call of this.#line) {
      const connection = this.#findRoom();
      if (connection === undefined) {
        this.#onFull();
        return;
      }
      this.#line.delete(call);
      connection.start(call, this);
      if (this.#line.size === 0) this.#hold();
    }
  }

  #findRoom(): SubchannelConnection | undefined {
    for (const connection of this.#connections) if (connection.hasRoom) return connection;
    return undefined;
  }

  #onFull(): void {
    // What waits for a connection that is going is seen to when its end is told, in a moment.
    if (this.#connections.some(({ http2 }) => http2.isClosed)) return;
    const connections = this.#connections.length;
    const { maxConnections } = this.#settings.scaling;
    const isScaling = connections < maxConnections;
    if (isScaling) this.#attempts.start();
    if (this.#isFullTold) return;
    this.#isFullTold = true;
    const { addresses } = this;
    const fields = { addresses, connections, maxConnections, reason: this.lack };
    this.#settings.connection.events.tell("stream-limit", isScaling ? "info" : "warning", fields);
  }

  #turnAway(): void {
    const calls = [...this.#line];
    this.#line.clear();
    for (const call of calls) call.onTurnedAway();
  }

  // ---- what the backend says of itself ------------------------------------------------

  watchHealth(onChange: (health: BackendHealth) => void): BackendHealth {
    this.#health?.stop();
    this.#health = undefined;
    const [connection] = this.#connections;
    if (connection === undefined) return { state: "connecting", reason: undefined };
    this.#health = new HealthWatch(connection, this.#settings.healthService, this.#watchHost, onChange);
    return this.#health.health;
  }

  /** Another service may have to be asked for. */
  onHealthService(): void {
    this.#health?.ask(this.#settings.healthService);
  }

  watchLoad(intervalMs: number, onReport: (load: LoadReport) => void): LoadWatch {
    if (this.#loads === undefined) {
      this.#loads = new LoadWatches(this.#watchHost);
      this.#loads.use(this.#connections[0]);
    }
    return this.#loads.add(intervalMs, onReport);
  }

  /** The oldest connection is asked, and the next one once that is gone. */
  #watchAnother(): void {
    const [connection] = this.#connections;
    this.#loads?.use(connection);
    if (connection !== undefined) {
      this.#health?.use(connection);
    } else {
      this.#health?.stop();
      this.#health = undefined;
    }
  }

  get #watchHost(): HealthHost {
    const settings = this.#settings;
    return {
      clock: settings.clock,
      backoff: settings.backoff,
      random: () => settings.random(),
      startOwnCall: settings.startOwnCall,
      events: settings.connection.events,
      run: (task) => settings.run(task),
    };
  }

  // ---- what attempts tell -------------------------------------------------------------

  onConnected(connection: SubchannelConnection): void {
    if (this.#connections.length > 0) this.#settings.scaling.opened++;
    this.#connections = [...this.#connections, connection];
    this.#isFullTold = false;
    this.#keep(connection);
    this.#watchAnother();
    this.#updateState();
    this.serve();
  }

  onFailed(): void {
    this.#updateState();
  }

  onBackoffOver(): void {
    this.#updateState();
    this.serve();
  }

  #keep(connection: SubchannelConnection): void {
    this.#open.add(connection);
    void connection.closed.then(() => {
      this.#open.delete(connection);
      addStreams(this.#past, connection.calls.counts);
    });
  }

  // ---- what connections tell ----------------------------------------------------------

  onGone(connection: SubchannelConnection): void {
    if (this.#state === "shutdown") return;
    this.#connections = this.#connections.filter((one) => one !== connection);
    this.#isFullTold = false;
    this.#watchAnother();
    this.#attempts.onLost(connection);
    this.#updateState();
    // It may be that the balancer has given it up by now.
    if (this.#connections.length > 0) this.serve();
    else this.#turnAway();
  }

  #updateState(): void {
    if (this.#state === "shutdown") return;
    const state = this.#currentState;
    if (state === this.#state) return;
    this.#state = state;
    this.#onStateChange(state);
  }

  get #currentState(): ConnectivityState {
    if (this.#connections.length > 0) return "ready";
    if (this.#attempts.phase === "attempting") return "connecting";
    return this.#attempts.phase === "backoff" ? "transientFailure" : "idle";
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
