import { GrpcError } from "../../core/index.ts";
import type { Identified } from "./entity-ids.ts";

/** How many entries a page has where the client does not say. */
const DEFAULT_RESULTS = 100n;

/** Some of many. */
export interface Page<T extends object> {
  readonly entries: readonly Identified<T>[];
  /** Whether none come behind these. */
  readonly end: boolean;
}

/**
 * What a client asked for of a list that is sorted by id.
 *
 * @param startId the least id that is wanted
 * @param maxResults how many at most; 0 leaves it to the server
 * @throws GrpcError INVALID_ARGUMENT for negative numbers
 */
export function takePage<T extends object>(
  sorted: readonly Identified<T>[],
  startId: bigint,
  maxResults: bigint,
): Page<T> {
  if (startId < 0n || maxResults < 0n)
    throw new GrpcError(
      "INVALID_ARGUMENT",
      `the first id and max_results may not be negative: ${startId}, ${maxResults}`,
    );
  const rest = sorted.filter(({ id }) => id >= startId);
  const count = Number(maxResults === 0n ? DEFAULT_RESULTS : maxResults);
  return { entries: rest.slice(0, count), end: rest.length <= count };
}
