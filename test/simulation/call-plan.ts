import type { StatusName } from "./outcome.ts";
import type { SeededChoice } from "./seeded-choice.ts";

export type Kind = "unary" | "serverStream" | "clientStream" | "bidi";

/**
 * What a handler does behind so many replies: `finish`, once it has read all; `early`, not having read all; `fail` with a
 * status; `throw` what is none; `cancel` its call; `hang` until it is over.
 */
export type Ending = "finish" | "early" | "fail" | "throw" | "cancel" | "hang";

/** What a seed decides on one call: both sides follow it, and are held against it. */
export interface CallPlan {
  readonly id: number;
  readonly channel: number;
  readonly startAt: number;
  readonly kind: Kind;
  /** Bytes of the body of each request. */
  readonly requests: readonly number[];
  readonly replies: readonly number[];
  readonly ending: Ending;
  readonly failCode: Exclude<StatusName, "OK">;
  /** How many requests the handler reads; one that finishes reads up to the end behind them. */
  readonly requestsRead: number;
  /** Replies that are sent before it ends. */
  readonly repliesSent: number;
  readonly timeoutMs: number | undefined;
  readonly cancelAfterMs: number | undefined;
  readonly waitForReady: boolean;
  readonly compress: boolean | undefined;
  readonly isCompressedBack: boolean;
  /** Whether requests are sent by hand rather than from an iterable. */
  readonly isByHand: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  readonly requestGapMs: number;
  readonly replyGapMs: number;
  readonly readGapMs: number;
  /** Before the handler does anything. */
  readonly handlerDelayMs: number;
}

/** What the sizes of messages depend on. */
export interface SizeLimits {
  /** Of the smallest window that a message has to pass. */
  readonly windowBytes: number;
  readonly maxReceiveBytes: number;
}

const KINDS: readonly Kind[] = ["unary", "serverStream", "clientStream", "bidi"];
const FAIL_CODES = ["NOT_FOUND", "ABORTED", "UNAVAILABLE", "INTERNAL", "DATA_LOSS", "RESOURCE_EXHAUSTED"] as const;
/** The longest that either side waits between two messages. */
export const MAX_GAP_MS: number = 120;
const MAX_BODY_BYTES = 300_000;

export function planCall(choice: SeededChoice, id: number, channel: number, at: number, limits: SizeLimits): CallPlan {
  const kind = choice.pick(KINDS);
  const requests = planBodies(choice, kind === "unary" || kind === "serverStream" ? 1 : choice.between(0, 8), limits);
  const replies = planBodies(choice, kind === "unary" || kind === "clientStream" ? 1 : choice.between(0, 8), limits);
  const ending = planEnding(choice, requests.length);
  const isBroken = ending === "fail" || ending === "throw" || ending === "cancel" || ending === "hang";
  const isStream = kind === "serverStream" || kind === "bidi";
  const timeoutMs = choice.chance(0.25) ? choice.magnitude(1, 3_000) : undefined;
  const mustEnd = ending === "hang" && timeoutMs === undefined;
  return {
    id,
    channel,
    startAt: at,
    kind,
    requests,
    replies,
    ending,
    failCode: choice.pick(FAIL_CODES),
    requestsRead: planReads(choice, ending, requests.length),
    repliesSent: isBroken ? (isStream ? choice.between(0, replies.length) : 0) : replies.length,
    timeoutMs,
    cancelAfterMs: mustEnd || choice.chance(0.15) ? choice.magnitude(0, 1_500) : undefined,
    waitForReady: choice.chance(0.3),
    compress: choice.pick([undefined, undefined, true, false]),
    isCompressedBack: choice.chance(0.3),
    isByHand: choice.chance(0.4),
    metadata: planMetadata(choice),
    requestGapMs: planGap(choice),
    replyGapMs: planGap(choice),
    readGapMs: planGap(choice),
    handlerDelayMs: choice.chance(0.5) ? 0 : choice.magnitude(0, 300),
  };
}

function planBodies(choice: SeededChoice, count: number, { windowBytes, maxReceiveBytes }: SizeLimits): number[] {
  // A message larger than its window takes a round trip for each windowful.
  const most = Math.min(MAX_BODY_BYTES, windowBytes * 12);
  return Array.from({ length: count }, () => {
    if (choice.chance(0.15)) return 0;
    if (choice.chance(0.12)) return Math.min(most, choice.between(windowBytes, Math.max(windowBytes, most)));
    if (choice.chance(0.02) && maxReceiveBytes < most) return choice.between(maxReceiveBytes, most);
    return Math.min(most, choice.magnitude(1, 3_000));
  });
}

function planEnding(choice: SeededChoice, requests: number): Ending {
  if (choice.chance(0.57)) return "finish";
  const ending = choice.pick(["early", "early", "fail", "fail", "throw", "throw", "cancel", "cancel", "hang"] as const);
  return ending === "early" && requests === 0 ? "finish" : ending;
}

function planMetadata(choice: SeededChoice): Record<string, string> {
  const metadata: Record<string, string> = {};
  if (choice.chance(0.6)) return metadata;
  for (let field = choice.between(1, 4); field > 0; field--) {
    metadata[`x-field-${choice.between(1, 20)}`] = "v".repeat(choice.magnitude(1, 300)) + choice.between(0, 9);
  }
  return metadata;
}

function planGap(choice: SeededChoice): number {
  return choice.chance(0.7) ? 0 : choice.magnitude(1, MAX_GAP_MS);
}

function planReads(choice: SeededChoice, ending: Ending, requests: number): number {
  if (ending === "finish") return requests;
  return choice.between(0, Math.max(0, ending === "early" ? requests - 1 : requests));
}
