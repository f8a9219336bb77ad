import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL(".", import.meta.url));

/** A program of this folder in a process of its own. */
export class ChildProgram {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  readonly #lines: string[] = [];
  #isOver = false;
  #onLine: () => void = () => {};
  #error = "";

  constructor(name: "server-process" | "client-process" | "draining-server-process", args: readonly string[]) {
    const child = spawn(process.execPath, [join(HERE, `${name}.js`), ...args], { stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    this.#closed = once(child, "close");
    void this.#closed.then(() => {
      this.#isOver = true;
      this.#onLine();
    });
    createInterface({ input: child.stdout }).on("line", (line) => {
      this.#lines.push(line);
      this.#onLine();
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#error += text;
    });
  }

  /**
   * Waits until a line starts with `start`, and gives what follows.
   *
   * @throws Error with what was printed, where the program ends before
   */
  async line(start: string): Promise<string> {
    for (;;) {
      const found = this.#lines.find((line) => line.startsWith(start));
      if (found !== undefined) return found.slice(start.length).trim();
      if (this.#isOver) throw new Error(`it ended before "${start}":\n${this.#lines.join("\n")}\n${this.#error}`);
      await new Promise<void>((resolve) => {
        this.#onLine = resolve;
      });
    }
  }

  /** Sends it a signal. */
  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Waits for its end: `exit` with its code, or the name of the signal that ended it. */
  async exit(): Promise<string> {
    await this.#closed;
    return this.#child.signalCode ?? `exit ${this.#child.exitCode}`;
  }

  /** Ends it as a crash of its machine would: it gets to do nothing. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#closed;
  }
}

/** Starts a server, on a free port unless one is given. */
export async function startServer(port = 0): Promise<{ readonly program: ChildProgram; readonly port: number }> {
  const program = new ChildProgram("server-process", [String(port)]);
  return { program, port: Number(await program.line("listening ")) };
}
