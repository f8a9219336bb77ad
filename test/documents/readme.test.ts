import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { PackedPackages } from "../packed/empty-project.ts";
import { readSteps, type Step } from "./read-steps.ts";

const README = readFileSync(fileURLToPath(new URL("../../../README.md", import.meta.url)), "utf8");

/** What the README has its reader install, and the compiler, which it shows by itself. */
const INSTALLED = ["@gannet/cli", "@gannet/compiler", "@bufbuild/protobuf", "typescript"];

let packed: PackedPackages;
let project = "";

/** Set where a registry may be asked: then the README's own commands install what it needs. */
const INSTALLS = process.env["GANNET_README_INSTALLS"] === "1";

before(() => {
  packed = new PackedPackages();
  project = packed.createProject(INSTALLS ? [] : INSTALLED);
  if (!INSTALLS) writeFileSync(join(project, "package.json"), '{ "type": "module" }\n');
});

after(() => {
  packed.remove();
  rmSync(project, { recursive: true, force: true });
});

test("each step of the README does what the README says, in its order", async (t) => {
  const steps = readSteps(README);
  assert.ok(steps.filter(({ kind }) => kind === "run").length >= 5, "most of the README is checked");
  const installed = steps.flatMap((step) => (step.kind === "install" ? listInstalled(step.script) : []));
  assert.deepEqual(installed.sort(), [...INSTALLED].sort(), "the README installs what this test does");
  for (const step of steps) await t.test(describeStep(step), () => follow(step));
});

/** Carries a step out in the project. */
function follow(step: Step): void {
  if (step.kind === "install") install(step.script);
  else if (step.kind === "file") writeFile(step.path, step.text);
  else if (step.kind === "replace") {
    const text = readFileSync(join(project, step.path), "utf8");
    assert.ok(text.includes(step.from));
    writeFile(step.path, text.replace(step.from, step.to));
  } else {
    const { status, stdout, stderr } = runScript(step.script);
    const printed = stdout + stderr;
    assert.equal(status, step.exitCode, printed);
    if (step.output !== undefined) assert.equal(printed, step.output);
  }
}

function install(script: string): void {
  if (!INSTALLS) return;
  const { status, stdout, stderr } = runScript(script.replaceAll("/tmp/", `${packed.folder}/`));
  assert.equal(status, 0, stdout + stderr);
}

/** The packages that a script installs, those of tarballs by their names. */
function listInstalled(script: string): string[] {
  const words = script.match(/(?<=^npm install .*)\S+/gm)?.filter((word) => !word.startsWith("-")) ?? [];
  return words.map((word) => {
    const file = basename(word);
    if (!file.endsWith(".tgz")) return word;
    assert.ok(packed.tarballs.includes(file), `npm pack makes ${packed.tarballs.join(", ")}`);
    return file.replace(/^gannet-(.*)-[\d.]+\.tgz$/, "@gannet/$1");
  });
}

function runScript(script: string): { status: number | null; stdout: string; stderr: string } {
  const bin = [join(project, "node_modules/.bin"), dirname(process.execPath)].join(":");
  return spawnSync("sh", ["-euc", runWithoutNpx(script)], {
    cwd: project,
    encoding: "utf8",
    env: { ...process.env, PATH: `${bin}:${process.env["PATH"]}`, NO_COLOR: "1", NODE_OPTIONS: "" },
  });
}

/** npx would only find the same program in node_modules/.bin, later. */
function runWithoutNpx(script: string): string {
  return script.replace(/^npx /gm, "");
}

function writeFile(path: string, text: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), text);
}

function describeStep(step: Step): string {
  if (step.kind === "file") return `write ${step.path}`;
  if (step.kind === "replace") return `replace ${step.from} in ${step.path}`;
  return step.script.trim().split("\n").at(-1) ?? "";
}

test("what the README generates is complete", () => {
  assert.deepEqual(readdirSync(join(project, "src")).sort(), ["hello.ts", "helloworld_pb.ts"]);
});
