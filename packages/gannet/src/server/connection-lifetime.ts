import { type Clock, SilenceTimer, type SilentPeer, StandstillTimer, type Timer } from "../base/index.ts";
import type { Lifetime } from "./lifetime-options.ts";

/** A client without calls has no reason to ask more often (gRFC A8). */
const IDLE_PING_INTERVAL_MS = 2 * 60 * 60 * 1000;
/** How often a client may ping too soon: two come of a delay on the way, the third is its fault. */
const MAX_PING_STRIKES = 2;
/** How far the age at which connections leave is spread. */
const AGE_JITTER = 0.1;

/** What is looked at on a connection, and what is done with it. */
export interface LivingConnection extends SilentPeer {
  /** Counts headers and DATA that were sent. */
  readonly payloadFramesSent: number;
  readonly streamsStarted: number;
  readonly hasCalls: boolean;
  /** Nothing comes from the client any more: it is not spoken to either. */
  giveUp(reason: string): void;
  /** Takes no further calls. */
  drain(reason: "max_idle" | "max_age"): void;
  /** Ends what is left. */
  close(reason: string): void;
  onTooManyPings(): void;
}

/** Watches over how long a connection lives, and over the pings of either side (gRFC A8, A9). */
export class ConnectionLifetime {
  readonly #connection: LivingConnection;
  readonly #lifetime: Lifetime;
  readonly #clock: Clock;
  readonly #keepalive: SilenceTimer | undefined;
  readonly #idle: StandstillTimer | undefined;
  #age: Timer | undefined;
  #lastPingAt = Number.NEGATIVE_INFINITY;
  #strikes = 0;
  #framesAtPing = 0;

  constructor(connection: LivingConnection, lifetime: Lifetime, clock: Clock, random: () => number) {
    this.#connection = connection;
    this.#lifetime = lifetime;
    this.#clock = clock;
    const { keepalive, idleMs, ageMs } = lifetime;
    if (Number.isFinite(keepalive.intervalMs)) {
      this.#keepalive = new SilenceTimer(
        clock,
        keepalive,
        connection,
        () => true,
        () => connection.giveUp(`the client did not answer a ping in ${keepalive.timeoutMs} ms`),
      );
    }
    if (Number.isFinite(idleMs)) {
      this.#idle = new StandstillTimer(
        clock,
        idleMs,
        () => (connection.hasCalls ? undefined : connection.streamsStarted),
        () => connection.drain("max_idle"),
      );
      this.#idle.start();
    }
    if (Number.isFinite(ageMs)) this.#wait(ageMs * (1 + AGE_JITTER * (2 * random() - 1)), () => this.#onAge());
  }

  /** The client sends a ping. BDP probes come behind DATA, which clears the strikes. */
  onPing(): void {
    const { payloadFramesSent, hasCalls } = this.#connection;
    const now = this.#clock.now();
    const passedMs = now - this.#lastPingAt;
    this.#lastPingAt = now;
    if (payloadFramesSent !== this.#framesAtPing) {
      this.#framesAtPing = payloadFramesSent;
      this.#strikes = 0;
      return;
    }
    const { minClientIntervalMs, permitWithoutCalls } = this.#lifetime.keepalive;
    const leastMs = hasCalls || permitWithoutCalls ? minClientIntervalMs : IDLE_PING_INTERVAL_MS;
    if (passedMs < leastMs && ++this.#strikes > MAX_PING_STRIKES) this.#connection.onTooManyPings();
  }

  /** The connection is closed. */
  end(): void {
    this.#keepalive?.stop();
    this.#idle?.stop();
    this.#age?.cancel();
  }

  #onAge(): void {
    const { ageGraceMs } = this.#lifetime;
    this.#connection.drain("max_age");
    if (Number.isFinite(ageGraceMs)) this.#wait(ageGraceMs, () => this.#connection.close("max_age"));
  }

  #wait(delayMs: number, onTime: () => void): void {
    this.#age = this.#clock.setTimer(delayMs, onTime);
    this.#age.unref();
  }
}
