import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { compile, formatDiagnostic } from "@gannet/compiler";
import type { Corpus } from "./corpus.ts";
import { splitDescriptorSet } from "./descriptor-set.ts";
import { protocInclude, runProtoc } from "./run-protoc.ts";

const WARNING = ": warning: ";

/** Serialised FileDescriptorProtos by name, in the order of the descriptor set. */
export type DescriptorSet = ReadonlyMap<string, Uint8Array>;

/** What one compiler made of some files. */
export interface Outcome {
  readonly set: DescriptorSet;
  /** Why a file is not in the set, by its path. */
  readonly failures: ReadonlyMap<string, string>;
  /** Where it warns, as `path:line`: the words are each compiler's own. Of a missing syntax only ours warns. */
  readonly warnings: ReadonlySet<string>;
  readonly elapsedMs: number;
  /** The most memory this process has had, taken right after compiling. Undefined for a process of its own. */
  readonly peakBytes?: number | undefined;
}

/** Compiles files of a corpus in one go. */
export type Compiler = (corpus: Corpus, files: readonly string[]) => Promise<Outcome>;

/** Compiles `files` of `corpus` with protoc. One rejected file leaves the set empty, as protoc stops there. */
export async function compileWithProtoc(corpus: Corpus, files: readonly string[]): Promise<Outcome> {
  const directory = mkdtempSync(join(tmpdir(), "gannet-protoc-"));
  try {
    const output = join(directory, "set.bin");
    const list = join(directory, "files.txt");
    writeFileSync(list, files.join("\n"));
    const shipped = corpus.shippedImports ? [`-I${protocInclude}`] : [];
    // With --retain_options: what to strip for a generator is decided after compiling. It also leaves custom options in
    // the order of the source, where protoc otherwise sorts them by number and merges what was set in pieces.
    const flags = ["--include_imports", "--include_source_info", "--retain_options", `--descriptor_set_out=${output}`];
    const more = (corpus.moreRoots ?? []).map((root) => `-I${root}`);
    const run = runProtoc(["-I.", ...more, ...shipped, ...flags, `@${list}`], corpus.root);
    const warnings = run.messages.filter((message) => message.includes(WARNING));
    const errors = run.messages.filter((message) => !message.includes(WARNING)).join("\n");
    return {
      set: run.accepted ? splitDescriptorSet(readFileSync(output)) : new Map(),
      failures: new Map(run.accepted ? [] : files.map((file) => [file, errors])),
      warnings: new Set(warnings.map((message) => message.split(":", 2).join(":"))),
      elapsedMs: run.elapsedMs,
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Compiles `files` of `corpus` with the compiler under test, in one call. */
export async function compileWithOurs(corpus: Corpus, files: readonly string[]): Promise<Outcome> {
  const start = performance.now();
  const roots = [corpus.root, ...(corpus.moreRoots ?? [])];
  const read = (path: string): Uint8Array | undefined => {
    for (const root of roots) {
      const contents = readIfThere(join(root, path));
      if (contents !== undefined) return contents;
    }
    return undefined;
  };
  const compilation = await compile({ files, read });
  const elapsedMs = performance.now() - start;
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  const failures = new Map<string, string>();
  const warnings = new Set<string>();
  for (const diagnostic of compilation.diagnostics) {
    const { severity, id, path, source, span } = diagnostic;
    if (severity === "error" && !failures.has(path)) failures.set(path, formatDiagnostic(diagnostic));
    if (severity === "warning" && id !== "syntax-missing") {
      warnings.add(`${path}:${(source?.lineAt(span.start) ?? 0) + 1}`);
    }
  }
  const set = new Map(compilation.files.map((file) => [file.name, toBinary(FileDescriptorProtoSchema, file)]));
  return { set, failures, warnings, elapsedMs, peakBytes };
}

function readIfThere(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
