import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";

/** Which core a program runs on, where there are two; `undefined` for any. */
export type Core = 0 | 1 | undefined;

/** Whether programs can be held to a core each. */
export const isPinned: boolean =
  availableParallelism() >= 2 && spawnSync("taskset", ["--version"], { stdio: "ignore" }).status === 0;

/** A program of this folder that is asked by lines on its standard input and answers by lines. */
export class Program {
  readonly command: string;
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  #output = "";
  #isOver = false;
  #wake: () => void = () => {};

  /** `command` is one of this folder's modules without its ending, such as `echo/gannet-server`, or a program's path. */
  constructor(command: string, args: readonly string[], core: Core) {
    this.command = command;
    const file = fileURLToPath(new URL(`${command}.js`, import.meta.url));
    const [program, all] = isAbsolute(command) ? [command, args] : [process.execPath, [file, ...args]];
    this.#child = spawn(...onCore(core, program, all), { stdio: ["pipe", "pipe", "inherit"] });
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      const lines = (this.#output + text).split("\n");
      this.#output = lines.pop() ?? "";
      this.#lines.push(...lines);
      this.#wake();
    });
    this.#child.on("close", () => {
      this.#isOver = true;
      this.#wake();
    });
  }

  /** The next line of its output. Rejects where it ends without. */
  async readLine(): Promise<string> {
    for (;;) {
      const line = this.#lines.shift();
      if (line !== undefined) return line;
      if (this.#isOver) throw new Error(`${this.#child.spawnargs.join(" ")} ended too early`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Writes a line, and reads the answer. */
  async ask(question: string): Promise<string> {
    this.#child.stdin?.write(`${question}\n`);
    return await this.readLine();
  }

  /** Its number, by which the system counts what it does. */
  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error(`${this.#child.spawnargs.join(" ")} did not start`);
    return pid;
  }

  /** Ends it: these programs live for as long as their input is open. */
  async stop(): Promise<void> {
    this.#child.stdin?.end();
    while (!this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** Runs a program that is installed to its end; resolves to its standard output. */
export async function runInstalled(command: string, args: readonly string[], core: Core): Promise<string> {
  return await new Promise((resolve, reject) => {
    const child = spawn(...onCore(core, command, args), { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command} ${args.join(" ")} ended with ${code}\n${output}`));
    });
  });
}

function onCore(core: Core, command: string, args: readonly string[]): [string, string[]] {
  return isPinned && core !== undefined
    ? ["taskset", ["--cpu-list", String(core), command, ...args]]
    : [command, [...args]];
}
