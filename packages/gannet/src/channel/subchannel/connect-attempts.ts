import { Alarm, Backoff, type BackoffOptions, type Clock } from "../../base/index.ts";
import type { Connector } from "./connector.ts";
import { openConnection } from "./open-connection.ts";
import type { ConnectionOwner, ConnectionSettings, SubchannelConnection } from "./subchannel-connection.ts";

/** How subchannels connect. */
export interface AttemptSettings {
  readonly clock: Clock;
  random(): number;
  readonly connect: Connector;
  /** An address, with what is on the way to it, for people. */
  wayTo(address: string): string;
  readonly connection: ConnectionSettings;
  readonly backoff: BackoffOptions | undefined;
  /** How long an attempt has at least. */
  readonly minConnectTimeoutMs: number;
}

/** Whose connections they are to be, and who is told what became of them. */
export interface AttemptOwner extends ConnectionOwner {
  onConnected(connection: SubchannelConnection): void;
  /** `failure` says why. */
  onFailed(): void;
  /** The next attempt may be made. */
  onBackoffOver(): void;
}

/**
 * Attempts to connect to a backend, one at a time, and the time between them (grpc/doc/connection-backoff.md). That counts
 * from the start of an attempt: one that took too long is followed by the next at once. So is a connection that is lost. But
 * one that is lost before the next attempt were due, had this one failed, and that no call got anything of, is as good as
 * none, where the one before it was so too: a server may be about to go, but not each time.
 */
export class ConnectAttempts {
  readonly #addresses: readonly string[];
  readonly #settings: AttemptSettings;
  readonly #owner: AttemptOwner;
  readonly #backoff: Backoff;
  #phase: "ready" | "attempting" | "backoff" = "ready";
  #attempt: AbortController | undefined;
  /** Until the attempt has to be over, or the backoff is. */
  readonly #alarm: Alarm;
  /** When the next attempt is due, should the last one come to nothing. */
  #nextAt = 0;
  /** Connections in a row that came to nothing. */
  #futile = 0;
  /** Attempts since the last one that succeeded, when they began, and why the last one failed. */
  #count = 0;
  #firstAt = 0;
  #failure: string | undefined;

  constructor(addresses: readonly string[], settings: AttemptSettings, owner: AttemptOwner) {
    this.#addresses = addresses;
    this.#settings = settings;
    this.#owner = owner;
    this.#alarm = new Alarm(settings.clock);
    this.#backoff = new Backoff(() => settings.random(), settings.backoff);
  }

  /** Whether an attempt may be made now, is under way, or has to wait. */
  get phase(): "ready" | "attempting" | "backoff" {
    return this.#phase;
  }

  /** Why the last attempts failed; undefined before the first, and once one has succeeded. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Makes an attempt, where one may be made. */
  start(): void {
    if (this.#phase !== "ready") return;
    const { clock, connect, connection, minConnectTimeoutMs, wayTo } = this.#settings;
    const startedAt = clock.now();
    if (this.#count++ === 0) this.#firstAt = startedAt;
    const backoffMs = this.#backoff.next();
    this.#nextAt = startedAt + backoffMs;
    const timeoutMs = Math.max(backoffMs, minConnectTimeoutMs);
    const attempt = new AbortController();
    this.#phase = "attempting";
    this.#attempt = attempt;
    this.#alarm.set(timeoutMs, () => {
      const ways = this.#addresses.map((address) => wayTo(address)).join();
      attempt.abort(new Error(`connect to ${ways}: no answer in ${formatSeconds(timeoutMs)}`));
    });
    openConnection(this.#addresses, connect, connection, (address) => wayTo(address), attempt.signal).then(
      (opened) => this.#onOpened(attempt, opened),
      (error: unknown) => {
        if (attempt === this.#attempt) this.#fail(error instanceof Error ? error.message : String(error));
      },
    );
  }

  /** Gives up what is under way. Nothing is told any more. */
  stop(): void {
    this.#alarm.cancel();
    const attempt = this.#attempt;
    this.#attempt = undefined;
    attempt?.abort(new Error("the subchannel was closed"));
  }

  /** A connection that was opened takes no calls any more. */
  onLost(connection: SubchannelConnection): void {
    // With another attempt under way, that one tells.
    if (this.#phase !== "ready") return;
    if (connection.isProven || this.#settings.clock.now() >= this.#nextAt) {
      this.#futile = 0;
      this.#succeed();
    } else if (++this.#futile > 1) {
      this.#fail(this.#describeLoss(connection));
    }
  }

  #onOpened(attempt: AbortController, connection: SubchannelConnection): void {
    if (attempt !== this.#attempt) {
      connection.close("");
      return;
    }
    if (!connection.adopt(this.#owner)) {
      this.#fail(this.#describeLoss(connection));
      return;
    }
    this.#alarm.cancel();
    this.#attempt = undefined;
    this.#phase = "ready";
    if (this.#futile === 0) this.#succeed();
    this.#owner.onConnected(connection);
  }

  #succeed(): void {
    this.#count = 0;
    this.#failure = undefined;
    this.#backoff.reset();
  }

  #describeLoss({ calls, goaway }: SubchannelConnection): string {
    const why = goaway ? `: ${goaway}` : "";
    return `connect to ${this.#settings.wayTo(calls.peer)}: the server closed the connection at once${why}`;
  }

  #fail(reason: string): void {
    const { clock, connection } = this.#settings;
    this.#attempt = undefined;
    this.#phase = "backoff";
    this.#failure = describeAttempts(reason, this.#count, clock.now() - this.#firstAt);
    this.#alarm.set(this.#nextAt - clock.now(), () => {
      this.#phase = "ready";
      this.#owner.onBackoffOver();
    });
    connection.events.tell("connect-failed", "info", { addresses: this.#addresses, reason, attempts: this.#count });
    this.#owner.onFailed();
  }
}

function describeAttempts(reason: string, attempts: number, durationMs: number): string {
  return attempts === 1 ? reason : `${reason} (${attempts} attempts in ${formatSeconds(durationMs)})`;
}

function formatSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1).replace(/\.0$/, "")} s`;
}
