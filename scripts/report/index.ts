/** What the scripts print: tallies that close a run, colours, durations. Start with tally.ts. */
export { formatSeconds } from "./format-seconds.ts";
export { indent } from "./indent.ts";
export { paint, type Style } from "./paint.ts";
export { addTallies, formatTally, type Tally } from "./tally.ts";
