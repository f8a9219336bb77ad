import type { Timer } from "../../base/index.ts";
import type { ConfigReader } from "../config/index.ts";
import type {
  Balancer,
  BalancerHost,
  BalancerPolicy,
  ConnectivityState,
  Endpoint,
  Picker,
  Resolution,
} from "./balancer.ts";
import type { PolicyChoice } from "./balancer-registry.ts";
import { ChildBalancer, failPicker } from "./child-balancer.ts";
import { groupByChild } from "./hierarchy.ts";

/** What `priority` is configured with (gRFC A56). */
export interface PriorityConfig {
  readonly children: ReadonlyMap<string, PriorityChildConfig>;
  /** Names of children, the one to use rather first. */
  readonly priorities: readonly string[];
}

/** A child of `priority`. */
export interface PriorityChildConfig {
  readonly child: PolicyChoice;
  /** Whether names are not resolved anew when this child asks for it. */
  readonly ignoreReresolutionRequests: boolean;
}

/** How long a child has to connect before the next one is asked beside it. */
const FAILOVER_MS = 10_000;
/** How long a child that is no longer needed keeps its connections. */
const RETENTION_MS = 15 * 60 * 1000;

/** Sends calls to the first of several children that can take them (gRFC A56). Endpoints say by their `hierarchy` whose they are. */
export const priority: BalancerPolicy<PriorityConfig> = {
  name: "priority",
  parseConfig(config, policies) {
    const entries = config.objectsByName("children").map(([name, fields]): [string, PriorityChildConfig] => {
      const child = policies.parseChoice(fields, "config");
      return [name, { child, ignoreReresolutionRequests: fields.flag("ignoreReresolutionRequests", false) }];
    });
    const children = new Map(entries);
    return { children, priorities: readPriorities(config, children) };
  },
  create: (host) => new PriorityBalancer(host),
};

function readPriorities(reader: ConfigReader, known: ReadonlyMap<string, unknown>): readonly string[] {
  const list = reader.raw("priorities") ?? [];
  const where = reader.pathOf("priorities");
  if (!Array.isArray(list)) throw new TypeError(`${where}: expected a list of names`);
  const names = list.map((name: unknown, index) => {
    if (typeof name === "string" && known.has(name)) return name;
    throw new TypeError(`${where}[${index}]: ${JSON.stringify(name)} is none of the children`);
  });
  if (new Set(names).size < names.length) throw new TypeError(`${where}: a child is there twice`);
  return names;
}

class PriorityBalancer implements Balancer<PriorityConfig> {
  readonly #host: BalancerHost;
  readonly #children = new Map<string, PriorityChild>();
  #config: PriorityConfig = { children: new Map(), priorities: [] };
  #endpoints: ReadonlyMap<string, readonly Endpoint[]> = new Map();
  #note: string | undefined;
  #isUpdating = false;

  constructor(host: BalancerHost) {
    this.#host = host;
  }

  update({ endpoints, config, note }: Resolution<PriorityConfig>): string | undefined {
    this.#config = config;
    this.#endpoints = groupByChild(endpoints);
    this.#note = note;
    const refusals: string[] = [];
    this.#isUpdating = true;
    for (const [name, child] of this.#children) {
      if (config.priorities.includes(name)) {
        const refusal = this.#give(name, child);
        child.onUpdated();
        if (refusal !== undefined) refusals.push(`${name}: ${refusal}`);
      } else {
        // What left the config does not come back under its name (gRFC A115).
        child.close();
        this.#children.delete(name);
      }
    }
    this.#isUpdating = false;
    this.#choose();
    return refusals.length > 0 ? refusals.join("; ") : undefined;
  }

