import { DEFAULT_WINDOW_BYTES, MAX_WINDOW_BYTES } from "../frame/index.ts";

/** What holds where a limit is not given, by the names of `ConnectionLimits`, and why it is that. */
const DEFAULTS = {
  maxConcurrentStreams: 1000,
  streamWindowBytes: 256 * 1024,
  // Ten gigabits a second over 13 ms, or one over 130 ms.
  maxStreamWindowBytes: 16 * 1024 * 1024,
  connectionWindowBytes: 1024 * 1024,
  maxHeaderListBytes: 16 * 1024,
  maxHeaderFields: 100,
  maxUselessFrames: 1000,
  maxResets: 1000,
  // A peer answers a frame of DATA with an update for its stream and one for the connection, seldom with more. What
  // others allow.
  maxWindowUpdatesPerData: 10,
  // Peers of old reprioritize a stream now and then; a tree of priorities, which would make it dear, we have none.
  maxPrioritiesPerStream: 100,
  // An empty frame moves nothing on. Peers send one by accident, not many in a row.
  maxEmptyDataFrames: 100,
  // The five bytes before a message make each frame that is shorter a piece of one: the rest of a window, mostly.
  maxTinyDataFrames: 1000,
  // With frames of the least size, eight hold eight times the largest header.
  maxContinuationFrames: 8,
  // What one peer has to say at once takes a round trip at most.
  headerBlockTimeoutMs: 10_000,
  // As many answers as a peer has frames to spend without use.
  maxQueuedControlFrames: 1000,
  // Twice the largest window of a stream, and eight messages of the largest size by default.
  maxUnconsumedBytes: 32 * 1024 * 1024,
  // All calls that a connection may have, each with a reply of 48 KiB.
  maxQueuedBytes: 48 * 1024 * 1024,
  // Twice as long as networks mostly take to come back.
  sendStallTimeoutMs: 120_000,
} as const;

const LIMIT_NAMES = Object.keys(DEFAULTS) as readonly (keyof typeof DEFAULTS)[];

/** Limits of which each has a value. */
export type Limits = { readonly [K in keyof ConnectionLimits]-?: number };

/**
 * Fills up what is not given. What is whole stays as it is: an object for each connection of a server would be a tenth of
 * an idle one.
 */
export function withDefaults(limits: ConnectionLimits): Limits {
  if (isWhole(limits)) return limits;
  const given = Object.entries(limits).filter(([, value]) => value !== undefined);
  const all: Limits = { ...DEFAULTS, ...Object.fromEntries(given) };
  return {
    ...all,
    // Who says how large windows are at first does not ask for larger ones.
    maxStreamWindowBytes: limits.maxStreamWindowBytes ?? limits.streamWindowBytes ?? all.maxStreamWindowBytes,
    maxUnconsumedBytes: Math.max(all.maxUnconsumedBytes, all.connectionWindowBytes),
  };
}

function isWhole(limits: ConnectionLimits): limits is Limits {
  for (const name of LIMIT_NAMES) if (limits[name] === undefined) return false;
  return (limits.maxUnconsumedBytes ?? 0) >= (limits.connectionWindowBytes ?? 0);
}

