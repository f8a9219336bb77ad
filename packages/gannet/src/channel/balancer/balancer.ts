import type { Clock } from "../../base/index.ts";
import type { ConfigReader } from "../config/index.ts";
import type { BalancerRegistry } from "./balancer-registry.ts";

/** One backend: a server, reachable under one or more addresses. */
export interface Endpoint {
  readonly addresses: readonly string[];
  /** Share of the load relative to others, 1 by default. */
  readonly weight: number;
  readonly locality: string | undefined;
  /** What a resolver or a parent balancer says about this endpoint to the balancers below. */
  readonly attributes: ReadonlyMap<string, unknown>;
}

/** What the resolver found. An empty list is an answer too; `note` says why. */
export interface Resolution<Config> {
  readonly endpoints: readonly Endpoint[];
  readonly config: Config;
  readonly note: string | undefined;
}

export type ConnectivityState = "idle" | "connecting" | "ready" | "transientFailure" | "shutdown";

/** How fit a backend that is connected is for calls: as it says itself (gRFC A17), or by how its calls went (gRFC A50). */
export interface BackendHealth {
  /** `connecting` until that is known. */
  readonly state: "connecting" | "ready" | "transientFailure";
  /** Why it is not fit, for people; undefined where it is, or that is not known. */
  readonly reason: string | undefined;
}

/** A watch of a backend's load. */
export interface LoadWatch {
  /** Has the backend report as often as that from now on. */
  change(intervalMs: number): void;
  stop(): void;
}

/** A backend that a balancer may connect to. */
export interface Subchannel {
  readonly endpoint: Endpoint;
  readonly state: ConnectivityState;
  /** Why the last attempts failed, for people; undefined before the first failure and while ready. */
  readonly failure: string | undefined;
  /** Connects when idle; does nothing in any other state. */
  connect(): void;
  /** Takes no further calls, and lets those under way finish. */
  close(): void;
  /**
   * Looks at the health of the backend while this connection lasts: to be called when it is ready. Where nobody is to be
   * asked for that, it is ready. Health changes nothing about `state`: the connection stays.
   *
   * @param onChange told whenever it changes, by whoever runs the balancer; a second watch takes the place of the first
   * @returns how it is now
   */
  watchHealth(onChange: (health: BackendHealth) => void): BackendHealth;
  /**
   * Has the backend report its load apart from calls (gRFC A51), over this connection and those after it. Of several
   * watches, the shortest interval counts for all.
   *
   * @param intervalMs what is asked for; the server may take longer
   */
  watchLoad(intervalMs: number, onReport: (load: LoadReport) => void): LoadWatch;
}

/** What a picker may look at. */
export interface PickArguments {
  /** `/package.Service/Method` */
  readonly path: string;
  /** Several values with commas between; undefined for bytes. */
  metadata(key: string): string | undefined;
  /** Set by the resolver's config selector; undefined without one. */
  readonly hash: bigint | undefined;
  /** What else that says, such as the cluster that it has chosen. */
  readonly attributes?: ReadonlyMap<string, unknown> | undefined;
}

/** How a call ended, for the picker that chose its subchannel. */
export interface PickedCallEnd {
  /** Undefined for a call that the server has not looked at: it went elsewhere, or was not sent. */
  readonly ok: boolean | undefined;
  /** What the server said of its load with the call. */
  readonly load: LoadReport | undefined;
}

export type Pick =
  | { readonly kind: "subchannel"; readonly subchannel: Subchannel; onCallEnd?(end: PickedCallEnd): void }
  /** Wait for the next picker. */
  | { readonly kind: "queue" }
  /** Fails the call, unless it waits for ready. */
  | { readonly kind: "fail"; readonly reason: string }
  /** Fails the call whatever it waits for. */
  | { readonly kind: "drop"; readonly reason: string };

/** A backend's own view of its load (gRFC A51). */
export interface LoadReport {
  /** From 0, 1 being all there is; more where it is overcommitted. */
  readonly cpuUtilization: number;
  /** From 0 to 1. */
  readonly memoryUtilization: number;
  /** What the application says of itself, from 0, 1 being all that it wants to take; 0 where it says nothing. */
  readonly applicationUtilization: number;
  readonly requestsPerSecond: number;
  readonly errorsPerSecond: number;
}

/** Chooses for each call. A snapshot: replaced, never changed. Runs once per attempt, and does not block. */
export interface Picker {
  pick(call: PickArguments): Pick;
}

/** What a balancer may ask of what is above it: a channel, or another balancer. */
export interface BalancerHost {
  readonly clock: Clock;
  /** The listener is never called inside a call of the balancer's own. */
  createSubchannel(endpoint: Endpoint, onStateChange: (state: ConnectivityState) => void): Subchannel;
  /** From now on `picker` chooses, also for the calls that wait. */
  publish(state: ConnectivityState, picker: Picker): void;
  /** The addresses may be out of date. */
  resolveNow(): void;
  /** Injected, so that a test can replay every choice. */
  random(): number;
  /**
   * Runs a task when no balancer of the channel runs: now, or behind those that do. For what begins elsewhere, such as in
   * a timer or a pick.
   */
  run(task: () => void): void;
}

/** Turns resolutions into pickers. Never called re-entrantly. Balancers nest: a host may be a balancer. */
export interface Balancer<Config> {
  /** Undefined accepts; a text refuses the resolution, and the resolver backs off. */
  update(resolution: Resolution<Config>): string | undefined;
  /** Connects where it is idle, as a call would have it do. */
  exitIdle(): void;
  /** Closes its subchannels. Nothing is published any more. */
  close(): void;
}

/** A kind of balancer, under the name that service configs use. */
export interface BalancerPolicy<Config> {
  readonly name: string;
  /**
   * Reads the policy's part of a service config.
   *
   * @param config what the policy does not ask it for is reported, and makes no config invalid (gRFC A21)
   * @param policies what children may be
   * @throws TypeError that names the field, for a config it cannot read
   */
  parseConfig(config: ConfigReader, policies: BalancerRegistry): Config;
  create(host: BalancerHost): Balancer<Config>;
}
