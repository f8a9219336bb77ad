import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import type { Diagnostic } from "../diagnostics/index.ts";
import type { ReadFile } from "../source/index.ts";
import { DESCRIPTOR_PATH } from "./bundled-files.ts";
import { Loader } from "./loader.ts";
import { Passes } from "./passes.ts";

/** What to compile, and where its text comes from. */
export interface CompileOptions {
  /** The files to compile, by the paths under which others would import them. */
  readonly files: readonly string[];
  /**
   * Gives the text of each file and import. Asked first for every path; `google/protobuf/*.proto`
   * that it does not know come from `@bufbuild/protobuf`.
   */
  readonly read: ReadFile;
}

/** What came of it. */
export interface Compilation {
  /**
   * The descriptors of the files asked for and of all that they import, source info included: each file behind its
   * imports, in the order that protoc gives to plugins. Empty where there are errors.
   */
  readonly files: readonly FileDescriptorProto[];
  /** Errors and warnings: by file in the order of reading, by place within one. */
  readonly diagnostics: readonly Diagnostic[];
  /** True where there are no errors. */
  readonly ok: boolean;
}

/** Compiles .proto files to descriptors, as protoc does. Never throws for bad input: that is in `diagnostics`. */
export async function compile(options: CompileOptions): Promise<Compilation> {
  const loader = new Loader(options.read);
  await loader.load(options.files);
  if (!loader.files.has(DESCRIPTOR_PATH)) await loader.load([DESCRIPTOR_PATH]);
  const passes = new Passes(loader.files, new Set(options.files));
  const linked = options.files.flatMap((path) => passes.run(path));
  const lists = [loader.diagnostics, ...[...loader.files.values()].map((file) => file.diagnostics)];
  const diagnostics = lists.flatMap((list) => [...list.all].sort((a, b) => a.span.start - b.span.start));
  const ok = lists.every((list) => !list.hasErrors);
  return { files: ok ? linked.map((file) => passes.finish(file)) : [], diagnostics, ok };
}
