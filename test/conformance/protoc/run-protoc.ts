import { spawnSync } from "node:child_process";
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

/** How a run of protoc ended. */
export interface ProtocRun {
  readonly accepted: boolean;
  /** Errors and warnings as protoc prints them, one a line. */
  readonly messages: readonly string[];
  readonly elapsedMs: number;
}

/**
 * Runs the protoc that npm ships in `directory`, without the JavaScript around it, which costs a second Node start.
 *
 * @throws Error where it cannot be started or dies of a signal: then there is no verdict
 */
export function runProtoc(args: readonly string[], directory: string): ProtocRun {
  const start = performance.now();
  const result = spawnSync(protocPath(), args, { cwd: directory, encoding: "utf8", maxBuffer: MAX_OUTPUT_BYTES });
  if (result.error !== undefined) throw result.error;
  if (result.status === null) throw new Error(`protoc ended by ${result.signal}`);
  return {
    accepted: result.status === 0,
    messages: result.stderr.split("\n").filter((line) => line !== ""),
    elapsedMs: performance.now() - start,
  };
}

function protocPath(): string {
  const assets: readonly Asset[] = JSON.parse(readFileSync(join(packageRoot, "assets.json"), "utf8"));
  const asset = assets.find(({ platform, arch }) => platform === process.platform && arch === process.arch);
  if (asset === undefined) throw new Error(`npm's protoc has no program for ${process.platform} on ${process.arch}`);
  return join(packageRoot, "bin", asset.executable);
}
