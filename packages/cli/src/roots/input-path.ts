import type { Stats } from "node:fs";
import path from "node:path";
import { describeSystemError, type Problem } from "../report/index.ts";
import { type FoundFile, findElsewhere } from "./find-elsewhere.ts";
import { isDangling, listProtoFiles, readStatus } from "./folder-entry.ts";
import { canonicalPath, type ImportRoot, isImportPath, replacePrefix } from "./import-root.ts";

/** Where protobuf's own files are, among them the well-known types. */
const STANDARD_FOLDER = "google/protobuf/";

/** The path under which an input file is imported, or why it has none. */
export type InputLookup = { readonly path: string } | { readonly problem: Problem };

/**
 * Finds under which path others would import the file that the user calls `input`, as protoc does: the first root that
 * its path begins with, textually; else `input` may itself be an import path. Unlike protoc, a relative file is also
 * found in an absolute root and the other way round. A root that is asked earlier must not have another file there.
 * Of the files in `known` there are descriptors: an input may be one of their paths too, and one of protobuf's own files,
 * which the compiler has with it.
 */
export function findInput(
  input: string,
  roots: readonly ImportRoot[],
  known: { has(path: string): boolean } = new Set<string>(),
): InputLookup {
  const lookup = findInRoots(input, roots);
  return "problem" in lookup && known.has(input) ? { path: input } : lookup;
}

function findInRoots(input: string, roots: readonly ImportRoot[]): InputLookup {
  const file = readStatus(input);
  if (file instanceof Error) return problem(input, "input-unreadable", describeSystemError(file));
  if (file === undefined) {
    if (findOnDisk(input, roots) !== undefined) return { path: input };
    if (isDangling(input)) return danglingProblem(input);
    return input.startsWith(STANDARD_FOLDER) ? { path: input } : missingProblem(input, roots);
  }
  if (file.isDirectory()) return directoryProblem(input);
  const found = mapToRoot(canonicalPath(input), roots) ?? mapToRoot(absolute(input), roots.map(makeAbsolute));
  if (found === undefined) return findOnDisk(input, roots) === undefined ? outsideProblem(input) : { path: input };
  const earlier = findOnDisk(found.path, roots.slice(0, found.index));
  if (earlier !== undefined && !isSameFile(earlier, file)) return shadowedProblem(input, found.path, earlier);
  return { path: found.path };
}

/** The file on disk that an import of `importPath` reads; undefined where no root has one. */
function findOnDisk(importPath: string, roots: readonly ImportRoot[]): string | undefined {
  return candidates(importPath, roots).find((disk) => readStatus(disk) !== undefined);
}

/** Where the file of that import path could be, in the order in which to look. */
export function candidates(importPath: string, roots: readonly ImportRoot[]): string[] {
  if (!isImportPath(importPath)) return [];
  return roots.flatMap((root) => replacePrefix(importPath, root.virtual, root.disk) ?? []);
}

function mapToRoot(disk: string, roots: readonly ImportRoot[]): { path: string; index: number } | undefined {
  for (const [index, root] of roots.entries()) {
    const mapped = replacePrefix(disk, root.disk, root.virtual);
    if (mapped !== undefined) return { path: mapped, index };
  }
  return undefined;
}

function absolute(disk: string): string {
  return canonicalPath(path.resolve(disk));
}

function makeAbsolute(root: ImportRoot): ImportRoot {
  return { virtual: root.virtual, disk: absolute(root.disk) };
}

function isSameFile(disk: string, file: Stats): boolean {
  const other = readStatus(disk);
  return other !== undefined && !(other instanceof Error) && other.ino === file.ino && other.dev === file.dev;
}

function missingProblem(input: string, roots: readonly ImportRoot[]): InputLookup {
  const message = "there is no such file";
  const elsewhere = findElsewhere(input, ["", ...roots.map(({ disk }) => disk)]);
  if (elsewhere !== undefined) return problem(input, "input-missing", message, describeElsewhere(elsewhere));
  const siblings = listProtoFiles(path.dirname(input));
  if (siblings.length > 0) return problem(input, "input-missing", message, `that folder has ${siblings.join(", ")}`);
  const folders = roots.map(({ disk }) => (disk === "" ? "the current directory" : disk));
  const hint = folders.length === 0 ? undefined : `it was looked for at that path, and in ${folders.join(", ")}`;
  return problem(input, "input-missing", message, hint);
}

function describeElsewhere({ disk, root }: FoundFile): string {
  return root === undefined ? `there is ${disk}` : `there is ${disk}: name that, or say -I ${root}`;
}

function danglingProblem(input: string): InputLookup {
  const hint = "mend the link, or name the file itself";
  return problem(input, "input-missing", "this symbolic link leads to a file that does not exist", hint);
}

function directoryProblem(input: string): InputLookup {
  const folder = input.replace(/[/\\]$/, "");
  const hint = `name the files in it (${folder}/*.proto), or let gannet gen ${folder} find them`;
  return problem(input, "input-directory", "this is a directory, not a .proto file", hint);
}

function outsideProblem(input: string): InputLookup {
  const hint = `add -I with the folder that its imports start from, such as -I ${path.dirname(input)}`;
  return problem(input, "input-outside-roots", "this file is in none of the folders given by -I", hint);
}

function shadowedProblem(input: string, importPath: string, earlier: string): InputLookup {
  const message = `an import of "${importPath}" finds ${earlier} first, not this file`;
  const hint = `compile ${earlier} instead, or give the -I of this file before that of the other`;
  return problem(input, "input-shadowed", message, hint);
}

function problem(place: string, id: string, message: string, hint?: string): InputLookup {
  return { problem: { id, place, message, hint } };
}
