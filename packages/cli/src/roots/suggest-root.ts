import { existsSync } from "node:fs";
import path from "node:path";
import { findElsewhere } from "./find-elsewhere.ts";
import { type ImportRoot, replacePrefix } from "./import-root.ts";

/**
 * What to do that `importer`, a file on disk, finds the import: the `-I` with which it does, or the path of a file of that
 * name. Undefined where there is none in the folders that `importer` is in, in the current directory or below, or in a root.
 */
export function suggestImport(importPath: string, importer: string, roots: readonly ImportRoot[]): string | undefined {
  const above = folderAbove(importPath, importer);
  if (above !== undefined) return `it is found with -I ${above}`;
  const found = findElsewhere(importPath, ["", ...roots.map(({ disk }) => disk)]);
  if (found === undefined) return undefined;
  if (found.root !== undefined) return `it is found with -I ${found.root}`;
  const importable = roots.flatMap(({ disk, virtual }) => replacePrefix(found.disk, disk, virtual) ?? [])[0];
  if (importable !== undefined) return `there is ${found.disk}: import "${importable}"`;
  const folder = path.posix.dirname(found.disk);
  return `there is ${found.disk}: with -I ${folder} it is "${path.posix.basename(found.disk)}"`;
}

/** The nearest of the folders that `importer` is in which has the file. */
function folderAbove(importPath: string, importer: string): string | undefined {
  if (importPath === "" || importPath.includes("\0")) return undefined;
  for (let folder = path.dirname(importer); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, importPath))) return folder;
    if (folder === path.dirname(folder)) return undefined;
  }
}
