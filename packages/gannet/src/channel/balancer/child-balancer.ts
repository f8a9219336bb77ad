import type { Clock } from "../../base/index.ts";
import type {
  Balancer,
  BalancerHost,
  BalancerPolicy,
  ConnectivityState,
  Endpoint,
  Picker,
  Resolution,
  Subchannel,
} from "./balancer.ts";

/** Why calls fail where the resolver has found nothing, and does not say why. */
export const NO_ADDRESSES = "the name has no addresses";

/** Has every call wait for the next picker. */
export const QUEUE_PICKER: Picker = { pick: () => ({ kind: "queue" }) };

/** Fails every call that does not wait for ready. */
export function failPicker(reason: string): Picker {
  return { pick: () => ({ kind: "fail", reason }) };
}

/** One balancer under another, or under the channel: what it published last, and whose subchannels it may make. */
export interface ChildOwner {
  /** The child has published. Not called while the child is updated: look at it then. */
  onChildChange(): void;
  /** Makes a subchannel for the child, in place of the parent. */
  createSubchannel?(endpoint: Endpoint, onStateChange: (state: ConnectivityState) => void): Subchannel;
}

/**
 * A balancer that another one, or a channel, has under it. When its policy changes, the old one is asked until the new
 * one is ready or has failed, or the old one has lost its connection.
 */
export class ChildBalancer {
  readonly #parent: BalancerHost;
  readonly #owner: ChildOwner;
  #current: ChildHost | undefined;
  #pending: ChildHost | undefined;
  #isUpdating = false;

  constructor(parent: BalancerHost, owner: ChildOwner) {
    this.#parent = parent;
    this.#owner = owner;
  }

  get state(): ConnectivityState {
    return this.#current?.state ?? "connecting";
  }

  get picker(): Picker {
    return this.#current?.picker ?? QUEUE_PICKER;
  }

  /** Gives the balancer what was resolved, one of `policy`. As `Balancer.update`. */
  update<Config>(policy: BalancerPolicy<Config>, resolution: Resolution<Config>): string | undefined {
    const newest = this.#pending ?? this.#current;
    this.#isUpdating = true;
    try {
      const host = newest?.policy === policy ? newest : this.#add(policy);
      return host.balancer.update(resolution);
    } finally {
      this.#isUpdating = false;
    }
  }

  exitIdle(): void {
    this.#current?.balancer.exitIdle();
    this.#pending?.balancer.exitIdle();
  }

  close(): void {
    this.#current?.close();
    this.#pending?.close();
    this.#current = undefined;
    this.#pending = undefined;
  }

  #add(policy: BalancerPolicy<unknown>): ChildHost {
    const host: ChildHost = new ChildHost(policy, this.#parent, this.#owner, () => this.#onPublish(host));
    if (this.#current === undefined) {
      this.#current = host;
    } else {
      this.#pending?.close();
      this.#pending = host;
    }
    return host;
  }

  #onPublish(host: ChildHost): void {
    const pending = this.#pending;
    if (pending !== undefined && (pending.state !== "connecting" || this.#current?.state !== "ready")) {
      this.#pending = undefined;
      this.#current?.close();
      this.#current = pending;
    } else if (host !== this.#current) {
      return;
    }
    if (!this.#isUpdating) this.#owner.onChildChange();
  }
}

/** What a balancer of a child sees above it. */
class ChildHost implements BalancerHost {
  readonly policy: BalancerPolicy<unknown>;
  readonly balancer: Balancer<unknown>;
  readonly #parent: BalancerHost;
  readonly #owner: ChildOwner;
  readonly #onPublish: () => void;
  state: ConnectivityState = "connecting";
  picker: Picker = QUEUE_PICKER;
  #isClosed = false;

  constructor(policy: BalancerPolicy<unknown>, parent: BalancerHost, owner: ChildOwner, onPublish: () => void) {
    this.policy = policy;
    this.#parent = parent;
    this.#owner = owner;
    this.#onPublish = onPublish;
    this.balancer = policy.create(this);
  }

  get clock(): Clock {
    return this.#parent.clock;
  }

  createSubchannel(endpoint: Endpoint, onStateChange: (state: ConnectivityState) => void): Subchannel {
    return (
      this.#owner.createSubchannel?.(endpoint, onStateChange) ?? this.#parent.createSubchannel(endpoint, onStateChange)
    );
  }

  publish(state: ConnectivityState, picker: Picker): void {
    if (this.#isClosed) return;
    this.state = state;
    this.picker = picker;
    this.#onPublish();
  }

  resolveNow(): void {
    if (!this.#isClosed) this.#parent.resolveNow();
  }

  random(): number {
    return this.#parent.random();
  }

  run(task: () => void): void {
    this.#parent.run(() => {
      if (!this.#isClosed) task();
    });
  }

  close(): void {
    this.#isClosed = true;
    this.balancer.close();
  }
}
