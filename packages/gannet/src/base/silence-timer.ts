import type { Clock, Timer } from "./clock.ts";
import { StandstillTimer } from "./standstill-timer.ts";

/** A peer that may have gone without a word. */
export interface SilentPeer {
  /** Counts whatever comes of it. */
  readonly chunksReceived: number;
  /** Asks it for an answer. */
  ping(): void;
}

/** Pings a peer of which nothing has come for a while, and tells where it does not answer. Does not keep the process alive. */
export class SilenceTimer {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #peer: SilentPeer;
  readonly #onSilence: () => void;
  readonly #standstill: StandstillTimer;
  #answer: Timer | undefined;

  /**
   * @param timeoutMs how long something may take to come behind a ping
   * @param isWatched whether it matters now; while it does not, nobody is pinged. The silence counts all the same: who needs
   * the peer after a long one learns soon whether it is there (gRFC A8)
   * @param onSilence called once; nobody is pinged any more
   */
  constructor(
    clock: Clock,
    { intervalMs, timeoutMs }: { readonly intervalMs: number; readonly timeoutMs: number },
    peer: SilentPeer,
    isWatched: () => boolean,
    onSilence: () => void,
  ) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#peer = peer;
    this.#onSilence = onSilence;
    const read = () => peer.chunksReceived;
    this.#standstill = new StandstillTimer(clock, intervalMs, read, () => this.#ping(), isWatched);
    this.#standstill.start();
  }

  stop(): void {
    this.#standstill.stop();
    this.#answer?.cancel();
  }

  #ping(): void {
    const before = this.#peer.chunksReceived;
    this.#peer.ping();
    this.#answer = this.#clock.setTimer(this.#timeoutMs, () => {
      if (this.#peer.chunksReceived !== before) this.#standstill.start();
      else this.#onSilence();
    });
    this.#answer.unref();
  }
}
