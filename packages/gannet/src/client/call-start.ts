import { type Clock, describeValue, systemClock } from "../base/index.ts";
import {
  type CallInit,
  type CallOptions,
  checkCallCredentials,
  checkOptionKeys,
  copyMetadata,
  Metadata,
  misuse,
  type ServerCall,
} from "../core/index.ts";

/** The options of one call, checked. */
export interface CallStart extends CallInit {
  readonly signal: AbortSignal | undefined;
  /** Null for none, undefined for that of the handler that is running, if any. */
  readonly parent: ServerCall | null | undefined;
  /** Whether its time was over before it began. */
  readonly isExpired: boolean;
}

const KEYS: ReadonlySet<string> = new Set(
  Object.keys({
    timeoutMs: 0,
    signal: 0,
    metadata: 0,
    waitForReady: 0,
    compress: 0,
    callCredentials: 0,
    parent: 0,
  } satisfies Record<keyof CallOptions, 0>),
);

const WITHOUT_OPTIONS: CallStart = {
  metadata: undefined,
  deadline: undefined,
  waitForReady: undefined,
  compress: undefined,
  credentials: undefined,
  signal: undefined,
  parent: undefined,
  isExpired: false,
};

/**
 * Checks the options of a call; its time runs from here.
 *
 * @param clock what the transport tells time by
 * @throws TypeError or RangeError with a code, for an unknown key or an impossible value
 */
export function checkCallOptions(options: CallOptions | undefined, clock: Clock = systemClock): CallStart {
  if (options === undefined) return WITHOUT_OPTIONS;
  if (typeof options !== "object" || options === null) {
    throw misuse(
      TypeError,
      "GANNET_INVALID_ARGUMENT",
      `the options of a call are an object, not ${describeValue(options)}`,
    );
  }
  if (options instanceof Metadata) {
    const what = "the options of a call are an object: write { metadata } for what is a Metadata";
    throw misuse(TypeError, "GANNET_INVALID_ARGUMENT", what);
  }
  checkOptionKeys(options, KEYS, "a call");
  const { timeoutMs, signal, metadata, waitForReady, compress, callCredentials, parent } = options;
  if (timeoutMs !== undefined) checkTimeout(timeoutMs);
  if (signal !== undefined) checkSignal(signal);
  if (parent !== undefined && parent !== null) checkParent(parent);
  checkBoolean("waitForReady", waitForReady);
  checkBoolean("compress", compress);
  if (callCredentials !== undefined) checkCallCredentials(callCredentials);
  const isTimed = timeoutMs !== undefined && timeoutMs !== Number.POSITIVE_INFINITY;
  return {
    metadata: metadata === undefined ? undefined : copyMetadata(metadata),
    deadline: isTimed ? clock.now() + timeoutMs : undefined,
    waitForReady,
    compress,
    credentials: callCredentials,
    signal,
    parent,
    isExpired: timeoutMs === 0,
  };
}

function checkBoolean(name: string, value: boolean | undefined): void {
  if (value === undefined || typeof value === "boolean") return;
  throw misuse(TypeError, "GANNET_INVALID_OPTION", `${name} is true or false, not ${describeValue(value)}`);
}

function checkTimeout(timeoutMs: number): void {
  if (typeof timeoutMs !== "number") {
    throw misuse(TypeError, "GANNET_INVALID_OPTION", `timeoutMs is a number, not ${describeValue(timeoutMs)}`);
  }
  if (timeoutMs >= 0) return;
  throw misuse(RangeError, "GANNET_INVALID_OPTION", `timeoutMs is 0 or more milliseconds, not ${timeoutMs}`);
}

function checkSignal(signal: AbortSignal): void {
  if (typeof signal?.aborted === "boolean" && typeof signal.addEventListener === "function") return;
  const hint = "signal" in Object(signal) ? "; an AbortController has it as its `signal`" : "";
  throw misuse(TypeError, "GANNET_INVALID_OPTION", `signal is an AbortSignal, not ${describeValue(signal)}${hint}`);
}

function checkParent(parent: ServerCall): void {
  if (typeof parent === "object" && typeof parent.timeRemainingMs === "function" && "sendHeader" in parent) return;
  const what = `parent is the call that a handler is given, or null for none, not ${describeValue(parent)}`;
  throw misuse(TypeError, "GANNET_INVALID_OPTION", what);
}
