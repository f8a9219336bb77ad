/** What has nothing to do with gRPC: bytes, timers, queues, the mistakes of callers. Imports nothing. */
export { Backoff, type BackoffOptions } from "./backoff.ts";
export { checkOptions, type OptionNames } from "./check-options.ts";
export { type Clock, systemClock, type Timer } from "./clock.ts";
export { readLatin1 } from "./latin1.ts";
export { nearest } from "./nearest.ts";
export { SerialQueue } from "./serial-queue.ts";
export { TimerWheel, type WheelListener, type WheelTimer } from "./timer-wheel.ts";
export { USAGE_ERRORS, type UsageError, type UsageErrorCode, usageError } from "./usage-error.ts";
