import path from "node:path";
import type { CodeGeneratorResponse_File as ResponseFile } from "@bufbuild/protobuf/wkt";
import type { Problem, Report } from "../report/index.ts";
import { insertAt } from "./insertion-point.ts";
import { type OutputFolder, resolveOutput } from "./output-folder.ts";
import type { OutputFile } from "./write-outputs.ts";

/** Collects what plugins generate. They are added in the order of the command line, whenever they ended. */
export class OutputFiles {
  readonly #report: Report;
  /** By place on disk, so that two names for one folder share their files. */
  readonly #files = new Map<string, OutputFile>();

  constructor(report: Report) {
    this.#report = report;
  }

  get all(): readonly OutputFile[] {
    return [...this.#files.values()];
  }

  /** Takes in the answer of the plugin that `flag` ran. */
  add(flag: string, folder: OutputFolder, answer: readonly ResponseFile[]): void {
    for (const file of joinChunks(answer)) {
      const target = resolveOutput(folder, file.name);
      const problem =
        "problem" in target ? target.problem : this.#put(target.path, path.join(folder.name, file.name), file);
      if (problem !== undefined) this.#report.error({ ...problem, place: flag });
    }
  }

  /** Takes in a file that no plugin made. */
  addFile(file: OutputFile): void {
    const problem = this.#claim(file);
    if (problem !== undefined) this.#report.error({ ...problem, place: file.name });
  }

  #put(target: string, name: string, file: Chunk): Problem | undefined {
    if (file.insertionPoint === "") return this.#claim({ target, name, content: file.content });
    const earlier = this.#files.get(target);
    if (earlier === undefined) {
      const message = `the plugin adds to ${name}, which no plugin before it has generated in that folder`;
      return {
        id: "insertion-file",
        message,
        hint: "insertion needs the plugin that makes the file earlier in the same run",
      };
    }
    const content = insertAt(String(earlier.content), file.insertionPoint, file.content);
    if (content === undefined) {
      return { id: "insertion-point", message: `${name} has no insertion point "${file.insertionPoint}"` };
    }
    this.#files.set(target, { ...earlier, content });
    return undefined;
  }

  #claim(file: OutputFile): Problem | undefined {
    if (this.#files.has(file.target)) {
      const hint = "give the plugins different output folders, or generate the file by one of them only";
      return { id: "output-twice", message: `${file.name} is generated a second time`, hint };
    }
    this.#files.set(file.target, file);
    return undefined;
  }
}

interface Chunk {
  readonly name: string;
  readonly insertionPoint: string;
  content: string;
}

/** A file without a name goes on with the one before. */
function joinChunks(answer: readonly ResponseFile[]): Chunk[] {
  const joined: Chunk[] = [];
  for (const { name, insertionPoint, content } of answer) {
    const last = joined.at(-1);
    if (name === "" && last !== undefined) last.content += content;
    else joined.push({ name, insertionPoint, content });
  }
  return joined;
}
