import type { FlagValues } from "./flags.ts";
import type { SoakOptions } from "./soak.ts";

/** The official flags of the soak cases. */
export const SOAK_FLAGS = {
  soak_iterations: { type: "string" },
  soak_max_failures: { type: "string" },
  soak_per_iteration_max_acceptable_latency_ms: { type: "string" },
  soak_overall_timeout_seconds: { type: "string" },
  soak_min_time_ms_between_rpcs: { type: "string" },
  soak_request_size: { type: "string" },
  soak_response_size: { type: "string" },
  soak_num_threads: { type: "string" },
} as const;

/**
 * What the flags say.
 *
 * @throws TypeError for one that is no number
 */
export function readSoak(flags: FlagValues<typeof SOAK_FLAGS>): SoakOptions {
  const seconds = readNumber(flags, "soak_overall_timeout_seconds");
  return {
    iterations: readNumber(flags, "soak_iterations"),
    maxFailures: readNumber(flags, "soak_max_failures"),
    maxLatencyMs: readNumber(flags, "soak_per_iteration_max_acceptable_latency_ms"),
    overallTimeoutMs: seconds === undefined ? undefined : seconds * 1_000,
    minTimeBetweenCallsMs: readNumber(flags, "soak_min_time_ms_between_rpcs"),
    requestBytes: readNumber(flags, "soak_request_size"),
    responseBytes: readNumber(flags, "soak_response_size"),
    workers: readNumber(flags, "soak_num_threads"),
  };
}

function readNumber(flags: FlagValues<typeof SOAK_FLAGS>, name: keyof typeof SOAK_FLAGS): number | undefined {
  const text = flags[name];
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new TypeError(`--${name} takes a number, and not ${JSON.stringify(text)}`);
  return Number(text);
}
