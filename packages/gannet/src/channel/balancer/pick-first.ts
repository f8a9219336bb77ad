import type {
  Balancer,
  BalancerHost,
  BalancerPolicy,
  ConnectivityState,
  Endpoint,
  Pick,
  Picker,
  Resolution,
  Subchannel,
} from "./balancer.ts";

/** Sends all calls to the first endpoint that can be reached, in the resolver's order (gRFC A62). */
export const pickFirst: BalancerPolicy<undefined> = {
  name: "pick_first",
  parseConfig: () => undefined,
  create: (host) => new PickFirstBalancer(host),
};

const QUEUE: Picker = { pick: () => ({ kind: "queue" }) };

/**
 * Idle until a call comes, then one endpoint after the other. Once all have failed, calls fail at once, and each endpoint
 * is tried again as its backoff allows until one is ready.
 */
class PickFirstBalancer implements Balancer<undefined> {
  readonly #host: BalancerHost;
  #subchannels: readonly Subchannel[] = [];
  /** Which subchannel is being tried. */
  #current = 0;
  #chosen: Subchannel | undefined;
  #isFailing = false;

  constructor(host: BalancerHost) {
    this.#host = host;
  }

  update({ endpoints, note }: Resolution<undefined>): string | undefined {
    const known = new Map(this.#subchannels.map((subchannel) => [keyOf(subchannel.endpoint), subchannel]));
    const next = new Map<string, Subchannel>();
    for (const endpoint of endpoints) {
      const key = keyOf(endpoint);
      if (!next.has(key)) next.set(key, known.get(key) ?? this.#open(endpoint));
    }
    for (const [key, subchannel] of known) if (!next.has(key)) subchannel.close();
    this.#subchannels = [...next.values()];
    if (endpoints.length === 0) return this.#onNoEndpoints(note ?? "the name has no addresses");
    if (this.#chosen !== undefined && this.#subchannels.includes(this.#chosen)) return undefined;
    this.#chosen = undefined;
    if (this.#isFailing) this.#connectAll();
    else this.#connectFrom(0);
    return undefined;
  }

  close(): void {
    for (const subchannel of this.#subchannels) subchannel.close();
    this.#subchannels = [];
    this.#chosen = undefined;
  }

  #open(endpoint: Endpoint): Subchannel {
    const subchannel = this.#host.createSubchannel(endpoint, (state) => this.#onState(subchannel, state));
    return subchannel;
  }

  #onNoEndpoints(reason: string): string {
    this.#chosen = undefined;
    this.#isFailing = false;
    this.#host.publish("transientFailure", { pick: () => ({ kind: "fail", reason }) });
    return reason;
  }

  #onState(subchannel: Subchannel, state: ConnectivityState): void {
    // It may have changed again, or been given up, before this was heard.
    if (subchannel.state !== state || !this.#subchannels.includes(subchannel)) return;
    if (state === "ready") this.#choose(subchannel);
    else if (subchannel === this.#chosen) this.#onLost();
    else if (this.#chosen !== undefined) return;
    else if (state === "transientFailure") this.#onFailure(subchannel);
    else if (state === "idle" && this.#isFailing) subchannel.connect();
    else if (state === "idle" && subchannel === this.#subchannels[this.#current]) this.#onLost(); // it was ready, shortly
  }

  #choose(subchannel: Subchannel): void {
    if (this.#chosen !== undefined && this.#chosen !== subchannel) return;
    this.#chosen = subchannel;
    this.#isFailing = false;
    const pick: Pick = { kind: "subchannel", subchannel };
    this.#host.publish("ready", { pick: () => pick });
    // The others stay known, and idle, for the next time.
    this.#subchannels = this.#subchannels.map((other) => (other === subchannel ? other : this.#renew(other)));
  }

  /** Gives up an attempt or backoff that is no longer needed. */
  #renew(subchannel: Subchannel): Subchannel {
    if (subchannel.state === "idle") return subchannel;
    subchannel.close();
    return this.#open(subchannel.endpoint);
  }

  /** The connection is gone. The next call opens one, to where it then is. */
  #onLost(): void {
    this.#chosen = undefined;
    this.#host.resolveNow();
    let isAsked = false;
    const pick = (): Pick => {
      if (!isAsked) this.#connectFrom(0);
      isAsked = true;
      return { kind: "queue" };
    };
    this.#host.publish("idle", { pick });
  }

  #connectFrom(index: number): void {
    this.#current = index;
    const subchannel = this.#subchannels[index];
    if (subchannel === undefined) {
      this.#onAllFailed();
      return;
    }
    if (!this.#isFailing) this.#host.publish("connecting", QUEUE);
    // One that waits for its backoff has failed lately: go on to the next.
    if (subchannel.state === "transientFailure") this.#connectFrom(index + 1);
    else if (subchannel.state === "ready") this.#choose(subchannel);
    else subchannel.connect();
  }

  #onFailure(subchannel: Subchannel): void {
    if (this.#isFailing) this.#onAllFailed();
    else if (this.#subchannels[this.#current] === subchannel) this.#connectFrom(this.#current + 1);
  }

  #onAllFailed(): void {
    const wasFailing = this.#isFailing;
    this.#isFailing = true;
    const reasons = this.#subchannels.map(({ failure }) => failure).filter((failure) => failure !== undefined);
    const reason = [...new Set(reasons)].join("; ");
    this.#host.publish("transientFailure", { pick: () => ({ kind: "fail", reason }) });
    if (wasFailing) return;
    this.#host.resolveNow();
    this.#connectAll();
  }

  #connectAll(): void {
    for (const subchannel of this.#subchannels) subchannel.connect();
  }
}

function keyOf({ addresses }: Endpoint): string {
  return addresses.join();
}
