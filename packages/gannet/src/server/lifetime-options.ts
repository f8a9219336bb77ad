import { checkOptionKeys, misuse } from "../core/index.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** How a server finds out that a client is gone, and how often clients may ask the same (gRFC A8, A9). */
export interface KeepaliveOptions {
  /**
   * Pings a client from which nothing has come for so many milliseconds, found out within a quarter as long again.
   * `Infinity` never pings.
   *
   * @default 7200000 (2 hours)
   */
  readonly intervalMs?: number | undefined;
  /**
   * Milliseconds in which something has to come then, or the connection is given up.
   *
   * @default 20000
   */
  readonly timeoutMs?: number | undefined;
  /**
   * Milliseconds that a client has to leave between its pings, unless it was sent a header or message meanwhile. The
   * third time it does not, the connection ends with ENHANCE_YOUR_CALM and `too_many_pings`.
   *
   * @default 300000 (5 minutes)
   */
  readonly minClientIntervalMs?: number | undefined;
  /**
   * Whether a client may ping like that without calls; else it has to leave 2 hours.
   *
   * @default false
   */
  readonly permitWithoutCalls?: boolean | undefined;
}

/** How long connections live (gRFC A9). */
export interface LifetimeOptions {
  readonly keepalive?: KeepaliveOptions | undefined;
  /**
   * Milliseconds without calls after which a connection is closed, found out within a quarter as long again.
   *
   * @default Infinity
   */
  readonly maxConnectionIdleMs?: number | undefined;
  /**
   * Milliseconds after which a connection takes no further calls, give or take 10 %, so that those which came together do
   * not leave together.
   *
   * @default Infinity
   */
  readonly maxConnectionAgeMs?: number | undefined;
  /**
   * Milliseconds that calls have then to finish.
   *
   * @default Infinity
   */
  readonly maxConnectionAgeGraceMs?: number | undefined;
}

/** With their defaults. */
export interface Lifetime {
  readonly keepalive: { readonly [K in keyof KeepaliveOptions]-?: NonNullable<KeepaliveOptions[K]> };
  readonly idleMs: number;
  readonly ageMs: number;
  readonly ageGraceMs: number;
}

const KEEPALIVE_KEYS: ReadonlySet<string> = new Set<keyof KeepaliveOptions>([
  "intervalMs",
  "timeoutMs",
  "minClientIntervalMs",
  "permitWithoutCalls",
]);

/**
 * @throws TypeError GANNET_UNKNOWN_OPTION for a key that is none
 * @throws RangeError GANNET_INVALID_OPTION for a number out of its range
 */
export function readLifetime(options: LifetimeOptions): Lifetime {
  const { keepalive = {} } = options;
  checkOptionKeys(keepalive, KEEPALIVE_KEYS, "keepalive");
  return {
    keepalive: {
      intervalMs: readMs("keepalive.intervalMs", keepalive.intervalMs, 2 * HOUR_MS, 1),
      timeoutMs: readMs("keepalive.timeoutMs", keepalive.timeoutMs, 20 * SECOND_MS, 1),
      minClientIntervalMs: readMs("keepalive.minClientIntervalMs", keepalive.minClientIntervalMs, 5 * MINUTE_MS, 0),
      permitWithoutCalls: keepalive.permitWithoutCalls ?? false,
    },
    idleMs: readMs("maxConnectionIdleMs", options.maxConnectionIdleMs, Number.POSITIVE_INFINITY, 1),
    ageMs: readMs("maxConnectionAgeMs", options.maxConnectionAgeMs, Number.POSITIVE_INFINITY, 1),
    ageGraceMs: readMs("maxConnectionAgeGraceMs", options.maxConnectionAgeGraceMs, Number.POSITIVE_INFINITY, 0),
  };
}

function readMs(name: string, value: number | undefined, byDefault: number, least: number): number {
  if (value === undefined) return byDefault;
  if (typeof value === "number" && value >= least) return value;
  throw misuse(RangeError, "GANNET_INVALID_OPTION", `${name} is a number, ${least} or more, not ${String(value)}`);
}
