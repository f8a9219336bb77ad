import { readFileSync } from "node:fs";
import path from "node:path";
import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { describeSystemError } from "../report/index.ts";
import { isAbsent, isDangling } from "./folder-entry.ts";
import type { ImportRoot } from "./import-root.ts";
import { candidates } from "./input-path.ts";

/** Gives the contents of a file on disk, or throws. */
type ReadDisk = (disk: string) => string | Uint8Array;

/** Reads files by the path under which they are imported, from the first root that has them, or else given descriptors. */
export class SourceReader {
  /** Where imports are looked up, in that order. */
  readonly roots: readonly ImportRoot[];
  readonly #descriptors: ReadonlyMap<string, FileDescriptorProto>;
  readonly #readDisk: ReadDisk;
  readonly #disk = new Map<string, string>();
  readonly #asked = new Set<string>();

  constructor(
    roots: readonly ImportRoot[],
    descriptors: ReadonlyMap<string, FileDescriptorProto> = new Map(),
    readDisk: ReadDisk = (disk) => readFileSync(disk),
  ) {
    this.roots = roots;
    this.#descriptors = descriptors;
    this.#readDisk = readDisk;
  }

  /**
   * The text or bytes of a file, or its descriptor where that is what there is; undefined where nothing has it.
   *
   * @throws Error for one that is there and cannot be read
   */
  readonly read = (importPath: string): string | Uint8Array | FileDescriptorProto | undefined => {
    this.#asked.add(importPath);
    for (const disk of candidates(importPath, this.roots)) {
      const contents = readIfPresent(disk, this.#readDisk);
      if (contents === undefined) continue;
      this.#disk.set(importPath, disk);
      return contents;
    }
    return this.#descriptors.get(importPath);
  };

  /** Where on disk the files are, or could be, that were asked for. */
  listPlaces(): string[] {
    return [...this.#asked].flatMap((importPath) => candidates(importPath, this.roots));
  }

  /** Where on disk a file was read that has been; undefined for one that came otherwise. */
  diskPath(importPath: string): string | undefined {
    return this.#disk.get(importPath);
  }

  /** What the user calls the file of that import path: its place on disk, from the current directory where it is inside. */
  readonly displayPath = (importPath: string): string => {
    const disk = this.#disk.get(importPath);
    if (disk === undefined) return importPath;
    const relative = path.relative("", disk);
    return relative.startsWith("..") || path.isAbsolute(relative) ? disk : relative;
  };
}

function readIfPresent(disk: string, read: ReadDisk): string | Uint8Array | undefined {
  try {
    return read(disk);
  } catch (error) {
    const absent = isAbsent(error);
    if (absent && !isDangling(disk)) return undefined;
    const reason = absent ? "it is a symbolic link to a file that does not exist" : describeSystemError(error);
    throw new Error(`${disk} cannot be read: ${reason}`, { cause: error });
  }
}
