import type { Http2Subchannel } from "./subchannel/index.ts";

/** The subchannels of a channel. Those that were given up are known until their last calls are over. */
export class KnownSubchannels {
  readonly #known = new Set<Http2Subchannel>();

  add(subchannel: Http2Subchannel): void {
    this.#forgetGone();
    this.#known.add(subchannel);
  }

  all(): readonly Http2Subchannel[] {
    this.#forgetGone();
    return [...this.#known];
  }

  /** How many calls wait for room on any of them. */
  get waiting(): number {
    let waiting = 0;
    for (const subchannel of this.#known) waiting += subchannel.waiting;
    return waiting;
  }

  #forgetGone(): void {
    for (const subchannel of this.#known) if (subchannel.isGone) this.#known.delete(subchannel);
  }
}
