import { CODE_NAMES, type Code } from "../../core/index.ts";
import type { ConfigReader } from "../config/index.ts";

/** Whatever a policy asks for, no more attempts are made of a call (gRFC A6). */
const MAX_ATTEMPTS = 5;
const MAX_UINT32 = 0xffff_ffff;
/** As gRPC in C++ has it; gRFC A6 does not. */
const ATTEMPT_TIMEOUT = "perAttemptRecvTimeout";

/** Attempts one after the other, as a service config asks for them. */
export interface ParsedRetryPolicy {
  readonly kind: "retry";
  /** From 2 to 5. */
  readonly maxAttempts: number;
  readonly initialBackoffMs: number;
  readonly maxBackoffMs: number;
  readonly backoffMultiplier: number;
  /** How long an attempt may take until something comes of it; undefined for as long as the call. */
  readonly attemptTimeoutMs: number | undefined;
  /** Those that are worth another attempt. */
  readonly codes: ReadonlySet<Code>;
}

/** Attempts beside each other. */
export interface ParsedHedgingPolicy {
  readonly kind: "hedging";
  /** From 2 to 5. */
  readonly maxAttempts: number;
  readonly hedgingDelayMs: number;
  /** Those that leave the call to the other attempts. */
  readonly codes: ReadonlySet<Code>;
}

/** What methods that say they are idempotent are retried by, where no config says otherwise. */
export const IDEMPOTENT_RETRIES: ParsedRetryPolicy = {
  kind: "retry",
  maxAttempts: 3,
  initialBackoffMs: 100,
  maxBackoffMs: 1000,
  backoffMultiplier: 2,
  attemptTimeoutMs: undefined,
  codes: new Set<Code>(["UNAVAILABLE"]),
};

/** @throws TypeError that names the field */
export function parseRetryPolicy(reader: ConfigReader): ParsedRetryPolicy {
  const policy: ParsedRetryPolicy = {
    kind: "retry",
    maxAttempts: readAttempts(reader),
    initialBackoffMs: readPositive(reader, "initialBackoff"),
    maxBackoffMs: readPositive(reader, "maxBackoff"),
    backoffMultiplier: reader.number("backoffMultiplier", Number.NaN, Number.MIN_VALUE, Number.MAX_VALUE),
    attemptTimeoutMs: reader.has(ATTEMPT_TIMEOUT) ? readPositive(reader, ATTEMPT_TIMEOUT) : undefined,
    codes: readCodes(reader, "retryableStatusCodes"),
  };
  if (policy.codes.size === 0)
    throw new TypeError(`${reader.pathOf("retryableStatusCodes")}: expected a code at least`);
  return policy;
}

/** @throws TypeError that names the field */
export function parseHedgingPolicy(reader: ConfigReader): ParsedHedgingPolicy {
  return {
    kind: "hedging",
    maxAttempts: readAttempts(reader),
    hedgingDelayMs: reader.durationMs("hedgingDelay", 0),
    codes: readCodes(reader, "nonFatalStatusCodes"),
  };
}

function readAttempts(reader: ConfigReader): number {
  return Math.min(MAX_ATTEMPTS, reader.integer("maxAttempts", Number.NaN, 2, MAX_UINT32));
}

function readPositive(reader: ConfigReader, field: string): number {
  const durationMs = reader.durationMs(field, 0);
  if (durationMs > 0) return durationMs;
  throw new TypeError(`${reader.pathOf(field)}: expected a duration above 0, such as "0.1s"`);
}

/** Codes stand there as their names, in any case, or as their numbers. */
function readCodes(reader: ConfigReader, field: string): ReadonlySet<Code> {
  return new Set(
    reader.items(field).map((item, index) => {
      const known = typeof item === "number" ? CODE_NAMES[item] : codeOf(item);
      if (known !== undefined) return known;
      throw new TypeError(`${reader.pathOf(field)}[${index}]: ${JSON.stringify(item)} is no status code`);
    }),
  );
}

function codeOf(item: unknown): Code | undefined {
  return typeof item === "string" ? CODE_NAMES.find((name) => name === item.toUpperCase()) : undefined;
}
