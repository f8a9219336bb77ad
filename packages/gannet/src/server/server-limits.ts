import type { ServerOptions } from "./server-options.ts";

const MAX_QUEUED_CALLS = 1000;
/** A client says both in the first round trip, on a link that loses a packet or two. */
const PREFACE_TIMEOUT_MS = 10_000;
/** As much as eight connections may keep that have all that one may, or 64 messages of the largest size. */
const MAX_BUFFERED_BYTES = 256 * 1024 * 1024;
/** One message must not be all that a server can take. */
const LARGEST_MESSAGES = 4;

/** What a server bounds over all its connections. */
export interface ServerLimits {
  readonly maxRunning: number;
  readonly maxQueuedCalls: number;
  readonly maxConnections: number;
  readonly maxBufferedBytes: number;
  readonly prefaceTimeoutMs: number;
}

/** Puts the defaults where nothing is given. */
export function readServerLimits(options: ServerOptions, maxReceiveBytes: number): ServerLimits {
  return {
    maxRunning: options.maxConcurrentCalls ?? Number.POSITIVE_INFINITY,
    maxQueuedCalls: options.maxQueuedCalls ?? MAX_QUEUED_CALLS,
    maxConnections: options.maxConnections ?? Number.POSITIVE_INFINITY,
    maxBufferedBytes: options.maxBufferedBytes ?? Math.max(MAX_BUFFERED_BYTES, LARGEST_MESSAGES * maxReceiveBytes),
    prefaceTimeoutMs: options.prefaceTimeoutMs ?? PREFACE_TIMEOUT_MS,
  };
}
