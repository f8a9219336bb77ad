import { checkOptions, flag, listOf, numberFrom, type OptionChecks } from "../../core/index.ts";

/** A direction: what clients send to servers, or what comes back. */
export type Direction = "requests" | "replies";

/** What is wrong with a network. Connections that are open have it too. */
export interface NetworkFaults {
  /**
   * Whether new connections are refused.
   *
   * @default false
   */
  readonly refuse?: boolean | undefined;
  /**
   * Cuts what is written into pieces of 1 to so many bytes, by the seed, which arrive one by one.
   *
   * @default as it was written
   */
  readonly maxPieceBytes?: number | undefined;
  /**
   * Milliseconds that bytes take, each way.
   *
   * @default 0
   */
  readonly latencyMs?: number | undefined;
  /**
   * Directions in which bytes are held back for as long as this stands, while connections stay open.
   *
   * @default none
   */
  readonly stalled?: readonly Direction[] | undefined;
  /**
   * A connection breaks off when so many bytes of requests have arrived on it, with what is around them.
   *
   * @default never
   */
  readonly maxRequestBytes?: number | undefined;
  /**
   * The same for replies.
   *
   * @default never
   */
  readonly maxReplyBytes?: number | undefined;
}

const CHECKS: OptionChecks<NetworkFaults> = {
  refuse: flag,
  maxPieceBytes: numberFrom(1),
  latencyMs: numberFrom(0),
  stalled: listOf('"requests" or "replies"', (item) => item === "requests" || item === "replies"),
  maxRequestBytes: numberFrom(0),
  maxReplyBytes: numberFrom(0),
};

/**
 * Checks what is to be wrong with a network.
 *
 * @throws TypeError for a key that is none
 * @throws RangeError for a number that is too small
 */
export function checkNetworkFaults(faults: NetworkFaults): void {
  checkOptions(faults, CHECKS, "a network");
}
