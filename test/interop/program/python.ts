import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { cache, interopSources } from "../folders.ts";
import type { Command } from "./command.ts";
import { runToEnd } from "./running-program.ts";

const INSTALL_TIMEOUT_MS = 300_000;
const REQUIREMENTS = join(interopSources, "python/requirements.txt");

/** Python with grpcio, in a virtual environment of our own. */
export class Python {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Installs what requirements.txt says, unless an earlier run has.
   *
   * @throws Error with pip's words
   */
  static async install(): Promise<Python> {
    const version = createHash("sha256").update(readFileSync(REQUIREMENTS)).digest("hex").slice(0, 12);
    const folder = join(cache, `python-${version}`);
    const done = join(folder, "installed");
    if (!existsSync(done)) {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(dirname(folder), { recursive: true });
      await must({ file: "python3", args: ["-m", "venv", folder] });
      const quietly = ["--quiet", "--disable-pip-version-check"];
      await must({ file: join(folder, "bin/pip"), args: ["install", ...quietly, "-r", REQUIREMENTS] });
      mkdirSync(done);
    }
    return new Python(folder);
  }

  /** A program beside its stubs, which grpc_tools makes from `proto`. */
  async program(path: string, proto: string, args: readonly string[] = []): Promise<Command> {
    const stubs = await this.#generate(proto);
    return {
      file: join(this.#folder, "bin/python"),
      args: ["-u", join(interopSources, "python", path), ...args],
      env: { PYTHONPATH: stubs, PYTHONDONTWRITEBYTECODE: "1" },
    };
  }

  /** Each .proto file has a folder of stubs, named by what is in the file. */
  async #generate(proto: string): Promise<string> {
    const content = createHash("sha256").update(readFileSync(proto)).digest("hex").slice(0, 12);
    const stubs = join(this.#folder, "stubs", `${basename(proto, ".proto")}-${content}`);
    if (existsSync(stubs)) return stubs;
    const unfinished = `${stubs}.${process.pid}`;
    mkdirSync(unfinished, { recursive: true });
    const outputs = [`--python_out=${unfinished}`, `--grpc_python_out=${unfinished}`];
    await must({
      file: join(this.#folder, "bin/python"),
      args: ["-m", "grpc_tools.protoc", `-I${dirname(proto)}`, ...outputs, basename(proto)],
    });
    renameSync(unfinished, stubs);
    return stubs;
  }
}

async function must(command: Command): Promise<void> {
  const { code, stdout, stderr } = await runToEnd(command, INSTALL_TIMEOUT_MS);
  if (code !== 0) throw new Error(`${command.file} ${command.args.join(" ")} ended with ${code}\n${stdout}${stderr}`);
}
