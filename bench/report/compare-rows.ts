import { BARS, type Bar } from "./bars.ts";
import { medianOf, type Row, ratioOf } from "./figures.ts";

/** A bar, and what was measured for it. */
export interface Comparison extends Bar {
  readonly ratio: number;
  readonly isMet: boolean;
}

/** The bars of what has been measured. */
export function compareRows(rows: readonly Row[]): Comparison[] {
  return BARS.flatMap((bar) => {
    const row = rows.find(({ name }) => name === bar.row);
    const ratio = row === undefined ? undefined : measuredFor(bar, row);
    if (ratio === undefined) return [];
    return [{ ...bar, ratio, isMet: bar.isSmallerBetter === true ? ratio <= bar.bar : ratio >= bar.bar }];
  });
}

function measuredFor({ against, figure, kind }: Bar, row: Row): number | undefined {
  if (against === undefined) return medianOf(row.rounds["gannet"] ?? [])[figure];
  const ratio = ratioOf(row, against, figure);
  return ratio === undefined || kind === "times" ? ratio : 1 / ratio;
}
