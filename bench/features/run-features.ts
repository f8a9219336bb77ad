import { parseArgs } from "node:util";
import { Program } from "../program.ts";
import { type Figures, median, type Row } from "../report/figures.ts";
import { reportRows } from "../report/save-results.ts";
import type { CaseFigures } from "./compare-case.ts";
import { FEATURE_CASES } from "./feature-cases.ts";

/** Measures what features cost a unary call: both ends and HTTP/2, no socket, with and without by turns. */
export async function runFeatures(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: "string", default: "15" },
      calls: { type: "string", default: "20000" },
      only: { type: "string", default: "" },
      against: { type: "string" },
      save: { type: "boolean", default: false },
    },
  });
  const { rounds, calls, only, against, save } = values;
  const how = `medians of ${rounds} alternating rounds of ${calls} calls, 100 in flight, a process for each feature`;
  console.log(`Node ${process.versions.node}, ${how}; processor time of both ends\n`);
  const cases = FEATURE_CASES.filter(({ name }) => name.includes(only));
  const measured: [string, Figures[]][] = [];
  for (const { name } of against === undefined ? cases : FEATURE_CASES.slice(0, 1)) {
    const folder = against === undefined ? [] : [against];
    const program = new Program("features/compare-case", [name, rounds, calls, ...folder], 0);
    const figures = JSON.parse(await program.readLine()) as CaseFigures;
    await program.stop();
    const more = figures.with.map((taken, round) => taken - (figures.without[round] ?? Number.NaN));
    measured.push([name, more.map((one, round) => ({ "ns/call": figures.with[round] ?? Number.NaN, "ns more": one }))]);
    const text = [median(figures.without), median(figures.with), median(more)].map((ns) => ns.toFixed(0).padStart(7));
    console.log(`${text[0]} ns without,${text[1]} with,${text[2]} more  ${name}`);
  }
  const row: Row = { name: "unary call in process", rounds: Object.fromEntries(measured) };
  reportRows("features", { how, save }, [row]);
  return 0;
}
