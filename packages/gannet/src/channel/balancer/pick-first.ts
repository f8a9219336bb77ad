import type { Timer } from "../../base/index.ts";
import { interleaveAddresses } from "./address-list.ts";
import type {
  BackendHealth,
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
  /**
   * Whether the health of the backend that is chosen counts: only for a policy above that has others to turn to (gRFC A61,
   * "Generic Health Reporting Mechanism"), and not to be configured.
   */
  readonly isHealthWatched?: boolean | undefined;
}

/** Sends all calls to the first address that can be reached, in the resolver's order (gRFCs A61, A62, A113). */
export const pickFirst: BalancerPolicy<PickFirstConfig> = {
  name: "pick_first",
  parseConfig: (config) => ({ shuffleAddressList: config.flag("shuffleAddressList", false) }),
  create: (host) => new PickFirstBalancer(host),
};

/** How long an attempt is alone before the next address is tried beside it (RFC 8305 §5, gRFC A61). */
const ATTEMPT_DELAY_MS = 250;

/**
 * Tries the addresses of a list until one is ready:
 *
 *           addresses              one is ready
 *   initial --------> connecting -----------------> ready <--+
 *                      ^    | all have                |      |
 *     a call, exitIdle |    v failed      one is ready | lost |
 *                      |   failing -------------------)------+
 *                    idle <---------------------------+
 *
 * While it connects, addresses are tried in order, the next when one fails and beside one that takes long ("happy
 * eyeballs"). Once all have failed, calls fail at once and every address is tried again as its own backoff allows. A new
 * list is tried in order again, and failing stays failing meanwhile; idle stays idle.
 */
class PickFirstBalancer implements Balancer<PickFirstConfig> {
  readonly #host: BalancerHost;
  #addresses: readonly Endpoint[] = [];
  /** The subchannels of the addresses that are tried, by address; once one was chosen, only that. */
  readonly #subchannels = new Map<string, Subchannel>();
  #chosen: Subchannel | undefined;
  #phase: "initial" | "idle" | "connecting" | "failing" | "ready" | "closed" = "initial";
  /** Whether the addresses are tried in order: while it connects, and when a list comes while it is failing. */
  #isInPass = false;
  /** The place of the next address to try. */
  #next = 0;
  /** Those that failed since the pass began; while failing, since the last time that addresses were asked for. */
  #failures = 0;
  #delay: Timer | undefined;
  #isHealthWatched = false;

  constructor(host: BalancerHost) {
    this.#host = host;
  }

  update({ endpoints, config, note }: Resolution<PickFirstConfig>): string | undefined {
    this.#isHealthWatched = config.isHealthWatched === true;
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
    if (this.#phase !== "idle") this.#connect();
    return undefined;
  }

  exitIdle(): void {
    if (this.#phase === "idle" && this.#addresses.length > 0) this.#connect();
  }

  close(): void {
    this.#phase = "closed";
    this.#isInPass = false;
    this.#delay?.cancel();
    for (const subchannel of this.#subchannels.values()) subchannel.close();
    this.#subchannels.clear();
    this.#chosen = undefined;
  }

  #onNoAddresses(reason: string): string {
    this.#delay?.cancel();
    this.#chosen = undefined;
    // Not failing: that would be to have tried some.
    this.#phase = "initial";
    this.#isInPass = false;
    this.#host.publish("transientFailure", failPicker(reason));
    return reason;
  }

  // ---- one pass over the addresses ----------------------------------------------------

  #connect(): void {
    this.#isInPass = true;
    this.#next = 0;
    this.#failures = 0;
    if (this.#phase !== "failing") {
      this.#phase = "connecting";
      this.#host.publish("connecting", QUEUE_PICKER);
    }
    this.#tryNext();
  }

  #tryNext(): void {
    this.#delay?.cancel();
    while (this.#isInPass) {
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
    this.#isInPass = false;
    this.#publishFailure();
    this.#host.resolveNow();
    // Whoever hears of that may have closed it, in favour of another policy.
    if (this.#phase === "failing") this.#tryAll();
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
    else if (state === "idle" && this.#phase === "failing" && !this.#isInPass) subchannel.connect();
  }

  #choose(subchannel: Subchannel): void {
    this.#delay?.cancel();
    this.#phase = "ready";
    this.#isInPass = false;
    this.#chosen = subchannel;
    for (const [address, other] of this.#subchannels) {
      if (other === subchannel) continue;
      other.close();
      this.#subchannels.delete(address);
    }
    const isChosen = () => this.#chosen === subchannel;
    const health = this.#isHealthWatched
      ? subchannel.watchHealth((changed) => isChosen() && this.#publishHealth(subchannel, changed))
      : undefined;
    this.#publishHealth(subchannel, health);
  }

  /** The connection is there, whatever its backend thinks of taking calls. */
  #publishHealth(subchannel: Subchannel, health: BackendHealth | undefined): void {
    if (health === undefined || health.state === "ready") {
      const pick: Pick = { kind: "subchannel", subchannel };
      this.#host.publish("ready", { pick: () => pick });
    } else if (health.state === "connecting") {
      this.#host.publish("connecting", QUEUE_PICKER);
    } else {
      this.#host.publish("transientFailure", failPicker(health.reason ?? "the backend is not fit for calls"));
    }
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
    if (this.#phase === "failing") this.#publishFailure();
    if (!this.#isInPass) {
      if (this.#phase !== "failing" || this.#failures < this.#addresses.length) return;
      this.#failures = 0;
      this.#host.resolveNow();
    } else {
      const latest = this.#addresses[this.#next - 1];
      const isLatest = latest !== undefined && addressOf(latest) === addressOf(subchannel.endpoint);
      if (isLatest || this.#next >= this.#addresses.length) this.#tryNext();
    }
  }
}

function addressOf({ addresses }: Endpoint): string {
  return addresses[0] ?? "";
}
