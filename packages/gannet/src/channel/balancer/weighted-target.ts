import type { Timer } from "../../base/index.ts";
import type {
  Balancer,
  BalancerHost,
  BalancerPolicy,
  ConnectivityState,
  Pick,
  PickArguments,
  Picker,
  Resolution,
} from "./balancer.ts";
import type { PolicyChoice } from "./balancer-registry.ts";
import { ChildBalancer, failPicker, QUEUE_PICKER } from "./child-balancer.ts";
import { groupByChild } from "./hierarchy.ts";

/** What `weighted_target` is configured with. */
export interface WeightedTargetConfig {
  readonly targets: ReadonlyMap<string, WeightedTarget>;
}

/** A child, and its share of the calls. */
export interface WeightedTarget {
  /** Positive. */
  readonly weight: number;
  readonly child: PolicyChoice;
}

/** How long a child that left is kept, in case it comes back. */
const RETENTION_MS = 15 * 60 * 1000;
const MAX_WEIGHT = 0xffff_ffff;

/** Divides calls among children, by weights. Endpoints say by their `hierarchy` whose they are. */
export const weightedTarget: BalancerPolicy<WeightedTargetConfig> = {
  name: "weighted_target",
  parseConfig(config, policies) {
    const targets = config.objectsByName("targets").map(([name, target]): [string, WeightedTarget] => {
      const weight = target.integer("weight", 0, 1, MAX_WEIGHT);
      return [name, { weight, child: policies.parseChoice(target, "childPolicy") }];
    });
    return { targets: new Map(targets) };
  },
  create: (host) => new WeightedTargetBalancer(host),
};

interface Target {
  readonly balancer: ChildBalancer;
  /** 0 once it has left. */
  weight: number;
  /** Until it is forgotten. */
  timer: Timer | undefined;
}

class WeightedTargetBalancer implements Balancer<WeightedTargetConfig> {
  readonly #host: BalancerHost;
  readonly #targets = new Map<string, Target>();
  #isUpdating = false;

  constructor(host: BalancerHost) {
    this.#host = host;
  }

  update({ endpoints, config, note }: Resolution<WeightedTargetConfig>): string | undefined {
    const groups = groupByChild(endpoints);
    const refusals: string[] = [];
    this.#isUpdating = true;
    for (const [name, { weight, child }] of config.targets) {
      const target = this.#targetOf(name);
      target.timer?.cancel();
      target.timer = undefined;
      target.weight = weight;
      const refusal = target.balancer.update(child.policy, {
        endpoints: groups.get(name) ?? [],
        config: child.config,
        note,
      });
      if (refusal !== undefined) refusals.push(`${name}: ${refusal}`);
    }
    for (const [name, target] of this.#targets) if (!config.targets.has(name)) this.#leave(name, target);
    this.#isUpdating = false;
    this.#publish();
    return refusals.length > 0 ? refusals.join("; ") : undefined;
  }

  exitIdle(): void {
    for (const { balancer } of this.#targets.values()) balancer.exitIdle();
  }

  close(): void {
    for (const { balancer, timer } of this.#targets.values()) {
      timer?.cancel();
      balancer.close();
    }
    this.#targets.clear();
  }

  #targetOf(name: string): Target {
    let target = this.#targets.get(name);
    if (target === undefined) {
      const balancer = new ChildBalancer(this.#host, { onChildChange: () => this.#publish() });
      target = { balancer, weight: 0, timer: undefined };
      this.#targets.set(name, target);
    }
    return target;
  }

  #leave(name: string, target: Target): void {
    target.weight = 0;
    if (target.timer !== undefined) return;
    const forget = () => {
      this.#targets.delete(name);
      target.balancer.close();
    };
    target.timer = this.#host.clock.setTimer(RETENTION_MS, () => this.#host.run(forget));
    target.timer.unref();
  }

  #publish(): void {
    if (this.#isUpdating) return;
    const shares = [...this.#targets.values()]
      .filter(({ weight }) => weight > 0)
      .map(({ weight, balancer: { state, picker } }) => ({ weight, state, picker }));
    const inState = (state: ConnectivityState) => shares.filter((share) => share.state === state);
    const ready = inState("ready");
    if (ready.length > 0) this.#host.publish("ready", new WeightedPicker(ready, () => this.#host.random()));
    else if (inState("connecting").length > 0) this.#host.publish("connecting", QUEUE_PICKER);
    else if (inState("idle").length > 0)
      this.#host.publish("idle", new WeightedPicker(inState("idle"), () => this.#host.random()));
    else if (shares.length === 0) this.#host.publish("transientFailure", failPicker("weighted_target has no targets"));
    else this.#host.publish("transientFailure", new WeightedPicker(shares, () => this.#host.random()));
  }
}

interface Share {
  readonly weight: number;
  readonly picker: Picker;
}

/** Asks one of several pickers, each as often as its weight says. */
class WeightedPicker implements Picker {
  readonly #shares: readonly Share[];
  readonly #total: number;
  readonly #random: () => number;

  constructor(shares: readonly Share[], random: () => number) {
    this.#shares = shares;
    this.#total = shares.reduce((sum, { weight }) => sum + weight, 0);
    this.#random = random;
  }

  pick(call: PickArguments): Pick {
    let rest = this.#random() * this.#total;
    for (const { weight, picker } of this.#shares) {
      rest -= weight;
      if (rest < 0) return picker.pick(call);
    }
    return { kind: "queue" };
  }
}
