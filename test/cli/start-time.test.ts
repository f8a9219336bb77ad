/** What a run on one file costs over starting Node: people run it in every build. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gannetPath } from "./gannet.ts";
import { createScratchFolder } from "./scratch-folder.ts";

const MAX_MS = 200;
/** A bare start where nothing else runs. Where it takes longer, other tests run meanwhile, and ours takes longer too. */
const QUIET_START_MS = 60;
const RUNS = 15;

const hello = fileURLToPath(new URL("../../../examples/tutorial/hello", import.meta.url));

test(`gannet protoc on one file costs at most ${MAX_MS} ms over a bare Node`, (t) => {
  const folder = createScratchFolder(t);
  const bare = ["-e", "0"];
  const protoc = [gannetPath, "protoc", `-I${hello}`, "--es_out=.", "helloworld.proto"];
  const times = { bare: [] as number[], protoc: [] as number[] };
  for (let run = 0; run < RUNS; run++) {
    times.bare.push(measure(folder, bare));
    times.protoc.push(measure(folder, protoc));
  }
  const start = median(times.bare);
  const cost = median(times.protoc) - start;
  t.diagnostic(`${cost.toFixed(0)} ms over the ${start.toFixed(0)} ms of a bare start`);
  const limit = MAX_MS * Math.max(1, start / QUIET_START_MS);
  assert.ok(cost <= limit, `${cost} ms over a bare start of ${start} ms; the limit is ${limit} ms`);
});

function measure(folder: string, args: readonly string[]): number {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, args, { cwd: folder, stdio: "ignore" });
  assert.equal(status, 0);
  return performance.now() - started;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
