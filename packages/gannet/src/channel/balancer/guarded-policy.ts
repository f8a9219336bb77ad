import type { Clock } from "../../base/index.ts";
import { textOfThrown } from "../../core/index.ts";
import type {
  BackendHealth,
  Balancer,
  BalancerHost,
  BalancerPolicy,
  ConnectivityState,
  Endpoint,
  LoadReport,
  LoadWatch,
  Pick,
  PickArguments,
  PickedCallEnd,
  Picker,
  Resolution,
  Subchannel,
} from "./balancer.ts";
import { failPicker } from "./child-balancer.ts";

/** Told of what a balancer has thrown. */
export type BalancerErrorListener = (policy: string, reason: string) => void;

/** A policy of a user's own: what its balancers and pickers throw fails calls, and nothing else. */
export function guardPolicy<Config>(
  policy: BalancerPolicy<Config>,
  onError: BalancerErrorListener,
): BalancerPolicy<Config> {
  return {
    name: policy.name,
    parseConfig: (config, policies) => policy.parseConfig(config, policies),
    create: (host) => new GuardedBalancer(policy, host, onError),
  };
}

class GuardedBalancer<Config> implements Balancer<Config>, BalancerHost {
  readonly #name: string;
  readonly #host: BalancerHost;
  readonly #onError: BalancerErrorListener;
  readonly #policy: BalancerPolicy<Config>;
  /** Made with the first update: before that there is nowhere to publish a failure. */
  #balancer: Balancer<Config> | undefined;

  constructor(policy: BalancerPolicy<Config>, host: BalancerHost, onError: BalancerErrorListener) {
    this.#name = policy.name;
    this.#policy = policy;
    this.#host = host;
    this.#onError = onError;
  }

  // ---- from above ---------------------------------------------------------------------

  update(resolution: Resolution<Config>): string | undefined {
    let refusal: string | undefined;
    const failure = this.#try(() => {
      this.#balancer ??= this.#policy.create(this);
      refusal = this.#balancer.update(resolution);
    });
    return failure ?? refusal;
  }

  exitIdle(): void {
    this.#try(() => this.#balancer?.exitIdle());
  }

  close(): void {
    this.#try(() => this.#balancer?.close());
  }

  // ---- from the balancer --------------------------------------------------------------

  get clock(): Clock {
    return this.#host.clock;
  }

  createSubchannel(endpoint: Endpoint, onStateChange: (state: ConnectivityState) => void): Subchannel {
    const subchannel = this.#host.createSubchannel(endpoint, (state) => void this.#try(() => onStateChange(state)));
    return new GuardedSubchannel(subchannel, (code) => void this.#try(code));
  }

  publish(state: ConnectivityState, picker: Picker): void {
    this.#host.publish(state, new GuardedPicker(picker, (error) => this.#tell(error)));
  }

  resolveNow(): void {
    this.#host.resolveNow();
  }

  random(): number {
    return this.#host.random();
  }

  run(task: () => void): void {
    this.#host.run(() => void this.#try(task));
  }

  // -------------------------------------------------------------------------------------

  /** Runs code of the balancer. Calls fail with what it throws, which is returned. */
  #try(code: () => void): string | undefined {
    try {
      code();
      return undefined;
    } catch (error) {
      const reason = this.#tell(error);
      this.#host.publish("transientFailure", failPicker(reason));
      return reason;
    }
  }

  #tell(error: unknown): string {
    const reason = `the balancer ${this.#name} failed: ${textOfThrown(error)}`;
    this.#onError(this.#name, reason);
    return reason;
  }
}

/** A subchannel that a balancer of a user's own has made, and hears of. */
class GuardedSubchannel implements Subchannel {
  readonly inner: Subchannel;
  readonly #try: (code: () => void) => void;

  /** @param run runs code of the balancer */
  constructor(inner: Subchannel, run: (code: () => void) => void) {
    this.inner = inner;
    this.#try = run;
  }

  get endpoint(): Endpoint {
    return this.inner.endpoint;
  }

  get state(): ConnectivityState {
    return this.inner.state;
  }

  get failure(): string | undefined {
    return this.inner.failure;
  }

  connect(): void {
    this.inner.connect();
  }

  close(): void {
    this.inner.close();
  }

  watchHealth(onChange: (health: BackendHealth) => void): BackendHealth {
    return this.inner.watchHealth((health) => this.#try(() => onChange(health)));
  }

  watchLoad(intervalMs: number, onReport: (load: LoadReport) => void): LoadWatch {
    return this.inner.watchLoad(intervalMs, (load) => this.#try(() => onReport(load)));
  }
}

class GuardedPicker implements Picker {
  readonly #picker: Picker;
  readonly #onError: (error: unknown) => string;
  #inner: Pick | undefined;
  #guarded: Pick | undefined;

  constructor(picker: Picker, onError: (error: unknown) => string) {
    this.#picker = picker;
    this.#onError = onError;
  }

  pick(call: PickArguments): Pick {
    try {
      return this.#guard(this.#picker.pick(call));
    } catch (error) {
      return { kind: "drop", reason: this.#onError(error) };
    }
  }

  /** What the channel can take a call to, of a pick of the balancer's. */
  #guard(pick: Pick): Pick {
    if (pick.kind !== "subchannel") return pick;
    if (pick === this.#inner && this.#guarded !== undefined) return this.#guarded;
    const { kind, subchannel, onCallEnd } = pick;
    const onEnd = (end: PickedCallEnd) => {
      try {
        onCallEnd?.call(pick, end);
      } catch (error) {
        this.#onError(error);
      }
    };
    const guarded: Pick = {
      kind,
      subchannel: subchannel instanceof GuardedSubchannel ? subchannel.inner : subchannel,
      ...(onCallEnd && { onCallEnd: onEnd }),
    };
    this.#inner = pick;
    this.#guarded = guarded;
    return guarded;
  }
}