  exitIdle(): void {
    for (const child of this.#children.values()) if (child.state === "idle") child.balancer.exitIdle();
  }

  close(): void {
    for (const child of this.#children.values()) child.close();
    this.#children.clear();
  }

  #give(name: string, child: PriorityChild): string | undefined {
    const config = this.#config.children.get(name);
    if (config === undefined) return undefined;
    child.isIgnoringResolution = config.ignoreReresolutionRequests;
    const endpoints = this.#endpoints.get(name) ?? [];
    return child.balancer.update(config.child.policy, { endpoints, config: config.child.config, note: this.#note });
  }

  /** Uses the first child that can take calls or may soon; those behind it are made when it is their turn. */
  #choose(): void {
    if (this.#isUpdating) return;
    const { priorities } = this.#config;
    const children: PriorityChild[] = [];
    for (const [index, name] of priorities.entries()) {
      const child = this.#children.get(name) ?? this.#add(name);
      children.push(child);
      child.keep();
      if (child.state === "ready" || child.state === "idle") {
        for (const lower of priorities.slice(index + 1)) this.#children.get(lower)?.retire();
        this.#use(child);
        return;
      }
      if (child.isConnectingInTime) {
        this.#use(child);
        return;
      }
    }
    const last = children.find(({ state }) => state === "connecting") ?? children.at(-1);
    if (last === undefined) this.#host.publish("transientFailure", failPicker("priority has no priorities"));
    else this.#use(last);
  }

  #use({ state, picker }: PriorityChild): void {
    this.#host.publish(state, picker);
  }

  #add(name: string): PriorityChild {
    const child = new PriorityChild(
      this.#host,
      () => this.#choose(),
      () => this.#children.delete(name),
    );
    this.#children.set(name, child);
    this.#isUpdating = true;
    this.#give(name, child);
    this.#isUpdating = false;
    child.onUpdated();
    return child;
  }
}

/** A child, how long it may take to connect, and how long it is kept when it is not needed. */
class PriorityChild {
  readonly balancer: ChildBalancer;
  isIgnoringResolution = false;
  readonly #host: BalancerHost;
  readonly #onForgotten: () => void;
  readonly #onChange: () => void;
  #failover: Timer | undefined;
  #retirement: Timer | undefined;
  /** Whether it was connected since it failed last. */
  #wasConnected = true;
  #state: ConnectivityState = "connecting";

  constructor(host: BalancerHost, onChange: () => void, onForgotten: () => void) {
    this.#host = host;
    this.#onChange = onChange;
    this.#onForgotten = onForgotten;
    const own: BalancerHost = {
      clock: host.clock,
      createSubchannel: (endpoint, onStateChange) => host.createSubchannel(endpoint, onStateChange),
      publish: (state, picker) => host.publish(state, picker),
      random: () => host.random(),
      run: (task) => host.run(task),
      resolveNow: () => {
        if (!this.isIgnoringResolution) host.resolveNow();
      },
    };
    this.balancer = new ChildBalancer(own, {
      onChildChange: () => {
        this.onUpdated();
        onChange();
      },
    });
    this.#startFailover();
  }

  get state(): ConnectivityState {
    return this.balancer.state;
  }

  get picker(): Picker {
    return this.balancer.picker;
  }

  /** Whether it is connecting, and has not taken too long yet. */
  get isConnectingInTime(): boolean {
    return this.#failover !== undefined;
  }

  /** It may have another state. */
  onUpdated(): void {
    const { state } = this;
    if (state !== "connecting") {
      this.#stopFailover();
      this.#wasConnected = state !== "transientFailure";
    } else if (this.#state !== "connecting" && this.#wasConnected) {
      this.#startFailover();
    }
    this.#state = state;
  }

  keep(): void {
    this.#retirement?.cancel();
    this.#retirement = undefined;
  }

  /** It is not needed now: it is closed unless it is before its time is over. */
  retire(): void {
    if (this.#retirement !== undefined) return;
    const forget = () => {
      this.close();
      this.#onForgotten();
    };
    this.#retirement = this.#host.clock.setTimer(RETENTION_MS, () => this.#host.run(forget));
    this.#retirement.unref();
  }

  close(): void {
    this.keep();
    this.#stopFailover();
    this.balancer.close();
  }

  #startFailover(): void {
    this.#stopFailover();
    const onTime = () => {
      this.#failover = undefined;
      this.#onChange();
    };
    this.#failover = this.#host.clock.setTimer(FAILOVER_MS, () => this.#host.run(onTime));
    this.#failover.unref();
  }

  #stopFailover(): void {
    this.#failover?.cancel();
    this.#failover = undefined;
  }
}
