import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { compile } from "@gannet/compiler";
import { protocProgram } from "../protoc/index.ts";
import { absentFlags, cases } from "./cases.ts";
import type { CliCase } from "./cli-case.ts";
import { compareRuns } from "./compare-runs.ts";
import { compareTexts } from "./compare-texts.ts";
import { accepted, DESCRIPTOR_CASES, readDescriptorCases } from "./descriptor-cases.ts";
import { createTemplate, runCase } from "./run-case.ts";

/** Of all cases, every so many runs here; all of them in the suite. */
const EVERY = 6;
const MESSAGES = 6;

const template = realpathSync(mkdtempSync(join(tmpdir(), "gannet-protoc-cli-template-")));
createTemplate(template);
after(() => rmSync(template, { recursive: true, force: true }));

describe("protoc and gannet protoc do the same", () => {
  for (const one of cases.filter((_, index) => index % EVERY === 0)) {
    test(one.name, async () => {
      const { theirs, ours } = await runCase(one, template);
      assert.deepEqual(compareRuns(one, theirs, ours), []);
    });
  }

  test("with messages as text", async () => {
    const tally = { expected: 0, run: 0, failed: 0 };
    const said: string[] = [];
    await compareTexts(template, { messages: MESSAGES, seed: 1000 }, tally, (line) => said.push(line));
    assert.deepEqual([tally.failed, tally.run], [0, tally.expected], said.join("\n"));
  });
});

test("what protobuf's tests refuse of descriptors is refused in process too", async () => {
  const wrong: string[] = [];
  const cases = readDescriptorCases();
  assert.equal(cases.length, DESCRIPTOR_CASES);
  for (const { name, files } of cases) {
    const byPath = new Map([...files].reverse().map((file) => [file.name, file]));
    const { ok } = await compile({ files: [...byPath.keys()], read: (path) => byPath.get(path) });
    if (ok !== accepted.has(name)) wrong.push(name);
  }
  assert.deepEqual(wrong, []);
});

test("every flag of protoc has a case, or a reason why it is absent", () => {
  const help = spawnSync(protocProgram, ["--help"], { encoding: "utf8" }).stdout;
  const flags = [...help.matchAll(/^ +(?:-\w\w*, +)?(--[\w<>]+)|^ +-h, (--help)|(--descriptor_set_out)/gm)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? "",
  );
  assert.ok(flags.length > 25, flags.join(" "));
  const given = cases.flatMap(({ args }) => (typeof args === "string" ? args.split(" ") : args));
  const unused = flags.filter((flag) => !given.some((word) => word.split("=")[0] === flag) && !absentFlags.has(flag));
  assert.deepEqual(unused, []);
  for (const flag of absentFlags.keys()) assert.ok(help.includes(flag), `protoc has no flag ${flag}`);
});

test("a run that is not as protoc's is told, and so is one that is although it should not be", () => {
  const one: CliCase = { name: "a", args: "" };
  const run = { ok: true, stdout: Buffer.from("x"), stderr: "", written: new Map([["a", Buffer.from("1")]]) };
  assert.deepEqual(compareRuns(one, run, run), []);
  assert.equal(compareRuns({ ...one, difference: "of it" }, run, run).length, 1);
  assert.equal(compareRuns({ ...one, ok: false }, run, run).length, 1);
  for (const other of [
    { ...run, ok: false },
    { ...run, stdout: Buffer.from("y") },
    { ...run, stderr: "warning" },
    { ...run, written: new Map() },
    { ...run, written: new Map([["a", Buffer.from("2")]]) },
    { ...run, written: new Map([...run.written, ["b", Buffer.from("")]]) },
  ]) {
    assert.equal(compareRuns(one, run, other).length, 1);
    assert.deepEqual(compareRuns({ ...one, difference: "of it" }, run, other), []);
  }
});
