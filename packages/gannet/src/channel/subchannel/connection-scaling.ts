/** How many connections a backend gets that allows fewer streams on each than there are calls (gRFC A105). */
const UNSET = 1;

/** What the subchannels of a channel hold to, and count. One for all of them, so that what a service config says anew holds at once. */
export class ConnectionScaling {
  /** How many further connections were opened, as those before were full. */
  opened = 0;
  readonly #most: number;
  #asked: number = UNSET;

  /** @param most what the channel allows, whatever a service config asks for */
  constructor(most: number) {
    this.#most = most;
  }

  /** How many connections a subchannel may have. */
  get maxConnections(): number {
    return Math.min(this.#asked, this.#most);
  }

  /** @param asked what the service config asks for; undefined where it does not say */
  ask(asked: number | undefined): void {
    this.#asked = asked ?? UNSET;
  }
}
