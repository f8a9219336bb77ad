import { type ChildProcess, spawn } from "node:child_process";
import { workspace } from "../workspace.ts";
import type { ProgramOptions } from "./run-program.ts";

const KILL_AFTER_MS = 5_000;

/** A program that runs beside this one, and what it prints. */
export class StartedProgram {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number>;
  readonly #listeners = new Set<() => void>();
  #code: number | undefined;
  /** Standard output and error so far, as they came. */
  output = "";

  /** @param onLine called with each whole line that it prints, as it comes */
  constructor(
    command: string,
    args: readonly string[],
    options: ProgramOptions = {},
    onLine: (line: string) => void = () => {},
  ) {
    this.#child = spawn(command, args, {
      cwd: options.cwd ?? workspace,
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let line = "";
    const onText = (text: string) => {
      this.output += text;
      const lines = (line + text).split("\n");
      line = lines.pop() ?? "";
      for (const whole of lines) onLine(whole);
      this.#tell();
    };
    this.#child.stdout?.setEncoding("utf8").on("data", onText);
    this.#child.stderr?.setEncoding("utf8").on("data", onText);
    this.#ended = new Promise((resolve) => {
      const end = (code: number, rest: string) => {
        if (rest !== "") onText(rest);
        this.#code = code;
        this.#tell();
        resolve(code);
      };
      this.#child.on("error", (error) => end(-1, `${error.message}\n`));
      this.#child.on("close", (code) => end(code ?? -1, line === "" ? "" : "\n"));
    });
  }

  /** Resolves to the first match in what it prints; to undefined when it ends, or the time is over, without one. */
  waitFor(pattern: RegExp, timeoutMs: number): Promise<RegExpExecArray | undefined> {
    return new Promise((resolve) => {
      const settle = (match: RegExpExecArray | undefined) => {
        clearTimeout(timer);
        this.#listeners.delete(look);
        resolve(match);
      };
      const look = () => {
        const match = pattern.exec(this.output);
        if (match !== null) settle(match);
        else if (this.#code !== undefined) settle(undefined);
      };
      const timer = setTimeout(() => settle(undefined), timeoutMs);
      this.#listeners.add(look);
      look();
    });
  }

  /** Resolves to its exit code, -1 where a signal ended it: by force, when the time is over. */
  async waitForEnd(timeoutMs: number): Promise<number> {
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), timeoutMs);
    try {
      return await this.#ended;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Asks it to end, as Ctrl-C does, and resolves as `waitForEnd`. */
  stop(): Promise<number> {
    if (this.#code === undefined) this.#child.kill("SIGINT");
    return this.waitForEnd(KILL_AFTER_MS);
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
