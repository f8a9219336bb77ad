import { xxhash64 } from "../../base/index.ts";
import { checkOptions, numberFrom } from "../../core/index.ts";
import type { ConfigReader } from "../config/index.ts";
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
const HEADER_NAME = /^[0-9a-z_.-]+$/;

/** What a client itself says of `ring_hash`. */
export interface RingHashOptions {
  /**
   * How large rings may be, whatever their config says: 16 bytes an entry, and as much time as that to make one.
   *
   * @default 4096
   */
  readonly maxRingSize?: number | undefined;
}

/**
 * Makes a `ring_hash` with a limit of one's own, for the `balancers` of a channel: it takes the place of the one that the
 * channel knows (gRFC A42).
 *
 * @throws RangeError GANNET_INVALID_OPTION for a limit that is none
 */
export function createRingHash(options: RingHashOptions = {}): BalancerPolicy<RingHashConfig> {
  checkOptions(options, { maxRingSize: numberFrom(1) }, "createRingHash");
  const { maxRingSize = MAX_RING_SIZE } = options;
  return {
    name: "ring_hash",
    parseConfig: (config) => parseRingHashConfig(config, maxRingSize),
    create: (host) => new RingHashBalancer(host),
  };
}

/** Sends calls with the same hash to the same endpoint, as long as that can be reached (gRFCs A42, A61, A76). */
export const ringHash: BalancerPolicy<RingHashConfig> = createRingHash();

function parseRingHashConfig(reader: ConfigReader, cap: number): RingHashConfig {
  const min = reader.integer("minRingSize", 1024, 1, MAX_CONFIGURED_SIZE);
  const max = reader.integer("maxRingSize", 4096, 1, MAX_CONFIGURED_SIZE);
  if (min > max) throw new TypeError(`ring_hash.minRingSize: ${min} is more than maxRingSize, which is ${max}`);
  const requestHashHeader = reader.text("requestHashHeader", "").toLowerCase();
  if (requestHashHeader !== "" && !HEADER_NAME.test(requestHashHeader)) {
    throw new TypeError(`ring_hash.requestHashHeader: ${JSON.stringify(requestHashHeader)} is no metadata key`);
  }
  if (requestHashHeader.endsWith("-bin")) {
    throw new TypeError(`ring_hash.requestHashHeader: ${requestHashHeader} holds bytes, which are not hashed`);
  }
  return { min: Math.min(min, cap), max: Math.min(max, cap), requestHashHeader };
}

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
    // An endpoint that was resolved more than once has the weights of all together.
    const weights = new Map<string, number>();
    for (const endpoint of endpoints) {
      const key = keyOfEndpoint(endpoint);
      weights.set(key, (weights.get(key) ?? 0) + endpoint.weight);
    }
    const members = this.#children.all.map(({ endpoint, key }) => ({
      key: hashKeyOf(endpoint),
      weight: weights.get(key) ?? 1,
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

/** Who has rings without a header has something that gives each call its hash (gRFC A76). */
const NO_HASH: Pick = {
  kind: "fail",
  reason: "ring_hash has no requestHashHeader, and nothing else gives a call its hash",
};
const encoder = new TextEncoder();

function hashOfText(text: string): bigint {
  return xxhash64(encoder.encode(text));
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
  /** Whether any has failed: otherwise the first entry will do. */
  readonly #isFailing: boolean;

  constructor(ring: HashRing, children: readonly EndpointChild[], config: RingHashConfig, host: BalancerHost) {
    this.#ring = ring;
    this.#children = children.map((child) => ({ child, state: child.state, picker: child.picker }));
    this.#isConnecting = children.some(({ state }) => state === "connecting");
    this.#isFailing = children.some(({ state }) => state === "transientFailure");
    this.#header = config.requestHashHeader;
    this.#host = host;
  }

  pick(call: PickArguments): Pick {
    if (this.#header === "") {
      return call.hash === undefined ? NO_HASH : this.#pickAt(this.#ring.indexOf(call.hash), call);
    }
    const value = call.metadata(this.#header);
    if (value === undefined || value === "") return this.#pickAny(call);
    return this.#pickAt(this.#ring.indexOf(hashOfText(value)), call);
  }

  /** The first from there on that has not failed; it is connected when it is idle. */
  #pickAt(start: number, call: PickArguments): Pick {
    const ring = this.#ring;
    const end = this.#isFailing ? start + ring.size : start + 1;
    for (let index = start; index < end; index++) {
      const entry = this.#children[ring.memberAt(index)];
      if (entry === undefined || entry.state === "transientFailure") continue;
      if (entry.state === "idle") this.#connect(entry.child);
      return entry.picker.pick(call);
    }
    return this.#children[ring.memberAt(start)]?.picker.pick(call) ?? { kind: "fail", reason: NO_ADDRESSES };
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
