import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { ReadFile } from "../source/index.ts";

/** A URL of `file:`, such as `new URL("api.proto", import.meta.url)`. */
export interface FileUrl {
  readonly href: string;
}

/** Reads files from folders, the first that has one. */
export class DiskReader {
  /** Absolute. */
  readonly #roots: readonly string[];
  readonly #found = new Map<string, string>();

  constructor(roots: readonly string[]) {
    this.#roots = roots;
  }

  readonly read: ReadFile = async (importPath) => {
    for (const root of this.#roots) {
      const disk = path.join(root, importPath);
      try {
        const bytes = await readFile(disk);
        this.#found.set(importPath, disk);
        return bytes;
      } catch (error) {
        if (isAbsent(error)) continue;
        throw codeOf(error) === "EISDIR" ? new Error(`${disk} is a folder, not a .proto file`) : error;
      }
    }
    return undefined;
  };

  /** The file that an import path was read from. */
  readonly diskPath = (importPath: string): string | undefined => this.#found.get(importPath);
}

/**
 * A reader for `compile()` and `createCompiler()`: looks for each path in these folders, in order, and gives the first file
 * that is there.
 *
 * @param roots paths, from the current directory at the time of the call, or URLs of `file:`
 */
export function createDiskReader(roots: readonly (string | FileUrl)[]): ReadFile {
  return new DiskReader(roots.map(toPath)).read;
}

/** An absolute path. */
export function toPath(place: string | FileUrl): string {
  return path.resolve(typeof place === "string" ? place : fileURLToPath(place.href));
}

function isAbsent(error: unknown): boolean {
  const code = codeOf(error);
  return code === "ENOENT" || code === "ENOTDIR";
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