/** Limits of a connection. Each has a default that is safe. */
export interface ConnectionLimits {
  /**
   * Streams that the peer may have open. A stream counts until the layer above has released it.
   *
   * @default 1000
   */
  readonly maxConcurrentStreams?: number | undefined;
  /**
   * Bytes that the peer may send on a new stream before they are consumed.
   *
   * @default 262144
   */
  readonly streamWindowBytes?: number | undefined;
  /**
   * What the windows of streams that are consumed may grow to, and that of the connection with them, where the link carries
   * more in a round trip. They do not grow where this is no more than `streamWindowBytes`.
   *
   * @default 16777216, or `streamWindowBytes` where that is given
   */
  readonly maxStreamWindowBytes?: number | undefined;
  /**
   * Bytes that the peer may send on all streams together before they are read.
   *
   * @default 1048576
   */
  readonly connectionWindowBytes?: number | undefined;
  /**
   * Largest header: the sum of its fields with 32 bytes each (RFC 9113 §6.5.2). Larger ones end their stream.
   *
   * @default 16384, or 1.5 times `maxMetadataBytes` where that is more
   */
  readonly maxHeaderListBytes?: number | undefined;
  /**
   * Most fields in a header.
   *
   * @default 100
   */
  readonly maxHeaderFields?: number | undefined;
  /**
   * Frames that the peer may send without use: pings, settings, empty DATA, PRIORITY and the like. Refilled by 200 a
   * second, and by DATA in either direction: peers measure the link with a ping for each.
   *
   * @default 1000
   */
  readonly maxUselessFrames?: number | undefined;
  /**
   * Streams that a client may reset, or make the server reset. Refilled by 200 a second, and by one for each stream that
   * ended as it should.
   *
   * @default 1000
   */
  readonly maxResets?: number | undefined;
  /**
   * WINDOW_UPDATE frames that the peer may send: 5, and twice the sum of all streams so far and this number for each frame
   * of DATA that it was sent, or 16 KiB of it.
   *
   * @default 10
   */
  readonly maxWindowUpdatesPerData?: number | undefined;
  /**
   * PRIORITY frames that the peer may send: this number, and as many again for each stream so far.
   *
   * @default 100
   */
  readonly maxPrioritiesPerStream?: number | undefined;
  /**
   * DATA frames in a row that have no payload and end nothing.
   *
   * @default 100
   */
  readonly maxEmptyDataFrames?: number | undefined;
  /**
   * DATA frames of less than five bytes that end nothing. Refilled by 200 a second, and by larger ones.
   *
   * @default 1000
   */
  readonly maxTinyDataFrames?: number | undefined;
  /**
   * CONTINUATION frames of a header. Together with HEADERS they may have twice `maxHeaderListBytes`.
   *
   * @default 8
   */
  readonly maxContinuationFrames?: number | undefined;
  /**
   * How long a header that is spread over frames may take, give or take a second.
   *
   * @default 10000
   */
  readonly headerBlockTimeoutMs?: number | undefined;
  /**
   * Answers to pings, settings and mistakes that may wait for a peer which does not read.
   *
   * @default 1000
   */
  readonly maxQueuedControlFrames?: number | undefined;
  /**
   * Bytes of all streams together that may have come, or be on their way, before they are consumed: the connection's window
   * is not opened beyond. At least `connectionWindowBytes`. From a sixteenth of it on, messages larger than a window go on one
   * after the other; where at least half of it is kept for messages of which none ends, the largest are given up.
   *
   * @default 33554432
   */
  readonly maxUnconsumedBytes?: number | undefined;
  /**
   * Bytes that may wait for a client's windows, on all streams together. A message that comes on top of more ends its
   * stream. On servers only.
   *
   * @default 50331648
   */
  readonly maxQueuedBytes?: number | undefined;
  /**
   * How long a client may take next to nothing while more than 1 MiB waits for it, give or take a second. On servers only.
   *
   * @default 120000
   */
  readonly sendStallTimeoutMs?: number | undefined;
}

/**
 * The limits of a connection where those above refuse headers of more than `softBytes` in words of their own: HTTP/2, which
 * can only end the stream, has to let some more through. What was given stays.
 */
export function withHeaderRoom(limits: ConnectionLimits | undefined, softBytes: number): Limits {
  const maxHeaderListBytes = Math.max(DEFAULTS.maxHeaderListBytes, Math.ceil(softBytes * 1.5));
  return withDefaults({ ...limits, maxHeaderListBytes: limits?.maxHeaderListBytes ?? maxHeaderListBytes });
}

/** What each limit may be, from the least to the most: a window is a number of 31 bits (RFC 9113 §6.9.1). */
export const LIMIT_RANGES: Readonly<Record<keyof ConnectionLimits, readonly [least: number, most: number]>> = {
  maxConcurrentStreams: [1, 0xffffffff],
  streamWindowBytes: [1, MAX_WINDOW_BYTES],
  maxStreamWindowBytes: [1, MAX_WINDOW_BYTES],
  // That of a connection cannot be made smaller than it is at first (§6.9.2).
  connectionWindowBytes: [DEFAULT_WINDOW_BYTES, MAX_WINDOW_BYTES],
  maxHeaderListBytes: [1, 0xffffffff],
  maxHeaderFields: [1, Number.POSITIVE_INFINITY],
  maxUselessFrames: [0, Number.POSITIVE_INFINITY],
  maxResets: [0, Number.POSITIVE_INFINITY],
  maxWindowUpdatesPerData: [1, Number.POSITIVE_INFINITY],
  maxPrioritiesPerStream: [0, Number.POSITIVE_INFINITY],
  maxEmptyDataFrames: [0, Number.POSITIVE_INFINITY],
  maxTinyDataFrames: [0, Number.POSITIVE_INFINITY],
  maxContinuationFrames: [0, Number.POSITIVE_INFINITY],
  headerBlockTimeoutMs: [1, Number.POSITIVE_INFINITY],
  maxQueuedControlFrames: [1, Number.POSITIVE_INFINITY],
  maxUnconsumedBytes: [1, Number.POSITIVE_INFINITY],
  maxQueuedBytes: [0, Number.POSITIVE_INFINITY],
  sendStallTimeoutMs: [1, Number.POSITIVE_INFINITY],
};
