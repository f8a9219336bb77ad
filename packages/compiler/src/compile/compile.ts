import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import type { Diagnostic } from "../diagnostics/index.ts";
import type { LinkedFile } from "../linker/index.ts";
import type { ReadFile } from "../source/index.ts";
import { DESCRIPTOR_PATH } from "./bundled-files.ts";
import { internalError, Loader } from "./loader.ts";
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

/** Warnings that concern the author of a file, and not one who only imports it. */
const OWN_BUSINESS: ReadonlySet<string> = new Set(["syntax-missing", "reserved-name", "option-edition"]);

/** Compiles .proto files to descriptors, as protoc does. Never throws for bad input: that is in `diagnostics`. */
export async function compile(options: CompileOptions): Promise<Compilation> {
  const loader = new Loader(options.read);
  await loader.load(options.files);
  if (!loader.files.has(DESCRIPTOR_PATH)) await loader.load([DESCRIPTOR_PATH]);
  const requested = new Set(options.files);
  const files = runPasses(loader, requested);
  const lists = [loader.diagnostics, ...[...loader.files.values()].map((file) => file.diagnostics)];
  const diagnostics = lists
    .flatMap((list) => [...list.all].sort((a, b) => a.span.start - b.span.start))
    .filter((one) => requested.has(one.path) || one.severity === "error" || !OWN_BUSINESS.has(one.id));
  const ok = lists.every((list) => !list.hasErrors);
  return { files: ok ? files : [], diagnostics, ok };
}

/** The descriptors, as far as no file has errors. What our own code trips over becomes a finding about the file. */
function runPasses(loader: Loader, requested: ReadonlySet<string>): FileDescriptorProto[] {
  let current = DESCRIPTOR_PATH;
  try {
    const passes = new Passes(loader.files, requested);
    const linked: LinkedFile[] = [];
    for (current of requested) for (const file of passes.run(current)) linked.push(file);
    const isWrong = [loader, ...loader.files.values()].some((file) => file.diagnostics.hasErrors);
    if (isWrong) return [];
    return linked.map((file) => {
      current = file.path;
      return passes.finish(file);
    });
  } catch (error) {
    loader.diagnostics.fileError(current, "internal-error", internalError(error));
    return [];
  }
}
