import type { Timer } from "../../base/index.ts";
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
  Subchannel,
} from "./balancer.ts";
import { ChildBalancer } from "./child-balancer.ts";
import { EjectableSubchannel, OutlierBackend } from "./outlier-backend.ts";
import { type OutlierConfig, parseOutlierConfig } from "./outlier-config.ts";
import { findOutliers } from "./outlier-rules.ts";

/**
 * Takes endpoints out of use for a while whose calls fail more than those of others (gRFC A50): by their health, so that a
 * `pick_first`, which has no others to turn to, takes no notice (gRFC A61).
 */
export const outlierDetection: BalancerPolicy<OutlierConfig> = {
  name: "outlier_detection",
  parseConfig: parseOutlierConfig,
  create: (host) => new OutlierDetectionBalancer(host),
};

class OutlierDetectionBalancer implements Balancer<OutlierConfig> {
  readonly #host: BalancerHost;
  readonly #child: ChildBalancer;
  /** By all addresses of an endpoint. */
  #backends: ReadonlyMap<string, OutlierBackend> = new Map();
  /** By one address. */
  #byAddress: ReadonlyMap<string, OutlierBackend> = new Map();
  readonly #subchannels = new Set<EjectableSubchannel>();
  #config: OutlierConfig | undefined;
  #timer: Timer | undefined;
  #intervalStartedAt: number | undefined;

  constructor(host: BalancerHost) {
    this.#host = host;
    this.#child = new ChildBalancer(host, {
      onChildChange: () => this.#publish(),
      createSubchannel: (endpoint, onStateChange) => this.#createSubchannel(endpoint, onStateChange),
    });
  }

  update({ endpoints, config, note }: Resolution<OutlierConfig>): string | undefined {
    this.#config = config;
    this.#assign(endpoints);
    const refusal = this.#child.update(config.child.policy, { endpoints, config: config.child.config, note });
    this.#watch(config);
    this.#publish();
    return refusal;
  }

  exitIdle(): void {
    this.#child.exitIdle();
  }

  close(): void {
    this.#timer?.cancel();
    this.#child.close();
  }

  /** Endpoints that stay keep what is known of them; subchannels go with the endpoint that has their address now. */
  #assign(endpoints: readonly Endpoint[]): void {
    const backends = new Map<string, OutlierBackend>();
    const byAddress = new Map<string, OutlierBackend>();
    for (const endpoint of endpoints) {
      const key = keyOfEndpoint(endpoint);
      const backend = backends.get(key) ?? this.#backends.get(key) ?? new OutlierBackend();
      backends.set(key, backend);
      for (const address of endpoint.addresses) byAddress.set(address, backend);
    }
    this.#backends = backends;
    this.#byAddress = byAddress;
    for (const subchannel of this.#subchannels) subchannel.assign(this.#backendOf(subchannel.endpoint));
  }

  #backendOf({ addresses }: Endpoint): OutlierBackend | undefined {
    const [address] = addresses;
    return addresses.length === 1 && address !== undefined ? this.#byAddress.get(address) : undefined;
  }

  #createSubchannel(endpoint: Endpoint, onStateChange: (state: ConnectivityState) => void): Subchannel {
    const onClose = (closed: EjectableSubchannel) => this.#subchannels.delete(closed);
    const subchannel = new EjectableSubchannel(this.#host, endpoint, onStateChange, onClose);
    this.#subchannels.add(subchannel);
    subchannel.assign(this.#backendOf(endpoint));
    return subchannel;
  }

  #publish(): void {
    const isCounting = this.#config?.successRate !== undefined || this.#config?.failurePercentage !== undefined;
    this.#host.publish(this.#child.state, new OutlierPicker(this.#child.picker, isCounting));
  }

  // ---- once in an interval ------------------------------------------------------------

  #watch(config: OutlierConfig): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (config.successRate === undefined && config.failurePercentage === undefined) {
      this.#intervalStartedAt = undefined;
      for (const backend of this.#backends.values()) backend.forgive();
      return;
    }
    const now = this.#host.clock.now();
    if (this.#intervalStartedAt === undefined) {
      this.#intervalStartedAt = now;
      for (const backend of this.#backends.values()) backend.takeCounts();
    }
    this.#startTimer(Math.max(0, this.#intervalStartedAt + config.intervalMs - now));
  }

  #startTimer(delayMs: number): void {
    this.#timer = this.#host.clock.setTimer(delayMs, () => this.#host.run(() => this.#onInterval()));
    this.#timer.unref();
  }

  #onInterval(): void {
    const config = this.#config;
    if (config === undefined) return;
    const now = this.#host.clock.now();
    this.#intervalStartedAt = now;
    this.#startTimer(config.intervalMs);
    const backends = [...this.#backends.values()];
    const counted = backends.map((backend) => ({ backend, ...backend.takeCounts() }));
    const mayEject = () => {
      const ejected = backends.filter(({ isEjected }) => isEjected).length;
      return (ejected / backends.length) * 100 < config.maxEjectionPercent;
    };
    for (const { rule, outliers } of findOutliers(counted, config)) {
      for (const { backend } of outliers) {
        if (!mayEject()) break;
        if (backend.isEjected) continue;
        if (Math.floor(this.#host.random() * 100) < rule.enforcementPercentage) backend.eject(now);
      }
    }
    for (const backend of backends) backend.onIntervalOver(now, config);
  }
}

/** Sends calls where the child's picker says, and counts how they end. */
class OutlierPicker implements Picker {
  readonly #picker: Picker;
  readonly #isCounting: boolean;

  constructor(picker: Picker, isCounting: boolean) {
    this.#picker = picker;
    this.#isCounting = isCounting;
  }

  pick(call: PickArguments): Pick {
    const pick = this.#picker.pick(call);
    if (pick.kind !== "subchannel" || !(pick.subchannel instanceof EjectableSubchannel)) return pick;
    return pick.subchannel.unwrap(pick, this.#isCounting);
  }
}
