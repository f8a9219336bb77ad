import { existsSync } from "node:fs";
import path from "node:path";

/**
 * The folder that would have to be a root for `importer`, a file on disk, to find the import: the nearest of those that
 * `importer` is in, up to the current directory. Undefined where none has that file.
 */
export function suggestRoot(importPath: string, importer: string): string | undefined {
  if (importPath === "" || importPath.includes("\0")) return undefined;
  for (let folder = path.dirname(importer); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, importPath))) return folder;
    if (folder === path.dirname(folder)) return undefined;
  }
}
