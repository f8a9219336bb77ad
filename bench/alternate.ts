import { parseArgs } from "node:util";
import { isPinned } from "./program.ts";
import type { Figures, Row } from "./report/figures.ts";
import { formatRow } from "./report/format-table.ts";
import type { RunNote } from "./report/save-results.ts";

/** How much to measure, and of what. */
export interface RunOptions extends RunNote {
  readonly rounds: number;
  /** Seconds that each library has in each round. */
  readonly seconds: number;
  /** Whether to measure the row of this name: `--only WORD` leaves out those without the word. */
  isWanted(row: string): boolean;
}

/** Reads `--rounds N`, `--seconds N`, `--only WORD` and `--save`, and prints how it will measure. */
export function readRunOptions(args: string[]): RunOptions {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "2" },
      only: { type: "string", default: "" },
      save: { type: "boolean", default: false },
    },
  });
  const rounds = Number(values.rounds);
  const seconds = Number(values.seconds);
  const cores = isPinned ? "pinned to a core each" : "not pinned";
  const how = `medians of ${rounds} alternating rounds of ${seconds} s, ${cores}`;
  console.log(`Node ${process.versions.node}, ${how}\n`);
  return { rounds, seconds, save: values.save, how, isWanted: (row) => row.includes(values.only) };
}

/** Measures each library once a round, the order turned round each time, and prints the row. */
export async function alternate(
  name: string,
  rounds: number,
  libraries: readonly string[],
  measure: (library: string) => Promise<Figures>,
): Promise<Row> {
  const measured = new Map<string, Figures[]>(libraries.map((library) => [library, []]));
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? libraries : libraries.toReversed();
    for (const library of order) measured.get(library)?.push(await measure(library));
  }
  const row: Row = { name, rounds: Object.fromEntries(measured) };
  console.log(formatRow(row));
  return row;
}
