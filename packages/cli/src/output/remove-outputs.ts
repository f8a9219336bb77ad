import { readFileSync, rmdirSync, rmSync } from "node:fs";
import path from "node:path";
import { describeSystemError, errorCode, type Report } from "../report/index.ts";
import type { OutputFolder } from "./output-folder.ts";
import type { OutputFile } from "./write-outputs.ts";

/** Whether a file on disk has that content already. */
export function isWritten({ target, content }: OutputFile): boolean {
  try {
    return Buffer.from(content).equals(readFileSync(target));
  } catch {
    // It is not there, or cannot be read: writing it tells.
    return false;
  }
}

/**
 * Removes files from a folder, and the folders in it that are empty then. One that is not as it is said to be has become
 * somebody's own, and stays. Gives what the user calls those that were removed.
 */
export function removeOutputs(files: readonly OutputFile[], folder: OutputFolder, report: Report): string[] {
  return files.flatMap((file) => {
    try {
      const onDisk = readFileSync(file.target);
      if (!Buffer.from(file.content).equals(onDisk)) {
        const message = "it is not generated any more, and has been changed by hand: it stays";
        report.warning({ id: "output-stays", place: file.name, message, hint: "remove it, or give it another name" });
        return [];
      }
      rmSync(file.target);
    } catch (error) {
      if (errorCode(error) !== "ENOENT") {
        const message = `it is not generated any more, and cannot be removed: ${describeSystemError(error)}`;
        report.warning({ id: "output-stays", place: file.name, message });
      }
      return [];
    }
    removeEmptyFolders(path.dirname(file.target), folder.path);
    return [file.name];
  });
}

/** Removes a folder and those around it that are empty, up to `end`, which stays. */
function removeEmptyFolders(folder: string, end: string): void {
  try {
    for (let place = folder; place.startsWith(end + path.sep); place = path.dirname(place)) rmdirSync(place);
  } catch {
    // There is something else in it.
  }
}
