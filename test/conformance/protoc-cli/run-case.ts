import { spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gannetPath } from "../../cli/gannet.ts";
import { installPlugin, writeScript } from "../../cli/plugin-script.ts";
import { protocInclude, protocProgram } from "../protoc/index.ts";
import type { CliCase, CliRun } from "./cli-case.ts";

const files = fileURLToPath(new URL("../../../conformance/protoc-cli/files/", import.meta.url));

/** Makes what the cases need beside the files that they have: descriptor sets, and the bytes of a message. */
export function createTemplate(folder: string): void {
  cpSync(files, folder, { recursive: true });
  mkdirSync(join(folder, "out"));
  mkdirSync(join(folder, "out2"));
  const roots = ["-I.", `-I${protocInclude}`];
  const run = (args: readonly string[], input: string): Buffer => {
    const { status, stdout, stderr } = spawnSync(protocProgram, [...roots, ...args], { cwd: folder, input });
    if (status !== 0) throw new Error(String(stderr));
    return stdout;
  };
  run(["--include_imports", "--include_source_info", "-owhole.pb", "lib/book.proto"], "");
  run(["-obook.pb", "lib/book.proto"], "");
  const text = readFileSync(join(folder, "kinds.txt"), "utf8");
  writeFileSync(join(folder, "kinds.bin"), run(["--deterministic_output", "--encode=kinds.M", "kinds.proto"], text));
}

/** Runs a case with both, one after the other, each in the same fresh folder. */
export async function runCase(
  one: CliCase,
  template: string,
): Promise<{ readonly theirs: CliRun; readonly ours: CliRun }> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "gannet-protoc-cli-")));
  try {
    prepare(folder, one, template);
    const theirs = await runIn(folder, one, protocProgram, []);
    prepare(folder, one, template);
    const ours = await runIn(folder, one, process.execPath, [gannetPath, "protoc"]);
    return { theirs, ours };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function prepare(folder: string, one: CliCase, template: string): void {
  rmSync(folder, { recursive: true, force: true });
  cpSync(template, folder, { recursive: true });
  if (one.plugins !== undefined) installPlugin(folder, "bin/protoc-gen-x");
  for (const [name, script] of Object.entries(one.plugins ?? {})) writeScript(folder, name, script);
}

async function runIn(folder: string, one: CliCase, program: string, before: readonly string[]): Promise<CliRun> {
  const earlier = readFiles(folder);
  const words = typeof one.args === "string" ? one.args.split(" ").filter((word) => word !== "") : one.args;
  const args = words.map((word) => word.replaceAll("INCLUDE", protocInclude).replaceAll("HERE", folder));
  const input = typeof one.stdin === "string" ? readFileSync(join(folder, one.stdin)) : (one.stdin ?? new Uint8Array());
  const result = await runToEnd(program, [...before, ...args], folder, input);
  const written = [...readFiles(folder)].filter(([path, bytes]) => earlier.get(path)?.equals(bytes) !== true);
  return { ...result, written: new Map(written) };
}

/** Runs a program to its end, with `input` on its standard input. */
export function runToEnd(
  program: string,
  args: readonly string[],
  cwd: string,
  input: Uint8Array,
): Promise<Omit<CliRun, "written">> {
  const child = spawn(program, args, { cwd, stdio: "pipe" });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  // It may end without reading what it is given.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (signal === null)
        resolve({ ok: code === 0, stdout: Buffer.concat(stdout), stderr: String(Buffer.concat(stderr)) });
      else reject(new Error(`${program} was ended by ${signal}`));
    });
  });
}

function readFiles(folder: string): Map<string, Buffer> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const found = names.filter((name) => lstatSync(join(folder, name)).isFile());
  return new Map(found.map((name) => [name, readFileSync(join(folder, name))]));
}
