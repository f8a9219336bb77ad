import { xxhash64 } from "../../base/index.ts";
import { ConfigReader } from "../config/index.ts";
import { keyOfEndpoint } from "./address-list.ts";
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
} from "./balancer.ts";
import { NO_ADDRESSES } from "./child-balancer.ts";
import { type EndpointChild, EndpointChildren } from "./endpoint-children.ts";
import { HashRing, type RingSize } from "./hash-ring.ts";

/** What `ring_hash` is configured with (gRFCs A42, A76). */
export interface RingHashConfig extends RingSize {
  /** The metadata whose value is hashed, in lower case; empty where a config selector gives the hash. */
  readonly requestHashHeader: string;
}

/** Rings larger than that take too much memory for what they are worth (gRFC A42). */
const MAX_RING_SIZE = 4096;
const MAX_CONFIGURED_SIZE = 8 * 1024 * 1024;

/** Sends calls with the same hash to the same endpoint, as long as that can be reached (gRFCs A42, A61, A76). */
export const ringHash: BalancerPolicy<RingHashConfig> = {
  name: "ring_hash",
  parseConfig(json) {
    const reader = new ConfigReader(json, "ring_hash");
    const min = reader.integer("minRingSize", 1024, 1, MAX_CONFIGURED_SIZE);
    const max = reader.integer("maxRingSize", 4096, 1, MAX_CONFIGURED_SIZE);
    if (min > max) throw new TypeError(`ring_hash.minRingSize: ${min} is more than maxRingSize, which is ${max}`);
    const requestHashHeader = reader.text("requestHashHeader", "").toLowerCase();
    if (requestHashHeader.endsWith("-bin")) {
      throw new TypeError(`ring_hash.requestHashHeader: ${requestHashHeader} holds bytes, which are not hashed`);
    }
    return { min: Math.min(min, MAX_RING_SIZE), max: Math.min(max, MAX_RING_SIZE), requestHashHeader };
  },
  create: (host) => new RingHashBalancer(host),
};

class RingHashBalancer implements Balancer<RingHashConfig> {
  readonly #host: BalancerHost;
  readonly #children: EndpointChildren;
  #config: RingHashConfig | undefined;
  #note: string | undefined;
  #ring: HashRing | undefined;

  constructor(host: BalancerHost) {
    this.#host = host;
    this.#children = new EndpointChildren(host, () => this.#onChange());
  }

  update({ endpoints, config, note }: Resolution<RingHashConfig>): string | undefined {
    this.#config = config;
    this.#note = note;
    this.#children.update(endpoints);
    const members = this.#children.all.map(({ endpoint, key }) => ({
      key: hashKeyOf(endpoint),
      weight: weightOf(key, endpoints),
    }));
    this.#ring = members.length === 0 ? undefined : new HashRing(members, config);
    this.#onChange();
    return members.length === 0 ? (note ?? NO_ADDRESSES) : undefined;
  }

  exitIdle(): void {
    const { all } = this.#children;
    const chosen = this.#ring === undefined ? undefined : all[this.#ring.memberAt(this.#randomEntry())];
    chosen?.connect();
  }

  close(): void {
    this.#children.close();
  }

  #randomEntry(): number {
    return Math.floor(this.#host.random() * (this.#ring?.size ?? 0));
  }

  #onChange(): void {
    const ring = this.#ring;
    const config = this.#config;
    if (ring === undefined || config === undefined) {
      this.#children.publishUnready(this.#note);
      return;
    }
    const { all } = this.#children;
    const state = stateOf(all);
    // Nobody picks an endpoint that is passed over: without this, a ring that has failed would stay as it is.
    const isStuck = state === "transientFailure" || state === "connecting";
    if (isStuck && !all.some((child) => child.state === "connecting")) {
      all.find((child) => child.state === "idle")?.connect();
    }
    this.#host.publish(state, new RingHashPicker(ring, all, config, this.#host));
  }
}

