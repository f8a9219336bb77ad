import type { Timer } from "../../base/index.ts";
import type {
  Balancer,
  BalancerHost,
  BalancerPolicy,
  ConnectivityState,
  Endpoint,
  Pick,
  PickArguments,
  PickedCallEnd,
  Picker,
  Resolution,
  Subchannel,
} from "./balancer.ts";
import { ChildBalancer } from "./child-balancer.ts";
import { type OutlierConfig, parseOutlierConfig } from "./outlier-config.ts";
import { findOutliers } from "./outlier-rules.ts";

/** Takes endpoints out of use for a while whose calls fail more than those of others (gRFC A50). */
export const outlierDetection: BalancerPolicy<OutlierConfig> = {
  name: "outlier_detection",
  parseConfig: parseOutlierConfig,
  create: (host) => new OutlierDetectionBalancer(host),
};

class OutlierDetectionBalancer implements Balancer<OutlierConfig> {
  readonly #host: BalancerHost;
  readonly #child: ChildBalancer;
  /** By address. */
  readonly #backends = new Map<string, Backend>();
  #config: OutlierConfig | undefined;
  #timer: Timer | undefined;
  #intervalStartedAt: number | undefined;

  constructor(host: BalancerHost) {
    this.#host = host;
    this.#child = new ChildBalancer(host, {
      onChildChange: () => this.#publish(),
      createSubchannel: (endpoint, onStateChange) => this.#createSubchannel(endpoint, onStateChange),
    });
  }

  update({ endpoints, config, note }: Resolution<OutlierConfig>): string | undefined {
    this.#config = config;
    const addresses = new Set(endpoints.flatMap((endpoint) => endpoint.addresses));
    for (const address of this.#backends.keys()) if (!addresses.has(address)) this.#backends.delete(address);
    for (const address of addresses) if (!this.#backends.has(address)) this.#backends.set(address, new Backend());
    const refusal = this.#child.update(config.child.policy, { endpoints, config: config.child.config, note });
    this.#watch(config);
    this.#publish();
    return refusal;
  }

  exitIdle(): void {
    this.#child.exitIdle();
  }

  close(): void {
    this.#timer?.cancel();
    this.#child.close();
    this.#backends.clear();
  }

  #createSubchannel(endpoint: Endpoint, onStateChange: (state: ConnectivityState) => void): Subchannel {
    const [address] = endpoint.addresses;
    const backend = endpoint.addresses.length === 1 && address !== undefined ? this.#backends.get(address) : undefined;
    return new WatchedSubchannel(this.#host, endpoint, onStateChange, backend);
  }

  #publish(): void {
    const isCounting = this.#config?.successRate !== undefined || this.#config?.failurePercentage !== undefined;
    this.#host.publish(this.#child.state, new CountingPicker(this.#child.picker, isCounting));
  }

  // ---- once in an interval ------------------------------------------------------------

  #watch(config: OutlierConfig): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (config.successRate === undefined && config.failurePercentage === undefined) {
      this.#intervalStartedAt = undefined;
      for (const backend of this.#backends.values()) backend.forgive();
      return;
    }
    const now = this.#host.clock.now();
    if (this.#intervalStartedAt === undefined) {
      this.#intervalStartedAt = now;
      for (const backend of this.#backends.values()) backend.takeCounts();
    }
    this.#startTimer(Math.max(0, this.#intervalStartedAt + config.intervalMs - now));
  }

  #startTimer(delayMs: number): void {
    this.#timer = this.#host.clock.setTimer(delayMs, () => this.#host.run(() => this.#onInterval()));
    this.#timer.unref();
  }

  #onInterval(): void {
    const config = this.#config;
    if (config === undefined) return;
    const now = this.#host.clock.now();
    this.#intervalStartedAt = now;
    this.#startTimer(config.intervalMs);
    const backends = [...this.#backends.values()];
    const counted = backends.map((backend) => ({ backend, ...backend.takeCounts() }));
    const mayEject = () => {
      const ejected = backends.filter(({ isEjected }) => isEjected).length;
      return (ejected / backends.length) * 100 < config.maxEjectionPercent;
    };
    for (const { rule, outliers } of findOutliers(counted, config)) {
      for (const { backend } of outliers) {
        if (!mayEject()) break;
        if (backend.isEjected) continue;
        if (Math.floor(this.#host.random() * 100) < rule.enforcementPercentage) backend.eject(now);
      }
    }
    for (const backend of backends) backend.onIntervalOver(now, config);
  }
}

/** An address: how its calls went, and whether it is out of use. */
class Backend {
  readonly #subchannels = new Set<WatchedSubchannel>();
  #succeeded = 0;
  #failed = 0;
  #ejectedAt: number | undefined;
  /** How many times in a row it was taken out of use, less one for each interval without. */
  #multiplier = 0;

  get isEjected(): boolean {
    return this.#ejectedAt !== undefined;
  }

  add(subchannel: WatchedSubchannel): void {
    this.#subchannels.add(subchannel);
  }

  remove(subchannel: WatchedSubchannel): void {
    this.#subchannels.delete(subchannel);
  }

  count(ok: boolean): void {
    if (ok) this.#succeeded++;
    else this.#failed++;
  }

  takeCounts(): { readonly succeeded: number; readonly failed: number } {
    const counts = { succeeded: this.#succeeded, failed: this.#failed };
    this.#succeeded = 0;
    this.#failed = 0;
    return counts;
  }

  eject(now: number): void {
    this.#ejectedAt = now;
    this.#multiplier++;
    this.#tell();
  }

  forgive(): void {
    this.#multiplier = 0;
    this.#restore();
  }

  onIntervalOver(now: number, { baseEjectionMs, maxEjectionMs }: OutlierConfig): void {
    if (this.#ejectedAt === undefined) {
      this.#multiplier = Math.max(0, this.#multiplier - 1);
      return;
    }
    const durationMs = Math.min(baseEjectionMs * this.#multiplier, Math.max(baseEjectionMs, maxEjectionMs));
    if (now > this.#ejectedAt + durationMs) this.#restore();
  }

  #restore(): void {
    if (!this.isEjected) return;
    this.#ejectedAt = undefined;
    this.#tell();
  }

  #tell(): void {
    for (const subchannel of this.#subchannels) subchannel.onEjection();
  }
}

/** A subchannel that looks failed while its backend is out of use. Its connection stays. */
class WatchedSubchannel implements Subchannel {
  readonly backend: Backend | undefined;
  /** What connects. */
  readonly inner: Subchannel;
  readonly #onStateChange: (state: ConnectivityState) => void;

  constructor(
    host: BalancerHost,
    endpoint: Endpoint,
    onStateChange: (state: ConnectivityState) => void,
    backend: Backend | undefined,
  ) {
    this.backend = backend;
    this.#onStateChange = onStateChange;
    this.inner = host.createSubchannel(endpoint, (state) => {
      if (!this.#isEjected) onStateChange(state);
    });
    backend?.add(this);
  }

  get endpoint(): Endpoint {
    return this.inner.endpoint;
  }

  get state(): ConnectivityState {
    return this.#isEjected ? "transientFailure" : this.inner.state;
  }

  get failure(): string | undefined {
    return this.#isEjected ? `${this.endpoint.addresses.join()} is out of use: its calls failed` : this.inner.failure;
  }

  connect(): void {
    this.inner.connect();
  }

  close(): void {
    this.backend?.remove(this);
    this.inner.close();
  }

  onEjection(): void {
    this.#onStateChange(this.state);
  }

  get #isEjected(): boolean {
    return this.backend?.isEjected === true && this.inner.state !== "shutdown";
  }
}

class CountingPicker implements Picker {
  readonly #picker: Picker;
  readonly #isCounting: boolean;
  /** Made for each pick of the child once: it mostly gives the same ones. */
  readonly #picks = new WeakMap<Pick, Pick>();

  constructor(picker: Picker, isCounting: boolean) {
    this.#picker = picker;
    this.#isCounting = isCounting;
  }

  pick(call: PickArguments): Pick {
    const pick = this.#picker.pick(call);
    const { kind } = pick;
    if (kind !== "subchannel" || !(pick.subchannel instanceof WatchedSubchannel)) return pick;
    let counted = this.#picks.get(pick);
    if (counted === undefined) {
      const { inner, backend } = pick.subchannel;
      const onCallEnd = (end: PickedCallEnd) => {
        if (this.#isCounting) backend?.count(end.ok);
        pick.onCallEnd?.(end);
      };
      counted = { kind, subchannel: inner, onCallEnd };
      this.#picks.set(pick, counted);
    }
    return counted;
  }
}
