import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Comparison } from "./compare-rows.ts";
import type { Row } from "./figures.ts";
import { formatFigures, formatTable } from "./format-table.ts";

/** This file is built to bench/dist/report. */
const FOLDER = fileURLToPath(new URL("../../results", import.meta.url));

/** A run that is kept. */
export interface Results {
  readonly rounds: number;
  readonly seconds: number;
  readonly isPinned: boolean;
  readonly rows: readonly Row[];
  readonly comparisons: readonly Comparison[];
}

/** Writes a run to results/, with every round as JSON and the medians as Markdown. */
export function saveResults(name: string, results: Results): void {
  const day = new Date().toISOString().slice(0, 10);
  const machine = { node: process.versions.node, cores: availableParallelism() };
  const { rounds, seconds, isPinned, rows, comparisons } = results;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, `${name}.json`), `${JSON.stringify({ day, ...machine, ...results }, undefined, 2)}\n`);
  const how = `medians of ${rounds} alternating rounds of ${seconds} s, ${isPinned ? "pinned to a core each" : "not pinned"}`;
  const title = `# ${name}, ${day}\n\nNode ${machine.node}, ${machine.cores} cores; ${how}. Only ratios count.`;
  writeFileSync(
    join(FOLDER, `${name}.md`),
    [title, formatTable(comparisons), formatFigures(rows)].join("\n\n").concat("\n"),
  );
}
