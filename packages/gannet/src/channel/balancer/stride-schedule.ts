/** What the largest weight is scaled to. */
const MAX_WEIGHT = 0xffff;
/** Every other place is shifted by half a round, so that equal weights do not come in bursts. */
const OFFSET = MAX_WEIGHT / 2;
/** No weight counts for more than that times the mean, or less than the mean divided by it. */
const MAX_RATIO = 10;

/**
 * The order in which weighted places come, each as often as its weight says ("static stride scheduling", gRFC A58). It
 * goes around the places, and passes one over in as many rounds as its weight falls short of the largest.
 */
export class StrideSchedule {
  readonly #weights: readonly number[];
  #turns: number;

  /**
   * @param weights not negative, one at least positive; 0 stands for the mean of those that are positive
   * @param turns where to begin
   */
  constructor(weights: readonly number[], turns: number) {
    const known = weights.filter((weight) => weight > 0);
    const mean = known.reduce((sum, weight) => sum + weight, 0) / known.length;
    const bounded = weights.map((weight) => {
      return weight > 0 ? Math.min(Math.max(weight, mean / MAX_RATIO), mean * MAX_RATIO) : mean;
    });
    const largest = Math.max(...bounded);
    this.#weights = bounded.map((weight) => Math.max(1, Math.round((weight / largest) * MAX_WEIGHT)));
    this.#turns = Math.floor(turns);
  }

  /** How many places it has gone over. */
  get turns(): number {
    return this.#turns;
  }

  /** The place whose turn it is. Ends: in each round the place of the largest weight is taken. */
  next(): number {
    for (;;) {
      const turn = this.#turns++;
      const place = turn % this.#weights.length;
      const round = Math.floor(turn / this.#weights.length);
      const weight = this.#weights[place] ?? MAX_WEIGHT;
      const offset = place % 2 === 0 ? 0 : OFFSET;
      const rest = (weight * round + offset) % MAX_WEIGHT;
      if (rest >= MAX_WEIGHT - weight) return place;
    }
  }
}
