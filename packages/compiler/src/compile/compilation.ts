import { create, createFileRegistry, type FileRegistry } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import type { Diagnostic } from "../diagnostics/index.ts";

/** What a compilation had to do. All else was there from the one before it. Each path once, in the order of the work. */
export interface CompilationWork {
  /** The files whose text was read by the passes up to syntax trees. */
  readonly parsed: readonly string[];
  /** The files that the passes behind that ran on: names, options, rules, positions. */
  readonly linked: readonly string[];
}

/** What came of compiling. */
export interface Compilation {
  /**
   * The descriptors of the files asked for and of all that they import, source info included: each file behind its
   * imports, in the order that protoc gives to plugins. Empty where there are errors. Not to be changed: a compiler
   * gives the same objects again while they hold.
   */
  readonly files: readonly FileDescriptorProto[];
  /**
   * The same as descriptors that `@bufbuild/protobuf` works with: messages, enums, extensions and services by full name.
   * Made when it is first asked for.
   */
  readonly registry: FileRegistry;
  /** Errors and warnings: by file in the order of reading, by place within one. */
  readonly diagnostics: readonly Diagnostic[];
  /** True where there are no errors. */
  readonly ok: boolean;
  /** What had to be done. */
  readonly work: CompilationWork;
}

/** A compilation that has ended. */
export class CompletedCompilation implements Compilation {
  readonly files: readonly FileDescriptorProto[];
  readonly diagnostics: readonly Diagnostic[];
  readonly ok: boolean;
  readonly work: CompilationWork;
  #registry: FileRegistry | undefined;

  constructor(
    files: readonly FileDescriptorProto[],
    diagnostics: readonly Diagnostic[],
    ok: boolean,
    work: CompilationWork,
  ) {
    this.files = files;
    this.diagnostics = diagnostics;
    this.ok = ok;
    this.work = work;
  }

  get registry(): FileRegistry {
    this.#registry ??= createFileRegistry(create(FileDescriptorSetSchema, { file: [...this.files] }));
    return this.#registry;
  }
}
