import { type ChildProcess, spawn } from "node:child_process";
import type { Command } from "./command.ts";

const KILL_AFTER_MS = 5_000;

/** A program that was started, and what it has printed so far. */
export class RunningProgram {
  readonly #child: ChildProcess;
  readonly #closed: Promise<number>;
  /** Standard output. */
  stdout = "";
  /** Standard error. */
  stderr = "";
  #isOver = false;
  #onOutput: () => void = () => {};

  constructor({ file, args, env, cwd }: Command) {
    this.#child = spawn(file, args, { env: { ...process.env, ...env }, cwd, stdio: ["ignore", "pipe", "pipe"] });
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
      this.#onOutput();
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
      this.#onOutput();
    });
    this.#closed = new Promise((resolve) => {
      this.#child.on("error", (error) => {
        this.stderr += error.message;
        resolve(-1);
      });
      this.#child.on("close", (code) => resolve(code ?? -1));
    });
    void this.#closed.then(() => {
      this.#isOver = true;
      this.#onOutput();
    });
  }

  /** All standard output so far, a line each. */
  get lines(): readonly string[] {
    return this.stdout.split("\n").filter((line) => line !== "");
  }

  /**
   * Waits until standard output, or standard error, matches.
   *
   * @throws Error with what was printed when the program ends or the time is over first
   */
  async waitFor(pattern: RegExp, timeoutMs: number, stream: "stdout" | "stderr" = "stdout"): Promise<RegExpExecArray> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const match = pattern.exec(this[stream]);
      if (match !== null) return match;
      const leftMs = deadline - Date.now();
      if (this.#isOver || leftMs <= 0) {
        const why = this.#isOver ? "the program ended" : `${timeoutMs} ms went by`;
        throw new Error(`${why} before it printed ${pattern}\n${this.stdout}${this.stderr}`);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#onOutput = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Waits for its end, and ends it by force after `timeoutMs`. Resolves to the exit code, -1 where a signal ended it. */
  async waitForEnd(timeoutMs: number): Promise<number> {
    const timer = setTimeout(() => {
      this.stderr += `\nno end after ${timeoutMs} ms`;
      this.#child.kill("SIGKILL");
    }, timeoutMs);
    try {
      return await this.#closed;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Asks it to end, by force if it does not. Resolves to its exit code, -1 where a signal ended it. */
  async stop(signal: "SIGINT" | "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<number> {
    if (!this.#isOver) this.#child.kill(signal);
    return await this.waitForEnd(KILL_AFTER_MS);
  }
}

/** Runs a program to its end. */
export async function runToEnd(
  command: Command,
  timeoutMs: number,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const program = new RunningProgram(command);
  const code = await program.waitForEnd(timeoutMs);
  return { code, stdout: program.stdout, stderr: program.stderr };
}
