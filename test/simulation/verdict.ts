import type { ChannelOptions, ServerOptions } from "gannet";
import type { CallPlan } from "./call-plan.ts";
import type { Outcome, ServerRecord } from "./outcome.ts";
import { failureOf } from "./post-office.ts";

/** What happened around a call. */
export interface Circumstances {
  readonly startedAt: number;
  readonly server: ServerOptions;
  readonly channel: ChannelOptions;
  readonly record: ServerRecord | undefined;
  /** When connections of the channel broke. */
  readonly breaks: readonly number[];
  /** Whether the channel could not connect when it tried last. Calls fail for that until it can. */
  readonly isChannelFailing: boolean;
  /** Whether the grace of a shutdown was over, at any of the servers that the channel knew. */
  readonly hasGraceEnded: boolean;
  /** When the server refused streams, as more were open than it allows. */
  readonly refusals: readonly number[];
}

/** Between the end of a connection and what its client makes of it. */
const AFTERMATH_MS = 1;
/** A message has a little more than its body. */
const MESSAGE_BYTES = 24;

/** Why a call may not have ended as it did; undefined where it may. */
export function findFault(plan: CallPlan, outcome: Outcome, around: Circumstances): string | undefined {
  const { record } = around;
  if ((record?.runs ?? 0) > 1) return `its handler ran ${record?.runs} times`;
  const isAllowed = outcome.status === "OK" ? undefined : isExplained(plan, outcome, around);
  if (outcome.status === "OK") return problemOfSuccess(plan, outcome, around);
  return isAllowed === true ? undefined : "nothing explains it";
}

function problemOfSuccess(plan: CallPlan, outcome: Outcome, { record, ...around }: Circumstances): string | undefined {
  if (plan.ending !== "finish" && plan.ending !== "early") return `its handler should ${plan.ending}`;
  if (record?.runs !== 1) return "no handler ran";
  if (outcome.replies !== plan.replies.length) return `${outcome.replies} of ${plan.replies.length} replies came`;
  if (plan.ending === "finish" && (record.requests !== plan.requests.length || !record.hasReadAll))
    return `${record.requests} of ${plan.requests.length} requests came`;
  if (plan.ending === "early" && record.requests !== plan.requestsRead) return `${record.requests} requests were read`;
  if (record.ending !== "returned") return "its handler has not returned";
  return isTooLarge(plan, around, 0) ? "a message was larger than allowed" : undefined;
}

function isExplained(plan: CallPlan, outcome: Outcome, around: Circumstances): boolean {
  const { startedAt, record, server } = around;
  const hasRun = record?.runs === 1;
  const passedMs = outcome.at - startedAt;
  const cause = { fail: plan.failCode, throw: "UNKNOWN", cancel: "CANCELLED" } as const;
  if (hasRun && (plan.ending === "fail" || plan.ending === "throw" || plan.ending === "cancel")) {
    const isThis = plan.ending !== "fail" || outcome.reason === failureOf(plan);
    // The replies before the status came before it.
    if (outcome.status === cause[plan.ending] && isThis)
      return outcome.replies === plan.repliesSent || isCancelled(plan, passedMs);
  }
  switch (outcome.status) {
    case "CANCELLED":
      return isCancelled(plan, passedMs);
    case "DEADLINE_EXCEEDED":
      return plan.timeoutMs !== undefined && passedMs >= plan.timeoutMs - 1;
    case "RESOURCE_EXHAUSTED":
      return isTooLarge(plan, around, MESSAGE_BYTES) || server.maxQueuedCalls !== undefined;
    case "UNAVAILABLE": {
      const isNear = (at: number) => at >= startedAt - AFTERMATH_MS && at <= outcome.at;
      if (around.isChannelFailing && around.breaks.length > 0) return true;
      if (outcome.reason === "max_age") return server.maxConnectionAgeGraceMs !== undefined;
      if (outcome.reason === "the server shuts down") return around.hasGraceEnded;
      return around.breaks.some(isNear) || around.refusals.filter(isNear).length > 1;
    }
    default:
      return false;
  }
}

function isCancelled(plan: CallPlan, passedMs: number): boolean {
  return plan.cancelAfterMs !== undefined && passedMs >= plan.cancelAfterMs;
}

/** @param slack bytes that a message has beside its body, at most */
function isTooLarge(
  plan: CallPlan,
  { server, channel }: Pick<Circumstances, "server" | "channel">,
  slack: number,
): boolean {
  // JSON has four characters for three bytes, and names; a call that may or may not be over the limit may end either way.
  const sizeOf = (bytes: number) => (channel.format === "json" && slack > 0 ? bytes * 1.4 + 60 : bytes) + slack;
  const largest = (sizes: readonly number[], count: number) => Math.max(0, ...sizes.slice(0, count).map(sizeOf));
  return (
    largest(plan.requests, slack > 0 ? plan.requests.length : plan.requestsRead) >
      (server.maxReceiveBytes ?? Number.POSITIVE_INFINITY) ||
    largest(plan.replies, plan.repliesSent) > (channel.maxReceiveBytes ?? Number.POSITIVE_INFINITY)
  );
}
