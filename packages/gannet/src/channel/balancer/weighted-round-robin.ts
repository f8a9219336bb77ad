import type { Clock } from "../../base/index.ts";
import { ConfigReader } from "../config/index.ts";
import type { BalancerPolicy, LoadReport, Pick, PickArguments, PickedCallEnd, Picker } from "./balancer.ts";
import type { EndpointChild } from "./endpoint-children.ts";
import { RoundRobinPicker } from "./round-robin.ts";
import { SpreadingBalancer } from "./spreading-balancer.ts";
import { StrideSchedule } from "./stride-schedule.ts";
import { type CallWatcher, WatchedPicker } from "./watched-picker.ts";

/** What `weighted_round_robin` is configured with (gRFC A58). */
export interface WeightedRoundRobinConfig {
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
  parseConfig(json) {
    const reader = new ConfigReader(json, "weighted_round_robin");
    return {
      blackoutPeriodMs: reader.durationMs("blackoutPeriod", 10_000),
      weightExpirationPeriodMs: reader.durationMs("weightExpirationPeriod", 180_000),
      weightUpdatePeriodMs: Math.max(MIN_UPDATE_PERIOD_MS, reader.durationMs("weightUpdatePeriod", 1000)),
      errorUtilizationPenalty: reader.number("errorUtilizationPenalty", 1, 0, Number.MAX_VALUE),
    };
  },
  create(host) {
    const weights = new WeakMap<EndpointChild, EndpointWeight>();
    return new SpreadingBalancer(host, (ready, config) => {
      const candidates = ready.map((child) => {
        const weight = weights.get(child) ?? new EndpointWeight(host.clock);
        weights.set(child, weight);
        weight.onReady(child.picker, config);
        return { weight, picker: new WatchedPicker(child.picker, weight) };
      });
      return new WeightedRoundRobinPicker(candidates, config, host.clock, host.random());
    });
  },
};

/** What an endpoint's reports say it can take. */
class EndpointWeight implements CallWatcher {
  readonly #clock: Clock;
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
    if (this.#reportedSince === undefined || now - this.#reportedSince < blackoutPeriodMs) return 0;
    return this.#weight;
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
