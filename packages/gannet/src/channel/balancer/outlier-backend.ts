import type {
  BackendHealth,
  BalancerHost,
  ConnectivityState,
  Endpoint,
  LoadReport,
  LoadWatch,
  Subchannel,
} from "./balancer.ts";
import { ExtendedPick, type SubchannelPick } from "./extended-pick.ts";
import type { OutlierConfig } from "./outlier-config.ts";
import type { CallOutcomes } from "./outlier-rules.ts";

/** An endpoint: how the calls to its addresses went, and whether it is out of use (gRFCs A50, A61). */
export class OutlierBackend {
  readonly #subchannels = new Set<EjectableSubchannel>();
  #succeeded = 0;
  #failed = 0;
  #ejectedAt: number | undefined;
  /** How many times in a row it was taken out of use, less one for each interval without. */
  #multiplier = 0;

  get isEjected(): boolean {
    return this.#ejectedAt !== undefined;
  }

  add(subchannel: EjectableSubchannel): void {
    this.#subchannels.add(subchannel);
  }

  remove(subchannel: EjectableSubchannel): void {
    this.#subchannels.delete(subchannel);
  }

  /** @param ok undefined for a call that says nothing about it */
  count(ok: boolean | undefined): void {
    if (ok === true) this.#succeeded++;
    else if (ok === false) this.#failed++;
  }

  takeCounts(): CallOutcomes {
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

/** A subchannel that does not look fit for calls while its endpoint is out of use. Its connection stays. */
export class EjectableSubchannel implements Subchannel {
  /** What connects. */
  readonly #inner: Subchannel;
  readonly #onClose: (subchannel: EjectableSubchannel) => void;
  readonly #counted = new ExtendedPick(({ ok }) => this.#backend?.count(ok));
  readonly #uncounted = new ExtendedPick(() => {});
  #backend: OutlierBackend | undefined;
  #health: BackendHealth = { state: "connecting", reason: undefined };
  #onHealth: (health: BackendHealth) => void = () => {};

  constructor(
    host: BalancerHost,
    endpoint: Endpoint,
    onStateChange: (state: ConnectivityState) => void,
    onClose: (subchannel: EjectableSubchannel) => void,
  ) {
    this.#inner = host.createSubchannel(endpoint, onStateChange);
    this.#onClose = onClose;
  }

  get endpoint(): Endpoint {
    return this.#inner.endpoint;
  }

  get state(): ConnectivityState {
    return this.#inner.state;
  }

  get failure(): string | undefined {
    return this.#inner.failure;
  }

  /** Makes it one of that endpoint; undefined for one that is not looked at. */
  assign(backend: OutlierBackend | undefined): void {
    if (backend === this.#backend) return;
    const wasEjected = this.#isEjected;
    this.#backend?.remove(this);
    this.#backend = backend;
    backend?.add(this);
    if (this.#isEjected !== wasEjected) this.onEjection();
  }

  /** What a channel can take a call to, of a pick of this subchannel. */
  unwrap(pick: SubchannelPick, isCounted: boolean): SubchannelPick {
    return (isCounted ? this.#counted : this.#uncounted).of(pick, this.#inner);
  }

  connect(): void {
    this.#inner.connect();
  }

  close(): void {
    this.#backend?.remove(this);
    this.#onClose(this);
    this.#inner.close();
  }

  watchHealth(onChange: (health: BackendHealth) => void): BackendHealth {
    this.#onHealth = onChange;
    this.#health = this.#inner.watchHealth((health) => {
      this.#health = health;
      if (!this.#isEjected) onChange(health);
    });
    return this.#effectiveHealth;
  }

  watchLoad(intervalMs: number, onReport: (load: LoadReport) => void): LoadWatch {
    return this.#inner.watchLoad(intervalMs, onReport);
  }

  onEjection(): void {
    if (this.state === "ready") this.#onHealth(this.#effectiveHealth);
  }

  get #isEjected(): boolean {
    return this.#backend?.isEjected === true;
  }

  get #effectiveHealth(): BackendHealth {
    if (!this.#isEjected) return this.#health;
    const reason = `${this.endpoint.addresses.join()} is out of use: its calls failed`;
    return { state: "transientFailure", reason };
  }
}
