/** What has nothing to do with gRPC: bytes, clock, timers, queues. Imports nothing. */
export { Alarm } from "./alarm.ts";
export { Backoff, type BackoffOptions } from "./backoff.ts";
export { type Clock, dateOf, systemClock, type Timer } from "./clock.ts";
export { describeValue } from "./describe-value.ts";
export { Fifo } from "./fifo.ts";
export { readLatin1 } from "./latin1.ts";
export { markHandled } from "./mark-handled.ts";
export { onFirstUse } from "./on-first-use.ts";
export { SerialQueue } from "./serial-queue.ts";
export { SilenceTimer, type SilentPeer } from "./silence-timer.ts";
export { StandstillTimer } from "./standstill-timer.ts";
export { TimerWheel, type WheelTarget, type WheelTimer } from "./timer-wheel.ts";
export { xxhash64 } from "./xxhash64.ts";
