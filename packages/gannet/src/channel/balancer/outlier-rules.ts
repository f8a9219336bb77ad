import type { OutlierConfig, OutlierRule } from "./outlier-config.ts";

/** How the calls of an interval went. */
export interface CallOutcomes {
  readonly succeeded: number;
  readonly failed: number;
}

/** Those that a rule finds. */
export interface Found<T> {
  readonly rule: OutlierRule;
  readonly outliers: readonly T[];
}

/** What the rules of a config find, in the order in which they are applied (gRFC A50). */
export function findOutliers<T extends CallOutcomes>(
  endpoints: readonly T[],
  { successRate, failurePercentage }: Pick<OutlierConfig, "successRate" | "failurePercentage">,
): readonly Found<T>[] {
  const found: Found<T>[] = [];
  if (successRate !== undefined) {
    const seen = withEnoughCalls(endpoints, successRate);
    const rates = seen.map(successOf);
    const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
    const variance = rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / rates.length;
    const least = mean - Math.sqrt(variance) * (successRate.stdevFactor / 1000);
    found.push({ rule: successRate, outliers: seen.filter((endpoint) => successOf(endpoint) < least) });
  }
  if (failurePercentage !== undefined) {
    const seen = withEnoughCalls(endpoints, failurePercentage);
    const isFailing = ({ succeeded, failed }: T) => failed * 100 > failurePercentage.threshold * (succeeded + failed);
    found.push({ rule: failurePercentage, outliers: seen.filter(isFailing) });
  }
  return found;
}

/** None, where there are not enough of them. */
function withEnoughCalls<T extends CallOutcomes>(endpoints: readonly T[], rule: OutlierRule): readonly T[] {
  const seen = endpoints.filter(({ succeeded, failed }) => {
    return succeeded + failed >= Math.max(1, rule.requestVolume);
  });
  return seen.length < rule.minimumHosts ? [] : seen;
}

function successOf({ succeeded, failed }: CallOutcomes): number {
  return succeeded / (succeeded + failed);
}
