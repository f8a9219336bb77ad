import type { ConfigReader } from "../config/index.ts";
import type { BalancerRegistry, PolicyChoice } from "./balancer-registry.ts";

/** When and for how long `outlier_detection` takes an endpoint out of use (gRFC A50). */
export interface OutlierConfig {
  /** How often calls are looked at. 10 s by default. */
  readonly intervalMs: number;
  /** How long an endpoint is out of use the first time; longer each further time in a row. 30 s by default. */
  readonly baseEjectionMs: number;
  /** Never longer than that, unless the base is. 300 s by default. */
  readonly maxEjectionMs: number;
  /** How many endpoints of a hundred may be out of use. 10 by default. */
  readonly maxEjectionPercent: number;
  /** Those that succeed less than the others; undefined for not to look. */
  readonly successRate: SuccessRateRule | undefined;
  /** Those that fail more than a share of their calls; undefined for not to look. */
  readonly failurePercentage: FailurePercentageRule | undefined;
  readonly child: PolicyChoice;
}

/** What both rules have. */
export interface OutlierRule {
  /** How many of a hundred endpoints that a rule finds are taken out of use. 100 by default. */
  readonly enforcementPercentage: number;
  /** With fewer endpoints than that, of those with enough calls, the rule finds none. 5 by default. */
  readonly minimumHosts: number;
  /** How many calls an endpoint needs in an interval for the rule to look at it. */
  readonly requestVolume: number;
}

/** How far from the mean an endpoint's success may be. */
export interface SuccessRateRule extends OutlierRule {
  /** Thousandths of a standard deviation. 1,900 by default. */
  readonly stdevFactor: number;
}

/** How much may fail. */
export interface FailurePercentageRule extends OutlierRule {
  /** Of a hundred calls. 85 by default. */
  readonly threshold: number;
}

const MAX_UINT32 = 0xffff_ffff;

/** @throws TypeError that names the field */
export function parseOutlierConfig(reader: ConfigReader, policies: BalancerRegistry): OutlierConfig {
  const successRate = reader.object("successRateEjection");
  const failurePercentage = reader.object("failurePercentageEjection");
  return {
    intervalMs: reader.durationMs("interval", 10_000),
    baseEjectionMs: reader.durationMs("baseEjectionTime", 30_000),
    maxEjectionMs: reader.durationMs("maxEjectionTime", 300_000),
    maxEjectionPercent: reader.integer("maxEjectionPercent", 10, 0, 100),
    successRate: successRate && {
      stdevFactor: successRate.integer("stdevFactor", 1900, 0, MAX_UINT32),
      ...readRule(successRate, 100),
    },
    failurePercentage: failurePercentage && {
      threshold: failurePercentage.integer("threshold", 85, 0, 100),
      ...readRule(failurePercentage, 50),
    },
    child: policies.parseChoice(reader, "childPolicy"),
  };
}

function readRule(reader: ConfigReader, requestVolume: number): OutlierRule {
  return {
    enforcementPercentage: reader.integer("enforcementPercentage", 100, 0, 100),
    minimumHosts: reader.integer("minimumHosts", 5, 0, MAX_UINT32),
    requestVolume: reader.integer("requestVolume", requestVolume, 0, MAX_UINT32),
  };
}
