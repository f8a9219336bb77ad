import { SerialQueue } from "../../base/index.ts";
import { VirtualClock } from "../../testing/index.ts";
import {
  type BackendHealth,
  type Balancer,
  type BalancerHost,
  BalancerRegistry,
  type ConnectivityState,
  type Endpoint,
  type LoadReport,
  type LoadWatch,
  type PickArguments,
  type PickedCallEnd,
  type Picker,
  type PolicyChoice,
  QUEUE_PICKER,
  STANDARD_POLICIES,
  type Subchannel,
} from "../balancer/index.ts";
import { ConfigReader } from "../config/index.ts";

/** A subchannel that is in the state that a test says. */
export class FakeSubchannel implements Subchannel {
  readonly endpoint: Endpoint;
  readonly #tell: (state: ConnectivityState) => void;
  state: ConnectivityState = "idle";
  failure: string | undefined;
  /** How often it was looked at for its health. */
  healthWatches = 0;
  /** The intervals in which somebody wants to hear of its load. */
  readonly loadWatches: Map<LoadWatch, { intervalMs: number; onReport(load: LoadReport): void }> = new Map();
  #health: BackendHealth = { state: "ready", reason: undefined };
  #onHealth: ((health: BackendHealth) => void) | undefined;

  constructor(endpoint: Endpoint, tell: (state: ConnectivityState) => void) {
    this.endpoint = endpoint;
    this.#tell = tell;
  }

  get address(): string {
    return this.endpoint.addresses.join();
  }

  connect(): void {
    if (this.state === "idle") this.become("connecting");
  }

  close(): void {
    this.state = "shutdown";
  }

  watchHealth(onChange: (health: BackendHealth) => void): BackendHealth {
    this.healthWatches++;
    this.#onHealth = onChange;
    return this.#health;
  }

  watchLoad(intervalMs: number, onReport: (load: LoadReport) => void): LoadWatch {
    const entry = { intervalMs, onReport };
    const watch: LoadWatch = {
      change: (changedMs) => {
        entry.intervalMs = changedMs;
      },
      stop: () => void this.loadWatches.delete(watch),
    };
    this.loadWatches.set(watch, entry);
    return watch;
  }

  /** Says how fit it is, now or when it is ready. */
  feel(state: BackendHealth["state"], reason?: string): void {
    this.#health = { state, reason };
    this.#onHealth?.(this.#health);
  }

  /** Reports its load apart from calls. */
  report(load: LoadReport): void {
    for (const { onReport } of this.loadWatches.values()) onReport(load);
  }

  become(state: ConnectivityState): void {
    if (this.state === "shutdown") return;
    if (state !== "ready") this.#onHealth = undefined;
    this.state = state;
    this.failure = state === "transientFailure" ? `connect ECONNREFUSED ${this.address}` : undefined;
    this.#tell(state);
  }
}

/** A call that was picked for. */
export interface BenchCall {
  /** The address, or what the picker said instead: `queue`, `fail: …`, `drop: …`. */
  readonly outcome: string;
  end(end: PickedCallEnd): void;
}

/** What stands above and below a balancer in a test: a channel, and backends that do what the test says. */
export class BalancerBench implements BalancerHost {
  readonly clock: VirtualClock = new VirtualClock();
  readonly policies: BalancerRegistry = new BalancerRegistry(STANDARD_POLICIES);
  readonly choice: PolicyChoice;
  readonly balancer: Balancer<unknown>;
  readonly subchannels: FakeSubchannel[] = [];
  /** How often names were to be resolved anew. */
  resolutions = 0;
  /** The next numbers that chance gives; 0.5 behind them. */
  chances: number[];
  state: ConnectivityState = "connecting";
  picker: Picker = QUEUE_PICKER;
  readonly #serial = new SerialQueue();

