/** How many cases of a suite were as they should be, and how many were not. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
}
