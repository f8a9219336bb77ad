import { parseArgs } from "node:util";
import { isPinned, Program } from "../program.ts";
import type { Figures, Row } from "../report/figures.ts";
import { formatRow } from "../report/format-table.ts";
import { reportRows } from "../report/save-results.ts";
import type { FirstUse } from "./first-use.ts";
import { generatePeers } from "./generate-peers.ts";
import type { CodecFigures } from "./measure-codec.ts";
import { PEERS } from "./peers.ts";
import { printArrays } from "./print-arrays.ts";
import { SAMPLES } from "./sample-messages.ts";

const LIBRARIES = Object.keys(PEERS);
const FIRST_USE = "first use of types with 20 fields";

/** Measures codecs: ours, and what others have, each library and message in a process of its own. */
export async function runCodec(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "0.2" },
      only: { type: "string", default: "" },
      against: { type: "string", default: "" },
      allocations: { type: "boolean", default: false },
      save: { type: "boolean", default: false },
    },
  });
  if (values.allocations) return (await printArrays()) ? 0 : 1;
  const rounds = Number(values.rounds);
  const cores = isPinned ? "on one core" : "not pinned";
  const how = `medians of ${rounds} alternating rounds of ${values.seconds} s, each in a process of its own, ${cores}`;
  console.log(`Node ${process.versions.node}, ${how}\n`);
  generatePeers();
  const libraries = LIBRARIES.filter((library) => library === "gannet" || library.includes(values.against));
  const rows: Row[] = [];
  const add = (row: Row): void => {
    rows.push(row);
    console.log(`${formatRow(row)}\n${formatRounds(row)}`);
  };
  for (const { name } of SAMPLES.filter((sample) => sample.name.includes(values.only))) {
    const measured = await alternateOver(libraries, rounds, async (library) => {
      return (await runProgram("codec/measure-codec", [library, name, values.seconds])) as CodecFigures;
    });
    add(rowOf(`${name}, encode in place`, measured, ({ encodeInto, encode }) => encodeInto ?? encode));
    add(rowOf(`${name}, encode`, measured, ({ encode }) => encode));
    add(rowOf(`${name}, decode`, measured, ({ decode }) => decode));
  }
  if (FIRST_USE.includes(values.only)) {
    const measured = await alternateOver(["gannet", "protobuf-es"], rounds, async (library) => {
      return (await runProgram("codec/first-use", [library])) as FirstUse;
    });
    const figures = [...measured].map(([library, uses]) => [library, uses.map(figuresOfUse)] as const);
    add({ name: FIRST_USE, rounds: Object.fromEntries(figures) });
  }
  reportRows("codec", { how, save: values.save }, rows);
  return 0;
}

/** Asks each library once a round, the order turned round each time. */
async function alternateOver<T>(
  libraries: readonly string[],
  rounds: number,
  measure: (library: string) => Promise<T>,
): Promise<Map<string, T[]>> {
  const measured = new Map<string, T[]>(libraries.map((library) => [library, []]));
  for (let round = 0; round < rounds; round++) {
    for (const library of round % 2 === 0 ? libraries : libraries.toReversed())
      measured.get(library)?.push(await measure(library));
  }
  return measured;
}

/** A program's only line. */
async function runProgram(command: string, args: readonly string[]): Promise<unknown> {
  const program = new Program(command, args, 1);
  const line = await program.readLine();
  await program.stop();
  return JSON.parse(line);
}

/** Only gannet has a way to encode in place: the others are held against it with the one that they have. */
function rowOf(
  name: string,
  measured: ReadonlyMap<string, readonly CodecFigures[]>,
  select: (figures: CodecFigures) => number,
): Row {
  const figures = [...measured].map(([library, runs]) => {
    return [library, runs.map((run): Figures => ({ "ops/s": select(run) }))] as const;
  });
  return { name, rounds: Object.fromEntries(figures) };
}

function figuresOfUse({ firstMs, encodeMs, decodeMs, allMs, codeMs, compiledBefore }: FirstUse): Figures {
  if (compiledBefore !== 0) throw new Error(`${compiledBefore} types were compiled before they were used`);
  return {
    "ms the first, both ways": firstMs,
    "ms encode": encodeMs,
    "ms decode": decodeMs,
    "ms 1,000 encoded": encodeMs * 1_000,
    "ms 1,000 decoded": decodeMs * 1_000,
    "ms 1,000, both ways": allMs,
    // The others make none.
    ...(codeMs > 0 ? { "ms to make code, both ways": codeMs } : {}),
  };
}

/** Every round of it: medians hide how far apart they lie. */
function formatRounds(row: Row): string {
  const width = Math.max(...Object.keys(row.rounds).map((library) => library.length));
  const lines = Object.entries(row.rounds).flatMap(([library, runs]) =>
    Object.keys(runs[0] ?? {}).map((figure) => {
      const numbers = runs.map((run) => formatFigure(run[figure] ?? Number.NaN));
      return `    ${library.padEnd(width)} ${figure}, by round: ${numbers.join("  ")}`;
    }),
  );
  return lines.join("\n");
}

function formatFigure(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
}
