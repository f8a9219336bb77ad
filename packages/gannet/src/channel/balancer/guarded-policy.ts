import type { Clock } from "../../base/index.ts";
import { textOfThrown } from "../../core/index.ts";
import type {
  Balancer,
  BalancerHost,
  BalancerPolicy,
  ConnectivityState,
  Endpoint,
  Pick,
  PickArguments,
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
    parseConfig: (json, policies) => policy.parseConfig(json, policies),
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
    return this.#host.createSubchannel(endpoint, (state) => void this.#try(() => onStateChange(state)));
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

  #guard(pick: Pick): Pick {
    if (pick.kind !== "subchannel" || pick.onCallEnd === undefined) return pick;
    if (pick !== this.#inner || this.#guarded === undefined) {
      const { kind, subchannel, onCallEnd } = pick;
      this.#inner = pick;
      this.#guarded = {
        kind,
        subchannel,
        onCallEnd: (end) => {
          try {
            onCallEnd.call(pick, end);
          } catch (error) {
            this.#onError(error);
          }
        },
      };
    }
    return this.#guarded;
  }
}
