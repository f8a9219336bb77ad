import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { readSteps } from "./read-steps.ts";
import { describeStep, Reader } from "./reader.ts";

const README = readFileSync(fileURLToPath(new URL("../../../README.md", import.meta.url)), "utf8");

/** What the README has its reader install, and the compiler, which it shows by itself. */
const INSTALLED = ["gannet", "@gannet/cli", "@gannet/compiler", "@bufbuild/protobuf", "typescript"];

/** Set where a registry may be asked: then the README's own commands install what it needs. */
const INSTALLS = process.env["GANNET_README_INSTALLS"] === "1";

let reader: Reader;

before(async () => {
  reader = await Reader.create(INSTALLED, INSTALLS);
});

after(() => reader.remove());

test("each step of the README does what the README says, in its order", async (t) => {
  const steps = readSteps(README);
  assert.ok(steps.filter(({ kind }) => kind === "run").length >= 5, "most of the README is checked");
  const installed = steps.flatMap((step) => (step.kind === "install" ? reader.listInstalled(step.script) : []));
  assert.deepEqual(installed.sort(), [...INSTALLED].sort(), "the README installs what this test does");
  for (const step of steps) await t.test(describeStep(step), () => reader.follow(step));
});

test("what the README generates is complete", () => {
  assert.deepEqual(readdirSync(join(reader.project, "src")).sort(), ["client.ts", "server.ts", "weather_pb.ts"]);
});
