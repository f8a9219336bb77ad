import assert from "node:assert/strict";
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { findFreePort } from "../interop/program/ports.ts";
import { RunningProgram } from "../interop/program/running-program.ts";
import { tryAgain } from "../interop/program/try-again.ts";
import { PackedPackages } from "../packed/empty-project.ts";
import type { Step } from "./read-steps.ts";

/** The documents' servers listen there; here another port that is free is in its place. */
const DOCUMENTED_PORT = "50051";
const START_MS = 30_000;
/** What compiles the whole project. */
const COMPILATION = /^npx tsc\n/m;

/** Does what documents ask of their reader, in a folder that was empty before. */
export class Reader {
  readonly #packed = new PackedPackages();
  readonly project: string;
  readonly #port: string;
  readonly #installs: boolean;
  #started: RunningProgram | undefined;
  /** Whether nothing was written since everything was compiled. */
  #isCompiled = false;

  private constructor(packages: readonly string[], installs: boolean, port: number) {
    this.#installs = installs;
    this.project = this.#packed.createProject(installs ? [] : packages);
    if (!installs) writeFileSync(join(this.project, "package.json"), '{ "type": "module" }\n');
    this.#port = String(port);
  }

  /**
   * @param packages what the documents have their reader install
   * @param installs whether the documents' own commands install it, from a registry; else it is there already
   */
  static async create(packages: readonly string[], installs = false): Promise<Reader> {
    return new Reader(packages, installs, await findFreePort());
  }

  async remove(): Promise<void> {
    await this.#started?.stop();
    this.#packed.remove();
    rmSync(this.project, { recursive: true, force: true });
  }

  /** Carries a step out, and compares what comes of it with what the document shows. */
  async follow(step: Step): Promise<void> {
    if (step.kind === "install") await this.#install(step.script);
    else if (step.kind === "file") this.#writeFile(step.path, this.#adapt(step.text));
    else if (step.kind === "replace") {
      const text = readFileSync(join(this.project, step.path), "utf8");
      assert.ok(text.includes(step.from));
      this.#writeFile(step.path, text.replace(step.from, step.to));
    } else if (step.kind === "start") await this.#start(step.script, step.output ?? "");
    else if (step.kind === "stop") {
      assert.ok(this.#started !== undefined, "something was started");
      await this.#started.stop();
      assert.equal(this.#started.stderr, "");
      this.#started = undefined;
    } else {
      const { status, stdout, stderr } = this.#run(this.#isCompiled ? skipCompilation(step.script) : step.script);
      this.#isCompiled = status === 0 && COMPILATION.test(step.script);
      const printed = stdout + stderr;
      assert.equal(status, step.exitCode, printed);
      if (step.output !== undefined) assert.equal(printed, this.#adapt(step.output));
    }
  }

  /** The packages that a script installs, those of tarballs by their names. */
  listInstalled(script: string): string[] {
    const words = script.match(/(?<=^npm install .*)\S+/gm)?.filter((word) => !word.startsWith("-")) ?? [];
    return words.map((word) => {
      const file = basename(word);
      if (!file.endsWith(".tgz")) return word;
      const { tarballs } = this.#packed;
      assert.ok(tarballs.includes(file), `npm pack makes ${tarballs.join(", ")}`);
      return file.replace(/-\d[\d.]*\.tgz$/, "").replace(/^gannet-/, "@gannet/");
    });
  }

  async #install(script: string): Promise<void> {
    if (!this.#installs) return;
    await tryAgain(async () => {
      const { status, stdout, stderr } = this.#run(script.replaceAll("/tmp/", `${this.#packed.folder}/`));
      assert.equal(status, 0, stdout + stderr);
    });
  }

  #run(script: string): SpawnSyncReturns<string> {
    const { file, args, env } = this.#command(script);
    return spawnSync(file, args, { cwd: this.project, encoding: "utf8", env: { ...process.env, ...env } });
  }

  async #start(script: string, output: string): Promise<void> {
    assert.equal(this.#started, undefined, "what was started before has been stopped");
    const { file, args, env } = this.#command(`cd ${this.project}\nexec ${script}`);
    this.#started = new RunningProgram({ file, args, env });
    const expected = this.#adapt(output);
    await this.#started.waitFor(/\n/, START_MS);
    assert.equal(this.#started.stdout, expected);
  }

  #command(script: string): { file: string; args: string[]; env: Record<string, string> } {
    const bin = [join(this.project, "node_modules/.bin"), dirname(process.execPath)].join(":");
    const env = { PATH: `${bin}:${process.env["PATH"]}`, NO_COLOR: "1", NODE_OPTIONS: "" };
    return { file: "sh", args: ["-euc", runWithoutNpx(script)], env };
  }

  #adapt(text: string): string {
    return text.replaceAll(DOCUMENTED_PORT, this.#port);
  }

  #writeFile(path: string, text: string): void {
    this.#isCompiled = false;
    mkdirSync(dirname(join(this.project, path)), { recursive: true });
    writeFileSync(join(this.project, path), text);
  }
}

/** Nothing would come of it but what is there. */
function skipCompilation(script: string): string {
  return script.replace(COMPILATION, "");
}

/** npx would only find the same program in node_modules/.bin, later. */
function runWithoutNpx(script: string): string {
  return script.replace(/^npx /gm, "");
}

/** A step in a few words. */
export function describeStep(step: Step): string {
  if (step.kind === "file") return `write ${step.path}`;
  if (step.kind === "replace") return `replace ${step.from} in ${step.path}`;
  if (step.kind === "stop") return "stop what was started";
  return step.script.trim().split("\n").at(-1) ?? "";
}
