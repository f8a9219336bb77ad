import type { Clock } from "../../base/index.ts";
import type {
  Balancer,
  BalancerHost,
  BalancerPolicy,
  LoadReport,
  LoadWatch,
  Pick,
  PickArguments,
  PickedCallEnd,
  Picker,
  Resolution,
  Subchannel,
} from "./balancer.ts";
import type { ReadyEndpoint } from "./endpoint-children.ts";
import { RoundRobinPicker } from "./round-robin.ts";
import { SpreadingBalancer } from "./spreading-balancer.ts";
import { StrideSchedule } from "./stride-schedule.ts";
import { type CallWatcher, WatchedPicker } from "./watched-picker.ts";

/** What `weighted_round_robin` is configured with (gRFC A58). */
export interface WeightedRoundRobinConfig {
  /** How often endpoints are asked to report apart from calls; undefined for what they report with calls, the default. */
  readonly outOfBandPeriodMs: number | undefined;
  /** How long an endpoint has to report before its weight counts. 10 s by default. */
  readonly blackoutPeriodMs: number;
  /** How long a weight counts that was not reported anew. 3 min by default. */
  readonly weightExpirationPeriodMs: number;
  /** How often weights are looked at. 1 s by default, 100 ms at least. */
  readonly weightUpdatePeriodMs: number;
  /** How much errors make an endpoint look busier than it says. 1 by default. */
  readonly errorUtilizationPenalty: number;
}

const MIN_UPDATE_PERIOD_MS = 100;

/** Gives each ready endpoint as many calls as its reports of load say it can take (gRFC A58). */
export const weightedRoundRobin: BalancerPolicy<WeightedRoundRobinConfig> = {
  name: "weighted_round_robin",
  parseConfig(reader) {
    const isOutOfBand = reader.flag("enableOobLoadReport", false);
    const outOfBandPeriodMs = reader.durationMs("oobReportingPeriod", 10_000);
    return {
      outOfBandPeriodMs: isOutOfBand ? outOfBandPeriodMs : undefined,
      blackoutPeriodMs: reader.durationMs("blackoutPeriod", 10_000),
      weightExpirationPeriodMs: reader.durationMs("weightExpirationPeriod", 180_000),
      weightUpdatePeriodMs: Math.max(MIN_UPDATE_PERIOD_MS, reader.durationMs("weightUpdatePeriod", 1000)),
      errorUtilizationPenalty: reader.number("errorUtilizationPenalty", 1, 0, Number.MAX_VALUE),
    };
  },
  create: (host) => new WeightedRoundRobinBalancer(host),
};

class WeightedRoundRobinBalancer implements Balancer<WeightedRoundRobinConfig> {
  readonly #host: BalancerHost;
  readonly #spreading: SpreadingBalancer<WeightedRoundRobinConfig>;
  readonly #weights = new WeakMap<ReadyEndpoint, EndpointWeight>();
  /** The subchannels in use, and whose they are. */
  readonly #subchannels = new Map<Subchannel, EndpointWeight>();
  #outOfBandPeriodMs: number | undefined;

  constructor(host: BalancerHost) {
    this.#host = host;
    const createPicker = (ready: readonly ReadyEndpoint[], config: WeightedRoundRobinConfig) => {
      const candidates = ready.map((child) => {
        const weight = this.#weightOf(child);
        weight.onReady(child.picker, config);
        const isOutOfBand = config.outOfBandPeriodMs !== undefined;
        return { weight, picker: isOutOfBand ? child.picker : new WatchedPicker(child.picker, weight) };
      });
      return new WeightedRoundRobinPicker(candidates, config, host.clock, host.random());
    };
    this.#spreading = new SpreadingBalancer(host, createPicker, (child, subchannel) => {
      const weight = this.#weightOf(child);
      this.#forgetClosed();
      this.#subchannels.set(subchannel, weight);
      weight.ask(subchannel, this.#outOfBandPeriodMs);
    });
  }

  update(resolution: Resolution<WeightedRoundRobinConfig>): string | undefined {
    this.#outOfBandPeriodMs = resolution.config.outOfBandPeriodMs;
    this.#forgetClosed();
    for (const [subchannel, weight] of this.#subchannels) weight.ask(subchannel, this.#outOfBandPeriodMs);
    return this.#spreading.update(resolution);
  }

  exitIdle(): void {
    this.#spreading.exitIdle();
  }

  close(): void {
    this.#spreading.close();
    this.#subchannels.clear();
  }

  #forgetClosed(): void {
    for (const subchannel of this.#subchannels.keys()) {
      if (subchannel.state === "shutdown") this.#subchannels.delete(subchannel);
    }
  }

  #weightOf(child: ReadyEndpoint): EndpointWeight {
    let weight = this.#weights.get(child);
    if (weight === undefined) {
      weight = new EndpointWeight(this.#host.clock);
      this.#weights.set(child, weight);
    }
    return weight;
  }
}

