import { type Dirent, readdirSync } from "node:fs";
import path from "node:path";
import { describeSystemError, type Report } from "../report/index.ts";
import { isFolder, readStatus } from "./folder-entry.ts";
import { createRoot, type ImportRoot } from "./import-root.ts";

/** .proto files: those that the user named, and those found in the folders that they named. */
export interface ExpandedInputs {
  readonly named: readonly string[];
  readonly searched: readonly string[];
}

/** Searches the folders among `inputs`. One without .proto files, or that cannot be read, is reported. */
export function expandFolders(inputs: readonly string[], report: Report): ExpandedInputs {
  const named = inputs.filter((input) => !isFolder(input));
  const searched = inputs.filter(isFolder).flatMap((folder) => searchFolder(folder, report));
  return { named, searched };
}

/**
 * Where imports start when nobody said: the folders among `inputs`, and the folder of each file that is in none of them.
 * An input that does not exist has no say.
 */
export function inferRoots(inputs: readonly string[]): ImportRoot[] {
  const folders = inputs.filter(isFolder);
  const files = inputs.filter((input) => !isFolder(input) && readStatus(input) !== undefined);
  const outside = files.filter((file) => !folders.some((folder) => isInside(file, folder)));
  return [...new Set([...folders, ...outside.map((file) => path.dirname(file))])].map(createRoot);
}

/** The folders that are searched for `inputs`, those below them included, and the folder of each file: absolute paths. */
export function listFolders(inputs: readonly string[]): string[] {
  return inputs.flatMap((input) => {
    const place = path.resolve(input);
    if (!isFolder(place)) return [place.endsWith(".proto") ? path.dirname(place) : place];
    return [place, ...findFolders(place)];
  });
}

function findFolders(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter(isSearched).flatMap((entry) => {
      const place = path.join(folder, entry.name);
      return [place, ...findFolders(place)];
    });
  } catch {
    // It is gone, or cannot be read: that is told where it is searched.
    return [];
  }
}

/** Whether what is below a folder is searched for .proto files. */
export function isSearched(entry: Dirent): boolean {
  // A link to a folder is not followed: it may lead back up.
  return entry.isDirectory() && entry.name !== "node_modules" && !entry.name.startsWith(".");
}

function searchFolder(folder: string, report: Report): string[] {
  try {
    const files = findProtoFiles(folder);
    if (files.length === 0) {
      const hint = "name a folder that has some, or the files themselves";
      report.error({ id: "no-input", place: folder, message: "there are no .proto files in this folder", hint });
    }
    return files;
  } catch (error) {
    const message = `this folder cannot be searched for .proto files: ${describeSystemError(error)}`;
    report.error({ id: "input-unreadable", place: folder, message });
    return [];
  }
}

/** In the order of their names; `node_modules` and hidden folders left out. Reading a pipe would wait for who writes to it. */
function findProtoFiles(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return isSearched(entry) ? findProtoFiles(file) : [];
    const isReadable = entry.isFile() || entry.isSymbolicLink();
    return isReadable && entry.name.endsWith(".proto") ? [file] : [];
  });
}

function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative.split(path.sep)[0] !== ".." && !path.isAbsolute(relative);
}
