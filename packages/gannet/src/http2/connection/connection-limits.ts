import { DEFAULT_WINDOW_BYTES, MAX_WINDOW_BYTES } from "../frame/index.ts";

/** What holds where a limit is not given, by the names of `ConnectionLimits`. */
const DEFAULTS = {
  maxConcurrentStreams: 1000,
  streamWindowBytes: 256 * 1024,
  connectionWindowBytes: 1024 * 1024,
  maxHeaderListBytes: 16 * 1024,
  maxHeaderFields: 100,
  maxUselessFrames: 1000,
  maxResets: 1000,
} as const;

/** Limits of which each has a value. */
export type Limits = { readonly [K in keyof ConnectionLimits]-?: number };

export function withDefaults(limits: ConnectionLimits): Limits {
  const given = Object.entries(limits).filter(([, value]) => value !== undefined);
  return { ...DEFAULTS, ...Object.fromEntries(given) };
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
   * Bytes that the peer may send on a stream before they are consumed.
   *
   * @default 262144
   */
  readonly streamWindowBytes?: number | undefined;
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
}

/**
 * The limits of a connection where those above refuse headers of more than `softBytes` in words of their own: HTTP/2, which
 * can only end the stream, has to let some more through. What was given stays.
 */
export function withHeaderRoom(limits: ConnectionLimits | undefined, softBytes: number): ConnectionLimits {
  const maxHeaderListBytes = Math.max(DEFAULTS.maxHeaderListBytes, Math.ceil(softBytes * 1.5));
  return { ...limits, maxHeaderListBytes: limits?.maxHeaderListBytes ?? maxHeaderListBytes };
}

/** What each limit may be, from the least to the most: a window is a number of 31 bits (RFC 9113 §6.9.1). */
export const LIMIT_RANGES: Readonly<Record<keyof ConnectionLimits, readonly [least: number, most: number]>> = {
  maxConcurrentStreams: [1, 0xffffffff],
  streamWindowBytes: [1, MAX_WINDOW_BYTES],
  // That of a connection cannot be made smaller than it is at first (§6.9.2).
  connectionWindowBytes: [DEFAULT_WINDOW_BYTES, MAX_WINDOW_BYTES],
  maxHeaderListBytes: [1, 0xffffffff],
  maxHeaderFields: [1, Number.POSITIVE_INFINITY],
  maxUselessFrames: [0, Number.POSITIVE_INFINITY],
  maxResets: [0, Number.POSITIVE_INFINITY],
};
