import type { Timer } from "../../base/index.ts";
import { ConfigReader } from "../config/index.ts";
import { interleaveAddresses } from "./address-list.ts";
import type {
  Balancer,
  BalancerHost,
  BalancerPolicy,
  ConnectivityState,
  Endpoint,
  Pick,
  Resolution,
  Subchannel,
} from "./balancer.ts";
import { failPicker, NO_ADDRESSES, QUEUE_PICKER } from "./child-balancer.ts";
import { shuffleByWeight } from "./shuffle.ts";

/** What `pick_first` is configured with (gRFC A62). */
export interface PickFirstConfig {
  /** Whether each client tries the endpoints in an order of its own. False by default. */
  readonly shuffleAddressList: boolean;
}

/** Sends all calls to the first address that can be reached, in the resolver's order (gRFCs A61, A62, A113). */
export const pickFirst: BalancerPolicy<PickFirstConfig> = {
  name: "pick_first",
  parseConfig(json) {
    return { shuffleAddressList: new ConfigReader(json, "pick_first").flag("shuffleAddressList", false) };
  },
  create: (host) => new PickFirstBalancer(host),
};

/** How long an attempt is alone before the next address is tried beside it (RFC 8305 §5, gRFC A61). */
const ATTEMPT_DELAY_MS = 250;

/**
 * Tries the addresses of a list until one is ready:
 *
 *          a call, exitIdle          one is ready
 *   idle -----------------> connecting ---------> ready
 *    ^                          | all have         |
 *    |                          v failed           | lost
 *    |                  transientFailure ----------)
 *    |                          one is ready  ^    |
 *    +---------------------------------------------+
 *
 * While it connects, addresses are tried in order, the next when one fails and beside one that takes long ("happy
 * eyeballs"). Once all have failed, calls fail at once and every address is tried again as its own backoff allows.
 */
class PickFirstBalancer implements Balancer<PickFirstConfig> {
  readonly #host: BalancerHost;
  #addresses: readonly Endpoint[] = [];
  /** The subchannels of the addresses that are tried, by address; once one was chosen, only that. */
  readonly #subchannels = new Map<string, Subchannel>();
  #chosen: Subchannel | undefined;
  #phase: "idle" | "connecting" | "failing" | "ready" | "closed" = "idle";
  /** The place of the next address to try. */
  #next = 0;
  /** Those that failed since the pass began; while failing, since the last time that addresses were asked for. */
  #failures = 0;
  #delay: Timer | undefined;

  constructor(host: BalancerHost) {
    this.#host = host;
  }

