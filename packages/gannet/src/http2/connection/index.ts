/**
 * A connection: frames in and out over a byte pipe, streams, windows, limits. Start with http2-connection.ts, of which
 * the others are parts.
 */
export { BufferBudget } from "./buffer-budget.ts";
export type { BytePipe } from "./byte-pipe.ts";
export { type ConnectionLimits, LIMIT_RANGES, withHeaderRoom } from "./connection-limits.ts";
export type { ConnectionObserver, ConnectionOptions, ConnectionTimers } from "./connection-options.ts";
export { Http2Connection } from "./http2-connection.ts";
export { SegmentPool } from "./segment-pool.ts";
