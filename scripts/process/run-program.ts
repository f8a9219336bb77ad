import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { workspace } from "../workspace.ts";

/** What a program printed, standard output and error as they came, and how it ended. */
export interface ProgramResult {
  /** -1 where a signal ended it. */
  readonly code: number;
  readonly output: string;
  /** Standard output alone. */
  readonly stdout: string;
}

/** Where and how a program runs. */
export interface ProgramOptions {
  /** @default the workspace */
  readonly cwd?: string | undefined;
  /** Added to this process's environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Runs a program to its end without input. Rejects only where it cannot be started. */
export function runProgram(
  command: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? workspace,
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const all: Buffer[] = [];
    const out: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => {
      all.push(chunk);
      out.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => all.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({
        code: code ?? -1,
        output: Buffer.concat(all).toString("utf8"),
        stdout: Buffer.concat(out).toString("utf8"),
      });
    });
  });
}

/** Runs a tool that is installed in the workspace, such as `knip`, with this Node. */
export function runTool(
  packageName: string,
  args: readonly string[],
  options: ProgramOptions & { readonly bin?: string } = {},
): Promise<ProgramResult> {
  const manifest = join(workspace, "node_modules", packageName, "package.json");
  const { bin } = JSON.parse(readFileSync(manifest, "utf8")) as { bin: string | Record<string, string> };
  const name = options.bin ?? packageName.slice(packageName.indexOf("/") + 1);
  const file = typeof bin === "string" ? bin : bin[name];
  if (file === undefined) throw new Error(`${packageName} has no program ${name}`);
  return runProgram(process.execPath, [join(dirname(manifest), file), ...args], options);
}

/** Runs npm: the one that runs this script, where one does. */
export function runNpm(args: readonly string[], options: ProgramOptions = {}): Promise<ProgramResult> {
  const npm = process.env["npm_execpath"];
  return npm === undefined ? runProgram("npm", args, options) : runProgram(process.execPath, [npm, ...args], options);
}
