import {
  accessSync,
  chmodSync,
  constants,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { describeSystemError, type Report } from "../report/index.ts";

/** A file to write. */
export interface OutputFile {
  /** Where: an absolute path. */
  readonly target: string;
  /** What the user calls it. */
  readonly name: string;
  readonly content: string | Uint8Array;
}

/** A file whose content lies ready beside its target. */
interface StagedFile {
  readonly file: OutputFile;
  /** Undefined for what cannot be replaced, such as a pipe or /dev/stdout: it is written to in place. */
  readonly temporary: string | undefined;
  readonly replacesFile: boolean;
}

/** Streams that are open already: one that is a socket could not be opened by its name. */
const STREAMS: Readonly<Record<string, number>> = { "/dev/stdout": 1, "/dev/stderr": 2 };

/** How to take back what has been done, the last step last. */
type Undo = (() => void)[];

/**
 * Writes all files, or none: each goes to a temporary name beside its target first, and all take their places when every
 * one of them is there. Folders are made as needed. True when everything is written; else the report says why not.
 */
export function writeOutputs(files: readonly OutputFile[], report: Report): boolean {
  const undo: Undo = [];
  const staged: StagedFile[] = [];
  for (const file of files) attempt(file, report, () => staged.push(stageFile(file, undo)));
  // What is written in place cannot be taken back: it goes first, while there is nothing else to take back.
  staged.sort((a, b) => Number(a.temporary !== undefined) - Number(b.temporary !== undefined));
  for (const file of staged) {
    if (!report.hasErrors) attempt(file.file, report, () => placeFile(file, undo));
  }
  if (!report.hasErrors) return true;
  for (const step of undo.reverse()) takeBack(step);
  return false;
}

function takeBack(step: () => void): void {
  try {
    step();
  } catch {
    // A folder that something else has been put into meanwhile stays. The report has the reason for all this already.
  }
}

function attempt(file: OutputFile, report: Report, action: () => void): void {
  try {
    action();
  } catch (error) {
    report.error({
      id: "output-unwritable",
      place: file.name,
      message: `cannot write it: ${describeSystemError(error)}`,
    });
  }
}

function stageFile(file: OutputFile, undo: Undo): StagedFile {
  const { target, content } = file;
  const existing = statSync(target, { throwIfNoEntry: false });
  if (existing?.isDirectory()) throw new Error("there is a directory of that name");
  // A file of its own that may not be written to is not replaced either, though the system would let us.
  if (existing !== undefined) accessSync(target, constants.W_OK);
  if (isWrittenInPlace(target, existing)) return { file, temporary: undefined, replacesFile: false };
  makeFolder(path.dirname(target), undo);
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}.tmp`);
  undo.push(() => rmSync(temporary, { force: true }));
  writeFileSync(temporary, content, { flag: "wx" });
  if (existing !== undefined) chmodSync(temporary, existing.mode);
  return { file, temporary, replacesFile: existing !== undefined };
}

function placeFile({ file, temporary, replacesFile }: StagedFile, undo: Undo): void {
  if (temporary === undefined) {
    writeFileSync(STREAMS[file.target] ?? file.target, file.content);
    return;
  }
  const previous = replacesFile ? readFileSync(file.target) : undefined;
  renameSync(temporary, file.target);
  undo.push(() => (previous === undefined ? rmSync(file.target) : writeFileSync(file.target, previous)));
}

function isWrittenInPlace(target: string, existing: Stats | undefined): boolean {
  return target.startsWith("/dev/") || (existing !== undefined && !existing.isFile());
}

function makeFolder(folder: string, undo: Undo): void {
  const first = mkdirSync(folder, { recursive: true });
  if (first === undefined) return;
  undo.push(() => {
    for (let made = folder; made.length >= first.length; made = path.dirname(made)) rmdirSync(made);
  });
}