  /**
   * @param json a policy and its config, such as `{ round_robin: {} }`
   * @param chances what chance gives first
   */
  constructor(json: Readonly<Record<string, unknown>>, chances: readonly number[] = []) {
    this.chances = [...chances];
    this.choice = this.choose(json);
    this.balancer = this.choice.policy.create(this);
  }

  /** @param json a policy and its config */
  choose(json: Readonly<Record<string, unknown>>): PolicyChoice {
    return this.policies.parseChoice(new ConfigReader({ loadBalancing: [json] }, ""), "loadBalancing");
  }

  /** Another config of its policy. */
  configOf(json: unknown): unknown {
    return this.choose({ [this.choice.policy.name]: json }).config;
  }

  /** Gives the balancer endpoints of one address each, or whole ones. */
  resolve(...endpoints: readonly (string | Partial<Endpoint>)[]): string | undefined {
    let refusal: string | undefined;
    const all = endpoints.map((endpoint) =>
      endpointOf(typeof endpoint === "string" ? { addresses: [endpoint] } : endpoint),
    );
    this.run(() => {
      refusal = this.balancer.update({ endpoints: all, config: this.choice.config, note: undefined });
    });
    return refusal;
  }

  /** The subchannels that are in use, by address. */
  at(address: string): FakeSubchannel {
    const found = this.subchannels.find(
      (subchannel) => subchannel.address === address && subchannel.state !== "shutdown",
    );
    if (found === undefined) throw new Error(`nothing was opened to ${address}`);
    return found;
  }

  become(state: ConnectivityState, ...addresses: readonly string[]): void {
    for (const address of addresses) this.at(address).become(state);
  }

  /** Has the backends at these addresses say how fit they are. */
  feel(state: BackendHealth["state"], ...addresses: readonly string[]): void {
    for (const address of addresses)
      this.run(() => this.at(address).feel(state, state === "transientFailure" ? `${address} is ill` : undefined));
  }

  /** The addresses that are in a state, in the order in which they were opened. */
  in(state: ConnectivityState): readonly string[] {
    return this.subchannels.filter((subchannel) => subchannel.state === state).map(({ address }) => address);
  }

  call(init: { readonly hash?: bigint; readonly metadata?: Readonly<Record<string, string>> } = {}): BenchCall {
    const call: PickArguments = { path: "/zoo.Zoo/Look", metadata: (key) => init.metadata?.[key], hash: init.hash };
    const pick = this.picker.pick(call);
    if (pick.kind === "queue") return { outcome: "queue", end() {} };
    if (pick.kind !== "subchannel") return { outcome: `${pick.kind}: ${pick.reason}`, end() {} };
    const address = pick.subchannel.endpoint.addresses.join();
    return { outcome: address, end: (end) => pick.onCallEnd?.(end) };
  }

  /** Where so many calls go, which all end well: how many to each. */
  spread(calls: number): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (let index = 0; index < calls; index++) {
      const { outcome, end } = this.call();
      end({ ok: true, load: undefined });
      counts[outcome] = (counts[outcome] ?? 0) + 1;
    }
    return counts;
  }

  close(): void {
    this.run(() => this.balancer.close());
  }

  createSubchannel(endpoint: Endpoint, onStateChange: (state: ConnectivityState) => void): Subchannel {
    const subchannel: FakeSubchannel = new FakeSubchannel(endpoint, (state) => {
      this.run(() => {
        if (subchannel.state !== "shutdown") onStateChange(state);
      });
    });
    this.subchannels.push(subchannel);
    return subchannel;
  }

  publish(state: ConnectivityState, picker: Picker): void {
    this.state = state;
    this.picker = picker;
  }

  resolveNow(): void {
    this.resolutions++;
  }

  random(): number {
    return this.chances.shift() ?? 0.5;
  }

  run(task: () => void): void {
    this.#serial.run(task);
  }
}

/** An endpoint like another, or with nothing special about it. */
function endpointOf(parts: Partial<Endpoint>): Endpoint {
  return { addresses: [], weight: 1, locality: undefined, attributes: new Map(), ...parts };
}
