import { execFile, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** More than protoc ever prints about the whole corpus. */
const MAX_OUTPUT_BYTES = 64 << 20;

interface Asset {
  readonly platform: string;
  readonly arch: string;
  readonly executable: string;
}

const packageRoot = dirname(createRequire(import.meta.url).resolve("protoc/package.json"));

/** The folder with the `google/protobuf/*.proto` that belong to this protoc. */
export const protocInclude: string = join(packageRoot, "include");

/** The protoc that npm ships, without the JavaScript around it, which costs a second Node start. */
export const protocProgram: string = findProgram();

/** How a run of protoc ended. */
export interface ProtocRun {
  readonly accepted: boolean;
  /** True where protoc gave no verdict: it aborted, as it does where a check of its own fails. */
  readonly hasAborted?: boolean | undefined;
  /** Errors and warnings as protoc prints them, one a line. */
  readonly messages: readonly string[];
  readonly elapsedMs: number;
}

/**
 * Runs the protoc that npm ships in `directory`.
 *
 * @throws Error where it cannot be started or dies of a signal: then there is no verdict
 */
export function runProtoc(args: readonly string[], directory: string): ProtocRun {
  const start = performance.now();
  const result = spawnSync(protocProgram, args, { cwd: directory, encoding: "utf8", maxBuffer: MAX_OUTPUT_BYTES });
  if (result.error !== undefined) throw result.error;
  if (result.status === null) throw new Error(`protoc ended by ${result.signal}`);
  return {
    accepted: result.status === 0,
    messages: listMessages(result.stderr),
    elapsedMs: performance.now() - start,
  };
}

/** As `runProtoc`, without waiting for it. It may abort. */
export function startProtoc(args: readonly string[], directory: string): Promise<ProtocRun> {
  const start = performance.now();
  const options = { cwd: directory, encoding: "utf8", maxBuffer: MAX_OUTPUT_BYTES } as const;
  return new Promise((resolve, reject) => {
    execFile(protocProgram, args, options, (error, _, words) => {
      const hasAborted = error?.signal === "SIGABRT";
      const elapsedMs = performance.now() - start;
      if (error === null || typeof error.code === "number" || hasAborted)
        resolve({ accepted: error === null, hasAborted, messages: listMessages(words), elapsedMs });
      else reject(new Error(`protoc gave no verdict: ${error.message}`, { cause: error }));
    });
  });
}

function listMessages(words: string): readonly string[] {
  return words.split("\n").filter((line) => line !== "");
}

function findProgram(): string {
  const assets: readonly Asset[] = JSON.parse(readFileSync(join(packageRoot, "assets.json"), "utf8"));
  const asset = assets.find(({ platform, arch }) => platform === process.platform && arch === process.arch);
  if (asset === undefined) throw new Error(`npm's protoc has no program for ${process.platform} on ${process.arch}`);
  return join(packageRoot, "bin", asset.executable);
}
