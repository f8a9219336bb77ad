import type { Comparison } from "./compare-rows.ts";
import { medianOf, type Row, ratioOf } from "./figures.ts";

/** A row as it is printed when it has been measured: the medians, and each figure of gannet's by that of the others. */
export function formatRow(row: Row): string {
  const libraries = Object.keys(row.rounds);
  const width = Math.max(...libraries.map((library) => library.length));
  const lines = libraries.map((library) => {
    const figures = Object.entries(medianOf(row.rounds[library] ?? []));
    const text = figures.map(([name, value]) => `${formatNumber(value).padStart(8)} ${name}`).join("");
    return `  ${library.padEnd(width)} ${text}${library === "gannet" ? "" : formatRatios(row, library)}`;
  });
  return [row.name, ...lines].join("\n");
}

function formatRatios(row: Row, library: string): string {
  const names = Object.keys(row.rounds[library]?.[0] ?? {});
  const ratios = names.map((name) => (ratioOf(row, library, name) ?? Number.NaN).toPrecision(2));
  return `   (gannet by it: ${ratios.join(", ")})`;
}

/** The bars, as a table in Markdown. */
export function formatTable(comparisons: readonly Comparison[]): string {
  const lines = comparisons.map(({ work, ratio, bar, goal, isSmallerBetter, isMet }) => {
    const sign = isSmallerBetter === true ? "≤" : "≥";
    return `| ${work} | ${ratio.toFixed(2)} | ${sign} ${bar} | ${sign} ${goal} | ${isMet ? "met" : "not met"} |`;
  });
  return ["| work | measured | bar now | goal | bar |", "|---|---|---|---|---|", ...lines].join("\n");
}

/** The medians of all rows, as a table in Markdown. */
export function formatFigures(rows: readonly Row[]): string {
  const names = [...new Set(rows.flatMap(({ rounds }) => Object.keys(Object.values(rounds)[0]?.[0] ?? {})))];
  const lines = rows.flatMap(({ name, rounds }) =>
    Object.entries(rounds).map(([library, runs]) => {
      const figures = medianOf(runs);
      const numbers = names.map((one) => (figures[one] === undefined ? "" : formatNumber(figures[one])));
      return `| ${name} | ${library} | ${numbers.join(" | ")} |`;
    }),
  );
  return [`| work | library | ${names.join(" | ")} |`, `|---|---|${"---|".repeat(names.length)}`, ...lines].join("\n");
}

/** As many digits as mean something. */
function formatNumber(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
}