/** What an endpoint's reports say it can take. */
class EndpointWeight implements CallWatcher {
  readonly #clock: Clock;
  readonly #watches = new WeakMap<Subchannel, LoadWatch>();
  #config: WeightedRoundRobinConfig | undefined;
  #connection: Picker | undefined;
  #weight = 0;
  #reportedSince: number | undefined;
  #reportedAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param connection another one when the endpoint was connected anew: what it said before is no longer so */
  onReady(connection: Picker, config: WeightedRoundRobinConfig): void {
    this.#config = config;
    if (this.#connection !== undefined && this.#connection !== connection) this.#reportedSince = undefined;
    this.#connection = connection;
  }

  /** 0 where nothing is known that still holds. */
  weightAt(now: number, { blackoutPeriodMs, weightExpirationPeriodMs }: WeightedRoundRobinConfig): number {
    if (now - this.#reportedAt >= weightExpirationPeriodMs) {
      this.#reportedSince = undefined;
      return 0;
    }
    const hasReported = this.#reportedSince !== undefined && now - this.#reportedSince >= blackoutPeriodMs;
    return hasReported || blackoutPeriodMs === 0 ? this.#weight : 0;
  }

  /** Has the endpoint report apart from calls, over this subchannel; undefined for not to. */
  ask(subchannel: Subchannel, periodMs: number | undefined): void {
    const watch = this.#watches.get(subchannel);
    if (periodMs === undefined) {
      watch?.stop();
      this.#watches.delete(subchannel);
    } else if (watch === undefined) {
      this.#watches.set(
        subchannel,
        subchannel.watchLoad(periodMs, (load) => this.#onReport(load)),
      );
    } else {
      watch.change(periodMs);
    }
  }

  onCallStart(): void {}

  onCallEnd({ load }: PickedCallEnd): void {
    if (load !== undefined) this.#onReport(load);
  }

  #onReport(load: LoadReport): void {
    const used = load.applicationUtilization > 0 ? load.applicationUtilization : load.cpuUtilization;
    if (!(used > 0 && load.requestsPerSecond > 0)) return;
    const errorShare = load.errorsPerSecond > 0 ? load.errorsPerSecond / load.requestsPerSecond : 0;
    this.#weight = load.requestsPerSecond / (used + errorShare * (this.#config?.errorUtilizationPenalty ?? 0));
    this.#reportedAt = this.#clock.now();
    this.#reportedSince ??= this.#reportedAt;
  }
}

interface Candidate {
  readonly weight: EndpointWeight;
  readonly picker: Picker;
}

class WeightedRoundRobinPicker implements Picker {
  readonly #candidates: readonly Candidate[];
  readonly #config: WeightedRoundRobinConfig;
  readonly #clock: Clock;
  /** Where less than two weights are known. */
  readonly #unweighted: RoundRobinPicker;
  #schedule: StrideSchedule | undefined;
  readonly #random: number;
  #lookAt = Number.NEGATIVE_INFINITY;

  constructor(candidates: readonly Candidate[], config: WeightedRoundRobinConfig, clock: Clock, random: number) {
    this.#candidates = candidates;
    this.#config = config;
    this.#clock = clock;
    this.#random = random;
    const pickers = candidates.map(({ picker }) => picker);
    this.#unweighted = new RoundRobinPicker(pickers, random);
  }

  pick(call: PickArguments): Pick {
    const now = this.#clock.now();
    if (now >= this.#lookAt) this.#look(now);
    if (this.#schedule === undefined) return this.#unweighted.pick(call);
    return this.#candidates[this.#schedule.next()]?.picker.pick(call) ?? { kind: "queue" };
  }

  #look(now: number): void {
    this.#lookAt = now + this.#config.weightUpdatePeriodMs;
    const weights = this.#candidates.map(({ weight }) => weight.weightAt(now, this.#config));
    const isEnough = weights.filter((weight) => weight > 0).length >= 2;
    // A schedule in use goes on where it is.
    if (isEnough)
      this.#schedule = new StrideSchedule(weights, this.#schedule?.turns ?? this.#random * weights.length * 1000);
    else this.#schedule = undefined;
  }
}
