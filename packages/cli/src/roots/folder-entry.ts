import { lstatSync, readdirSync, type Stats, statSync } from "node:fs";
import { errorCode } from "../report/index.ts";

/** More names than this help nobody to find the one that was meant. */
const MAX_LISTED = 5;

/** What is at a path; undefined where nothing is; an error where the system would not say. */
export function readStatus(path: string): Stats | Error | undefined {
  try {
    return statSync(path);
  } catch (error) {
    return isAbsent(error) ? undefined : toError(error);
  }
}

export function isFolder(path: string): boolean {
  const status = readStatus(path);
  return status !== undefined && !(status instanceof Error) && status.isDirectory();
}

/** Whether there is a symbolic link at that path which leads nowhere. */
export function isDangling(path: string): boolean {
  if (readStatus(path) !== undefined) return false;
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

/** The names of some .proto files in a folder; none where it cannot be read. */
export function listProtoFiles(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith(".proto"));
    return names.sort().slice(0, MAX_LISTED);
  } catch {
    return [];
  }
}

/** Whether an error of the file system says that there is no such file. */
export function isAbsent(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes(errorCode(error) ?? "");
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
