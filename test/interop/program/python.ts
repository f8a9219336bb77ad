import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { cache, interopSources } from "../folders.ts";
import type { Command } from "./command.ts";
import { runOrThrow } from "./run-or-throw.ts";
import { tryAgain } from "./try-again.ts";

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
      await run({ file: "python3", args: ["-m", "venv", folder] });
      const quietly = ["--quiet", "--disable-pip-version-check"];
      const install = { file: join(folder, "bin/pip"), args: ["install", ...quietly, "-r", REQUIREMENTS] };
      await tryAgain(() => run(install));
      mkdirSync(done);
    }
    return new Python(folder);
  }

  /** A program beside its stubs, which grpc_tools makes from `proto`. */
  async program(path: string, proto: string, args: readonly string[] = []): Promise<Command> {
    const stubs = await this.#generate(dirname(proto), [basename(proto)]);
    return {
      file: join(this.#folder, "bin/python"),
      args: ["-u", join(interopSources, "python", path), ...args],
      env: { PYTHONPATH: stubs, PYTHONDONTWRITEBYTECODE: "1" },
    };
  }

  /**
   * A module of a package in `source`, beside stubs of `protos`. Both `protos` and what they import are named as from
   * the root of `protoRoot`.
   */
  async module(
    name: string,
    { source, protoRoot, protos }: { source: string; protoRoot: string; protos: readonly string[] },
  ): Promise<Command> {
    const stubs = await this.#generate(protoRoot, protos);
    return {
      file: join(this.#folder, "bin/python"),
      args: ["-u", "-m", name],
      env: { PYTHONPATH: [stubs, source].join(delimiter), PYTHONDONTWRITEBYTECODE: "1" },
    };
  }

  /** Each list of .proto files has a folder of stubs, named by what is in them. */
  async #generate(root: string, protos: readonly string[]): Promise<string> {
    const content = createHash("sha256").update(protos.join());
    for (const proto of protos) content.update(readFileSync(join(root, proto)));
    const [first = ""] = protos;
    const stubs = join(this.#folder, "stubs", `${basename(first, ".proto")}-${content.digest("hex").slice(0, 12)}`);
    if (existsSync(stubs)) return stubs;
    const unfinished = `${stubs}.${process.pid}`;
    mkdirSync(unfinished, { recursive: true });
    const outputs = [`--python_out=${unfinished}`, `--grpc_python_out=${unfinished}`];
    await run({
      file: join(this.#folder, "bin/python"),
      args: ["-m", "grpc_tools.protoc", `-I${root}`, ...outputs, ...protos],
    });
    renameSync(unfinished, stubs);
    return stubs;
  }
}

async function run(command: Command): Promise<void> {
  await runOrThrow(command, INSTALL_TIMEOUT_MS);
}
