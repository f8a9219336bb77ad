import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { alternate } from "../alternate.ts";
import { median, type Row } from "../report/figures.ts";
import { reportRows } from "../report/save-results.ts";

/** Where `import` finds all of them: this file is built to bench/dist/start. */
const FOLDER = fileURLToPath(new URL("../..", import.meta.url));
const NOTHING = "nothing";
const IMPORTS: Readonly<Record<string, string>> = {
  gannet: 'import "gannet";',
  "grpc-js": 'import "@grpc/grpc-js";',
  "grpc-js + proto-loader": 'import "@grpc/grpc-js"; import "@grpc/proto-loader";',
  "connect-node": 'import "@connectrpc/connect"; import "@connectrpc/connect-node";',
  "gannet + generated": 'import "gannet"; import "./dist/echo/echo_pb.js";',
};

/** Measures how long a program takes that only imports, over one that does not even that. */
export async function runStart(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { rounds: { type: "string", default: "15" }, save: { type: "boolean", default: false } },
  });
  const rounds = Number(values.rounds);
  const how = `medians of ${rounds} alternating rounds, each a process`;
  console.log(`Node ${process.versions.node}, ${how}\n`);
  const bare: number[] = [];
  const row = await alternate("import, over a bare node", rounds, Object.keys(IMPORTS), async (library) => {
    // Next to each one a bare one, as the machine is at that moment.
    const nothing = start("");
    bare.push(nothing.ms);
    const { ms, cpuMs } = start(IMPORTS[library] ?? "");
    return { ms: ms - nothing.ms, "CPU ms": cpuMs - nothing.cpuMs };
  });
  console.log(`  ${NOTHING}: ${median(bare).toFixed(0)} ms`);
  const rows: Row[] = [row];
  reportRows("start", { how, save: values.save }, rows);
  return 0;
}

/** Runs a program to its end. Its last line is its processor time. */
function start(program: string): { ms: number; cpuMs: number } {
  const text = `${program} const { user, system } = process.cpuUsage(); console.log(user + system);`;
  const before = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", text], {
    cwd: FOLDER,
    encoding: "utf8",
  });
  const ms = performance.now() - before;
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
  return { ms, cpuMs: Number(stdout) / 1_000 };
}
