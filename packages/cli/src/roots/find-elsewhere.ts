import { type Dirent, readdirSync } from "node:fs";
import path from "node:path";
import { canonicalPath } from "./import-root.ts";
import { isSearched } from "./proto-files.ts";

/** Folders that are looked into for one file: enough for a project, and done in milliseconds. */
const MAX_FOLDERS = 500;

/** A file that may be meant where `a/b.proto` is asked for and not there. */
export interface FoundFile {
  /** Its path, from the current directory where it is inside. */
  readonly disk: string;
  /** The folder from which it has the path that was asked for; undefined where only its name is the same. */
  readonly root: string | undefined;
}

/**
 * Looks for a file with the path that was asked for below `folders`, or else for one with its name: the highest, in the
 * order of the folders. `node_modules` and hidden folders are left out, and so is what is beyond the first 500 folders.
 */
export function findElsewhere(asked: string, folders: readonly string[]): FoundFile | undefined {
  const wanted = canonicalPath(asked);
  const name = path.posix.basename(wanted);
  if (!name.endsWith(".proto") || wanted.includes("\0")) return undefined;
  const queue = [...new Set(folders.map(canonicalPath))];
  let namesake: string | undefined;
  // The queue grows as folders are found: a for loop over it sees those too.
  let looked = 0;
  for (const folder of queue) {
    if (++looked > MAX_FOLDERS) break;
    for (const entry of listEntries(folder)) {
      const disk = canonicalPath(path.join(folder, entry.name));
      if (isSearched(entry)) queue.push(disk);
      if (entry.name !== name || !entry.isFile()) continue;
      if (disk.endsWith(`/${wanted}`)) return { disk, root: disk.slice(0, -wanted.length - 1) };
      namesake ??= disk;
    }
  }
  return namesake === undefined ? undefined : { disk: namesake, root: undefined };
}

/** In the order of their names; none where the folder cannot be read. */
function listEntries(folder: string): Dirent[] {
  try {
    const entries = readdirSync(folder === "" ? "." : folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}
