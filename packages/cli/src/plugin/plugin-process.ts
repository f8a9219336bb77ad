import type { ChildProcess } from "node:child_process";
import { describeSystemError, errorCode } from "../report/index.ts";

/** How a plugin's process ended. */
export interface ProcessResult {
  readonly output: Uint8Array;
  /** Why it is a failure; undefined where it is none. */
  readonly failure: string | undefined;
}

/** Starts `executable`, gives it `input`, and collects what it prints. What it says on standard error the user sees. */
export async function runPluginProcess(executable: string, input: Uint8Array): Promise<ProcessResult> {
  // Loading it costs 5 ms, which a run of the plugin that is built in need not pay.
  const { spawn } = await import("node:child_process");
  const shell = /\.(cmd|bat)$/i.test(executable);
  try {
    const command = shell ? `"${executable}"` : executable;
    return await finish(spawn(command, { stdio: ["pipe", "pipe", "inherit"], shell }), input);
  } catch (error) {
    return { output: new Uint8Array(), failure: `cannot be started: ${describeStart(error)}` };
  }
}

function finish(child: ChildProcess, input: Uint8Array): Promise<ProcessResult> {
  const chunks: Uint8Array[] = [];
  child.stdout?.on("data", (chunk: Uint8Array) => chunks.push(chunk));
  // A plugin may answer, or fail, without reading all that it is given.
  child.stdin?.on("error", () => {});
  child.stdin?.end(input);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      resolve({ output: Buffer.concat(chunks), failure: describeEnd(code, signal) });
    });
  });
}

function describeEnd(code: number | null, signal: string | null): string | undefined {
  if (signal !== null) return `was ended by the signal ${signal}`;
  return code === 0 ? undefined : `failed with exit code ${code}`;
}

function describeStart(error: unknown): string {
  // The file itself has been seen: what is missing is what its first line names.
  if (errorCode(error) === "ENOENT") return "there is no such program as its #! line names";
  return describeSystemError(error);
}
