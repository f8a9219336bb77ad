import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Figures } from "../report/figures.ts";

/** How often a process is asked for its memory: it says itself what was the most, and only its last words may be missed. */
const POLL_MS = 1;
const KIB = 1024;
const MB = 1e6;

/** What a process took. */
export interface ProcessFigures extends Figures {
  readonly ms: number;
  /** The most memory that was resident; only where the system has `/proc`. */
  readonly "peak MB": number;
}

/**
 * Runs a program to its end.
 *
 * @throws Error with its words where it fails
 */
export async function measureProcess(command: readonly string[], cwd: string): Promise<ProcessFigures> {
  const [file = "", ...args] = command;
  return await new Promise((resolve, reject) => {
    let peak = Number.NaN;
    let words = "";
    const started = performance.now();
    const child = spawn(file, args, { cwd, stdio: ["ignore", "ignore", "pipe"] });
    const poll = setInterval(() => {
      peak = readPeakBytes(child.pid) ?? peak;
    }, POLL_MS);
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      words += text;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      const ms = performance.now() - started;
      clearInterval(poll);
      if (code === 0) resolve({ ms, "peak MB": peak / MB });
      else reject(new Error(`${command.join(" ")} ended with ${code}: ${words.slice(-2_000)}`));
    });
  });
}

function readPeakBytes(pid: number | undefined): number | undefined {
  try {
    const [, kibibytes] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return kibibytes === undefined ? undefined : Number(kibibytes) * KIB;
  } catch {
    // It has ended, or there is no /proc.
    return undefined;
  }
}
