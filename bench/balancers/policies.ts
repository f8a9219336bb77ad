const childPolicy = [{ round_robin: {} }];

/** The policies that are measured, by how they are told apart. */
export const POLICIES: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  pick_first: { pick_first: {} },
  round_robin: { round_robin: {} },
  weighted_round_robin: { weighted_round_robin: { blackoutPeriod: "0s" } },
  least_request: { least_request: {} },
  ring_hash: { ring_hash: { requestHashHeader: "user" } },
  random_subsetting: { random_subsetting: { subsetSize: 2, childPolicy } },
  outlier_detection: { outlier_detection: { childPolicy, successRateEjection: {}, failurePercentageEjection: {} } },
  weighted_target: { weighted_target: { targets: { all: { weight: 1, childPolicy } } } },
  priority: { priority: { children: { all: { config: childPolicy } }, priorities: ["all"] } },
  "a policy of one's own": { own: {} },
};
