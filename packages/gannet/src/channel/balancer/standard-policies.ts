import type { BalancerPolicy } from "./balancer.ts";
import { leastRequest } from "./least-request.ts";
import { outlierDetection } from "./outlier-detection.ts";
import { pickFirst } from "./pick-first.ts";
import { priority } from "./priority.ts";
import { randomSubsetting } from "./random-subsetting.ts";
import { ringHash } from "./ring-hash.ts";
import { roundRobin } from "./round-robin.ts";
import { weightedRoundRobin } from "./weighted-round-robin.ts";
import { weightedTarget } from "./weighted-target.ts";

/** The policies that every channel knows. */
export const STANDARD_POLICIES: readonly BalancerPolicy<unknown>[] = [
  pickFirst,
  roundRobin,
  weightedRoundRobin,
  leastRequest,
  ringHash,
  randomSubsetting,
  outlierDetection,
  weightedTarget,
  priority,
];
