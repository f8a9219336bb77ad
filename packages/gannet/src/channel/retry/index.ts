/** Calls that are made again when they fail, or several times at once (gRFC A6). Start with retried-call.ts. */
export type { AttemptListener } from "./attempt.ts";
export { type AttemptSettings, RetriedCall, type RetryHost } from "./retried-call.ts";
export { RetryBuffer } from "./retry-buffer.ts";
export {
  IDEMPOTENT_RETRIES,
  type ParsedHedgingPolicy,
  type ParsedRetryPolicy,
  parseHedgingPolicy,
  parseRetryPolicy,
} from "./retry-policy.ts";
export { RetryThrottle } from "./retry-throttle.ts";
export { SentMessages } from "./sent-messages.ts";