/** What identifies an endpoint on the ring: what the resolver says, or its first address (gRFC A61). */
function hashKeyOf({ attributes, addresses }: Endpoint): string {
  const given = attributes.get("hashKey");
  return typeof given === "string" && given !== "" ? given : (addresses[0] ?? "");
}

/** An endpoint that was resolved more than once has the weights of all together. */
function weightOf(key: string, endpoints: readonly Endpoint[]): number {
  return endpoints.reduce((sum, endpoint) => (keyOfEndpoint(endpoint) === key ? sum + endpoint.weight : sum), 0);
}

/** The state of all together: one that fails alone is no reason to fail, as calls pass it over (gRFC A42, A61). */
function stateOf(children: readonly EndpointChild[]): ConnectivityState {
  const count = (state: ConnectivityState) => children.filter((child) => child.state === state).length;
  const failing = count("transientFailure");
  if (count("ready") > 0) return "ready";
  if (failing >= 2) return "transientFailure";
  if (count("connecting") > 0) return "connecting";
  if (failing === 1 && children.length > 1) return "connecting";
  return count("idle") > 0 ? "idle" : "transientFailure";
}

class RingHashPicker implements Picker {
  readonly #ring: HashRing;
  readonly #children: readonly {
    readonly child: EndpointChild;
    readonly state: ConnectivityState;
    readonly picker: Picker;
  }[];
  readonly #header: string;
  readonly #host: BalancerHost;
  readonly #isConnecting: boolean;

  constructor(ring: HashRing, children: readonly EndpointChild[], config: RingHashConfig, host: BalancerHost) {
    this.#ring = ring;
    this.#children = children.map((child) => ({ child, state: child.state, picker: child.picker }));
    this.#isConnecting = children.some(({ state }) => state === "connecting");
    this.#header = config.requestHashHeader;
    this.#host = host;
  }

  pick(call: PickArguments): Pick {
    const hash = this.#hashOf(call);
    return hash === undefined ? this.#pickAny(call) : this.#pickAt(this.#ring.indexOf(hash), call);
  }

  #hashOf(call: PickArguments): bigint | undefined {
    if (this.#header === "") return call.hash;
    const value = call.metadata(this.#header);
    return value === undefined ? undefined : xxhash64(new TextEncoder().encode(value));
  }

  /** The first from there on that has not failed; it is connected when it is idle. */
  #pickAt(start: number, call: PickArguments): Pick {
    const tried = new Set<number>();
    for (let index = start; tried.size < this.#children.length && index < start + this.#ring.size; index++) {
      const member = this.#ring.memberAt(index);
      if (tried.has(member)) continue;
      tried.add(member);
      const entry = this.#children[member];
      if (entry === undefined || entry.state === "transientFailure") continue;
      if (entry.state === "idle") this.#connect(entry.child);
      return entry.picker.pick(call);
    }
    return this.#children[this.#ring.memberAt(start)]?.picker.pick(call) ?? { kind: "fail", reason: NO_ADDRESSES };
  }

  /** Without a hash, an endpoint that is ready is as good as any; at most one is connected for it (gRFC A76). */
  #pickAny(call: PickArguments): Pick {
    const start = Math.floor(this.#host.random() * this.#ring.size);
    let isAsked = this.#isConnecting;
    for (let index = start; index < start + this.#ring.size; index++) {
      const entry = this.#children[this.#ring.memberAt(index)];
      if (entry?.state === "ready") return entry.picker.pick(call);
      if (entry?.state === "idle" && !isAsked) {
        isAsked = true;
        this.#connect(entry.child);
      }
    }
    if (isAsked) return { kind: "queue" };
    return this.#children[this.#ring.memberAt(start)]?.picker.pick(call) ?? { kind: "fail", reason: NO_ADDRESSES };
  }

  #connect(child: EndpointChild): void {
    this.#host.run(() => child.connect());
  }
}