  update({ endpoints, config, note }: Resolution<PickFirstConfig>): string | undefined {
    const inOrder = config.shuffleAddressList ? shuffleByWeight(endpoints, () => this.#host.random()) : endpoints;
    this.#addresses = interleaveAddresses(inOrder);
    const kept = new Set(this.#addresses.map(addressOf));
    for (const [address, subchannel] of this.#subchannels) {
      if (kept.has(address)) continue;
      subchannel.close();
      this.#subchannels.delete(address);
    }
    if (this.#addresses.length === 0) return this.#onNoAddresses(note ?? NO_ADDRESSES);
    if (this.#chosen !== undefined) {
      if (this.#subchannels.has(addressOf(this.#chosen.endpoint))) return undefined;
      this.#chosen = undefined;
    }
    if (this.#phase === "failing") this.#tryAll();
    else this.#connect();
    return undefined;
  }

  exitIdle(): void {
    if (this.#phase === "idle" && this.#addresses.length > 0) this.#connect();
  }

  close(): void {
    this.#phase = "closed";
    this.#delay?.cancel();
    for (const subchannel of this.#subchannels.values()) subchannel.close();
    this.#subchannels.clear();
    this.#chosen = undefined;
  }

  #onNoAddresses(reason: string): string {
    this.#delay?.cancel();
    this.#chosen = undefined;
    // Not failing: the next list is tried from its beginning.
    this.#phase = "idle";
    this.#host.publish("transientFailure", failPicker(reason));
    return reason;
  }

  // ---- one pass over the addresses ----------------------------------------------------

  #connect(): void {
    this.#phase = "connecting";
    this.#next = 0;
    this.#failures = 0;
    this.#host.publish("connecting", QUEUE_PICKER);
    this.#tryNext();
  }

  #tryNext(): void {
    this.#delay?.cancel();
    while (this.#phase === "connecting") {
      const endpoint = this.#addresses[this.#next];
      if (endpoint === undefined) {
        if (this.#failures >= this.#addresses.length) this.#onAllFailed();
        return;
      }
      this.#next++;
      const subchannel = this.#subchannelOf(endpoint);
      if (subchannel.state === "ready") {
        this.#choose(subchannel);
        return;
      }
      if (subchannel.state !== "transientFailure") {
        subchannel.connect();
        this.#delay = this.#host.clock.setTimer(ATTEMPT_DELAY_MS, () => this.#host.run(() => this.#tryNext()));
        this.#delay.unref();
        return;
      }
      // It waits for its backoff: it has failed lately.
      this.#failures++;
    }
  }

  #subchannelOf(endpoint: Endpoint): Subchannel {
    const address = addressOf(endpoint);
    let subchannel = this.#subchannels.get(address);
    if (subchannel === undefined) {
      const opened: Subchannel = this.#host.createSubchannel(endpoint, (state) => this.#onState(opened, state));
      subchannel = opened;
      this.#subchannels.set(address, opened);
    }
    return subchannel;
  }

  #onAllFailed(): void {
    this.#phase = "failing";
    this.#publishFailure();
    this.#host.resolveNow();
    this.#tryAll();
  }

  #tryAll(): void {
    this.#failures = 0;
    for (const endpoint of this.#addresses) {
      const subchannel = this.#subchannelOf(endpoint);
      if (subchannel.state !== "ready") {
        subchannel.connect();
      } else {
        this.#choose(subchannel);
        return;
      }
    }
  }

  #publishFailure(): void {
    const reasons = this.#addresses.map((endpoint) => this.#subchannels.get(addressOf(endpoint))?.failure);
    const reason = [...new Set(reasons.filter((failure) => failure !== undefined))].join("; ");
    this.#host.publish("transientFailure", failPicker(reason));
  }

  // ---- what subchannels tell ----------------------------------------------------------

  #onState(subchannel: Subchannel, state: ConnectivityState): void {
    // It may have changed again, or been given up, before this was heard.
    if (subchannel.state !== state || this.#subchannels.get(addressOf(subchannel.endpoint)) !== subchannel) return;
    if (state === "ready") this.#choose(subchannel);
    else if (subchannel === this.#chosen) this.#onLost(state);
    else if (state === "transientFailure") this.#onFailure(subchannel);
    // Either its backoff is over, or it was ready so shortly that nobody heard of it.
    else if (state === "idle" && this.#phase === "failing") subchannel.connect();
  }

  #choose(subchannel: Subchannel): void {
    this.#delay?.cancel();
    this.#phase = "ready";
    this.#chosen = subchannel;
    for (const [address, other] of this.#subchannels) {
      if (other === subchannel) continue;
      other.close();
      this.#subchannels.delete(address);
    }
    const pick: Pick = { kind: "subchannel", subchannel };
    this.#host.publish("ready", { pick: () => pick });
  }

  /**
   * The connection is gone. The next call opens one, to where the server then is. Where calls wait already, a further
   * connection is being opened or could not be: then all addresses are tried at once (gRFC A105).
   */
  #onLost(state: ConnectivityState): void {
    this.#chosen = undefined;
    this.#host.resolveNow();
    if (state !== "idle") {
      this.#connect();
      return;
    }
    this.#phase = "idle";
    const connect = () => this.exitIdle();
    this.#host.publish("idle", {
      pick: () => {
        this.#host.run(connect);
        return { kind: "queue" };
      },
    });
  }

  #onFailure(subchannel: Subchannel): void {
    this.#failures++;
    if (this.#phase === "failing") {
      this.#publishFailure();
      if (this.#failures < this.#addresses.length) return;
      this.#failures = 0;
      this.#host.resolveNow();
    } else if (this.#phase === "connecting") {
      const latest = this.#addresses[this.#next - 1];
      const isLatest = latest !== undefined && addressOf(latest) === addressOf(subchannel.endpoint);
      if (isLatest || this.#next >= this.#addresses.length) this.#tryNext();
    }
  }
}

function addressOf({ addresses }: Endpoint): string {
  return addresses[0] ?? "";
}
