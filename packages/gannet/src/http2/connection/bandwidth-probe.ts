/** What comes before the first probe, as a share of the window: less is not worth one. */
const FIRST_INTERVAL = 1 / 4;
/** Where probes find nothing there is more and more between them, up to so many windows. */
const LAST_INTERVAL = 16;
/** A probe that fell into the middle of a burst has seen half of it. So some follow each other, the next with the next DATA. */
const RUN = 4;
/** But not where less than so much of the window came: it is not what limits. */
const WORTH_A_LOOK = 1 / 4;
/** A sample of so much of the window says that the window may be what limits: what others have found to work. */
const FULL = 2 / 3;
/** Until so many round trips were measured, their average counts; then the latest do. */
const FIRST_TRIPS = 10;
const LATEST_SHARE = 0.9;

/**
 * Finds out how much a link carries in a round trip, which is what a window has to have so that the link is never idle
 * (the product of bandwidth and delay). It does so by pings behind DATA: what comes before the answer is a sample.
 *
 *                 so much DATA has come: PING
 *   +---------+ ------------------------------------> +-----------------+
 *   | waiting |                                       | probe under way |  counts DATA
 *   +---------+ <------------------------------------ +-----------------+
 *        |        the answer: a sample
 *        | the window is as large as it may be
 *        v
 *     +------+
 *     | done |
 *     +------+
 *
 * Where the sample is nearly all of the window, and more came in the time than ever before, the window becomes twice the
 * sample. A peer that counts pings (gRFC A8) has sent DATA between one and the next: the second is sent for DATA that
 * came behind the answer to the first.
 */
export class BandwidthProbe {
  readonly #maxWindowBytes: number;
  readonly #now: () => number;
  /** The window that is wanted. It only grows. */
  windowBytes: number;
  /** How much comes between runs of probes. */
  #intervalBytes: number;
  /** What has come since the last one. */
  #sinceBytes = 0;
  /** What has to come until the next. */
  #waitBytes: number;
  /** How many follow at once. */
  #runLeft = RUN;
  #isOut = false;
  #sampleBytes = 0;
  #sentAt = 0;
  #trips = 0;
  #tripMs = 0;
  #mostPerMs = 0;

  /**
   * @param windowBytes the window at first
   * @param maxWindowBytes the largest there may be; where that is no more there are no probes
   */
  constructor(windowBytes: number, maxWindowBytes: number, now: () => number) {
    this.windowBytes = windowBytes;
    this.#maxWindowBytes = maxWindowBytes;
    this.#now = now;
    this.#intervalBytes = windowBytes * FIRST_INTERVAL;
    this.#waitBytes = this.#canGrow ? this.#intervalBytes : Number.POSITIVE_INFINITY;
  }

  get #canGrow(): boolean {
    return this.windowBytes < this.#maxWindowBytes;
  }

  /** DATA has come. True where a ping is to be sent now. */
  onData(byteLength: number): boolean {
    if (this.#isOut) {
      this.#sampleBytes += byteLength;
      return false;
    }
    this.#sinceBytes += byteLength;
    if (this.#sinceBytes < this.#waitBytes) return false;
    this.#isOut = true;
    this.#sampleBytes = 0;
    this.#sinceBytes = 0;
    this.#sentAt = this.#now();
    return true;
  }

  /** The answer has come. False where none was due. */
  onAck(): boolean {
    if (!this.#isOut) return false;
    this.#isOut = false;
    this.#measureTrip(this.#now() - this.#sentAt);
    // Without delay no window is too small.
    const perMs = this.#tripMs > 0 ? this.#sampleBytes / this.#tripMs : 0;
    const isMost = perMs > this.#mostPerMs;
    if (isMost) this.#mostPerMs = perMs;
    if (isMost && this.#sampleBytes >= this.windowBytes * FULL) {
      this.windowBytes = Math.min(this.#maxWindowBytes, Math.max(this.windowBytes, 2 * this.#sampleBytes));
      this.#intervalBytes = this.windowBytes * FIRST_INTERVAL;
      this.#waitBytes = this.#canGrow ? 0 : Number.POSITIVE_INFINITY;
      this.#runLeft = RUN;
    } else if (this.#sampleBytes >= this.windowBytes * WORTH_A_LOOK && --this.#runLeft > 0) {
      this.#waitBytes = 0;
    } else {
      this.#intervalBytes = Math.min(this.#intervalBytes * 2, this.windowBytes * LAST_INTERVAL);
      this.#waitBytes = this.#intervalBytes;
      this.#runLeft = RUN;
    }
    return true;
  }

  #measureTrip(ms: number): void {
    this.#trips++;
    const share = this.#trips <= FIRST_TRIPS ? 1 / this.#trips : LATEST_SHARE;
    this.#tripMs += (ms - this.#tripMs) * share;
  }
}
