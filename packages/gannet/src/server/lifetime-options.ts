import { flag, numberFrom, type OptionChecks, optionsOf } from "../core/index.ts";

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

/** What each of `LifetimeOptions` may be. */
export const LIFETIME_CHECKS: OptionChecks<LifetimeOptions> = {
  keepalive: optionsOf<KeepaliveOptions>({
    intervalMs: numberFrom(1),
    timeoutMs: numberFrom(1),
    minClientIntervalMs: numberFrom(0),
    permitWithoutCalls: flag,
  }),
  maxConnectionIdleMs: numberFrom(1),
  maxConnectionAgeMs: numberFrom(1),
  maxConnectionAgeGraceMs: numberFrom(0),
};

/** Puts the defaults where nothing is given. */
export function readLifetime(options: LifetimeOptions): Lifetime {
  const { keepalive = {} } = options;
  return {
    keepalive: {
      intervalMs: keepalive.intervalMs ?? 2 * HOUR_MS,
      timeoutMs: keepalive.timeoutMs ?? 20 * SECOND_MS,
      minClientIntervalMs: keepalive.minClientIntervalMs ?? 5 * MINUTE_MS,
      permitWithoutCalls: keepalive.permitWithoutCalls ?? false,
    },
    idleMs: options.maxConnectionIdleMs ?? Number.POSITIVE_INFINITY,
    ageMs: options.maxConnectionAgeMs ?? Number.POSITIVE_INFINITY,
    ageGraceMs: options.maxConnectionAgeGraceMs ?? Number.POSITIVE_INFINITY,
  };
}
