import { type Clock, SilenceTimer, type SilentPeer } from "../../base/index.ts";

/** Pings that come more often do more harm than good (gRFC A8). */
const MIN_INTERVAL_MS = 10_000;

/** How a channel finds out that a server is gone without a word (gRFC A8). */
export interface ChannelKeepaliveOptions {
  /**
   * Pings a server from which nothing has come for so many milliseconds, found out within a quarter as long again; at least
   * 10000. Servers end connections that ping more often than they allow, mostly every 5 minutes.
   *
   * @default Infinity
   */
  readonly intervalMs?: number | undefined;
  /**
   * Milliseconds in which something has to come then, or the connection is given up and its calls fail.
   *
   * @default 20000
   */
  readonly timeoutMs?: number | undefined;
  /**
   * Whether to ping while there are no calls. Few servers allow it.
   *
   * @default false
   */
  readonly permitWithoutCalls?: boolean | undefined;
}

/** How the connections of a channel are pinged. Shared by them: what one server does not stand holds for all. */
export class KeepaliveSettings {
  readonly timeoutMs: number;
  readonly permitWithoutCalls: boolean;
  #intervalMs: number;

  constructor({
    intervalMs = Number.POSITIVE_INFINITY,
    timeoutMs = 20_000,
    permitWithoutCalls = false,
  }: ChannelKeepaliveOptions = {}) {
    this.#intervalMs = Math.max(MIN_INTERVAL_MS, intervalMs);
    this.timeoutMs = timeoutMs;
    this.permitWithoutCalls = permitWithoutCalls;
  }

  /** Infinity for never. */
  get intervalMs(): number {
    return this.#intervalMs;
  }

  /** A server has ended a connection for its pings: from now on they come half as often. */
  onTooManyPings(): void {
    this.#intervalMs *= 2;
  }
}

/** What is looked at on a connection, and what is done with it. */
export interface PingedConnection extends SilentPeer {
  /** Whether calls are under way. */
  readonly isBusy: boolean;
  /** Nothing comes from the server any more. */
  giveUp(reason: string): void;
}

/** Pings a server that says nothing, and has the connection given up where it does not answer. */
export function watchServer(connection: PingedConnection, settings: KeepaliveSettings, clock: Clock): SilenceTimer {
  return new SilenceTimer(
    clock,
    settings,
    connection,
    () => connection.isBusy || settings.permitWithoutCalls,
    () => connection.giveUp(`the server did not answer a ping in ${settings.timeoutMs / 1000} s`),
  );
}
