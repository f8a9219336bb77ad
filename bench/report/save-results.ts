import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Comparison, compareRows } from "./compare-rows.ts";
import type { Row } from "./figures.ts";
import { formatFigures, formatTable } from "./format-table.ts";

/** This file is built to bench/dist/report. */
const FOLDER = fileURLToPath(new URL("../../results", import.meta.url));
/** Noise is more than what is left out. */
const DIGITS = 4;

/** How a run was made: for instance "medians of 5 alternating rounds". */
export interface RunNote {
  readonly how: string;
  /** Whether to keep it. */
  readonly save: boolean;
}

/** Prints the bars of what was measured; and keeps it all in results/, every round as JSON and the medians as Markdown. */
export function reportRows(name: string, { how, save }: RunNote, rows: readonly Row[]): void {
  const comparisons = compareRows(rows);
  if (comparisons.length > 0) console.log(`\n${formatTable(comparisons)}`);
  if (save) saveResults(name, how, rows, comparisons);
}

function saveResults(name: string, how: string, rows: readonly Row[], comparisons: readonly Comparison[]): void {
  const day = new Date().toISOString().slice(0, 10);
  const machine = { node: process.versions.node, cores: availableParallelism() };
  const kept = { day, ...machine, how, rows, comparisons };
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, `${name}.json`), `${JSON.stringify(kept, shorten, 1)}\n`);
  const title = `# ${name}, ${day}\n\nNode ${machine.node}, ${machine.cores} cores; ${how}. Only ratios count.`;
  const tables = comparisons.length > 0 ? [formatTable(comparisons), formatFigures(rows)] : [formatFigures(rows)];
  writeFileSync(join(FOLDER, `${name}.md`), [title, ...tables].join("\n\n").concat("\n"));
}

function shorten(_key: string, value: unknown): unknown {
  return typeof value === "number" ? Number(value.toPrecision(DIGITS)) : value;
}
