// What a run on one file costs over starting Node: people run it in every build. A program that prints, run by hand as
// `node test/dist/cli/start-time.js`: its figures mean something only where nothing else runs.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gannetPath } from "./gannet.ts";

const RUNS = 25;

const hello = fileURLToPath(new URL("../../../examples/tutorial/hello", import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), "gannet-start-"));
const bare = ["-e", "0"];
const protoc = [gannetPath, "protoc", `-I${hello}`, "--es_out=.", "helloworld.proto"];
const times = { bare: [] as number[], protoc: [] as number[] };
// Alternately, so that whatever else happens on the machine happens to both.
for (let run = 0; run < RUNS; run++) {
  times.bare.push(measure(bare));
  times.protoc.push(measure(protoc));
}
rmSync(folder, { recursive: true });
const start = median(times.bare);
console.log(`node -e 0: ${start.toFixed(0)} ms (median of ${RUNS})`);
console.log(
  `gannet protoc on one file: ${median(times.protoc).toFixed(0)} ms, ${(median(times.protoc) - start).toFixed(0)} ms more`,
);

function measure(args: readonly string[]): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(`${args.join(" ")} failed: ${stderr}`);
  return performance.now() - started;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
