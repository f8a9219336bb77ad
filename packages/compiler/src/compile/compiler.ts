import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { checkOptionKeys, type DiagnosticList, misuse } from "../diagnostics/index.ts";
import { type LinkedFile, Pool } from "../linker/index.ts";
import type { ReadFile } from "../source/index.ts";
import { DESCRIPTOR_PATH } from "./bundled-files.ts";
import { type Compilation, type CompilationWork, CompletedCompilation } from "./compilation.ts";
import { importPaths, type LoadedFile, renew } from "./loaded-file.ts";
import { internalError, Loader } from "./loader.ts";
import { type LinkedFiles, Passes } from "./passes.ts";

/** Where the text of files comes from. */
export interface CompilerOptions {
  /**
   * Gives the text of each file and import, or its descriptor: one that is given again, the same object, is taken to be as
   * it was. Asked first for every path, in each compilation anew; `google/protobuf/*.proto`
   * that it does not know come from `@bufbuild/protobuf`.
   */
  readonly read: ReadFile;
}

/** Compiles again and again, and remembers what has not changed meanwhile. */
export interface Compiler {
  /**
   * Compiles files, by the paths under which others would import them, to what `compile()` would give. What has the text
   * that it had in the last compilation is not parsed again; and where all that it imports is as it was, the passes behind
   * that are not run on it either, and its descriptor is the very object that it was.
   *
   * Never throws for bad input: that is in `diagnostics`. Of calls that overlap, each waits for the one before it.
   *
   * @throws TypeError GANNET_INVALID_ARGUMENT where `files` is no list
   */
  compile(files: readonly string[]): Promise<Compilation>;
}

/**
 * Creates a compiler for files that change: in a watcher, an editor, or a server that loads schemas.
 *
 * @throws TypeError GANNET_UNKNOWN_OPTION, GANNET_INVALID_OPTION
 */
export function createCompiler(options: CompilerOptions): Compiler {
  checkOptionKeys(options, ["read"], "createCompiler");
  checkReader(options.read, "createCompiler");
  return new IncrementalCompiler(options.read);
}

/** @throws TypeError GANNET_INVALID_OPTION */
export function checkReader(read: ReadFile, owner: string): void {
  if (typeof read === "function") return;
  const message = `${owner} needs the option read: a function that gives the text of the file of an import path`;
  throw misuse("GANNET_INVALID_OPTION", message);
}

/** @throws TypeError GANNET_INVALID_ARGUMENT */
function listPaths(files: readonly string[]): readonly string[] {
  if (typeof files === "object" && files !== null && Symbol.iterator in files) return [...files];
  const given = typeof files === "string" ? `, such as [${JSON.stringify(files)}]` : "";
  throw misuse("GANNET_INVALID_ARGUMENT", `the files to compile are a list of import paths${given}`);
}

/** Warnings that concern the author of a file, and not one who only imports it. */
const OWN_BUSINESS: ReadonlySet<string> = new Set(["syntax-missing", "reserved-name", "option-edition"]);
/** Every file that is linked takes a number for good, and sets of files grow with them: at so many it begins anew. */
const MAX_FILE_NUMBERS = 100_000;

/** What came of running the passes. */
interface Outcome {
  readonly files: readonly FileDescriptorProto[];
  readonly linked: readonly string[];
  /** Where the passes broke off, and why: a fault of their own. */
  readonly failure?: { readonly path: string; readonly error: unknown };
}

class IncrementalCompiler implements Compiler {
  readonly #read: ReadFile;
  /** The files of the last compilation, by path. */
  #known: ReadonlyMap<string, LoadedFile> = new Map();
  /** Those files linked; undefined where some of them had errors. */
  #linked: LinkedFiles | undefined;
  #requested: ReadonlySet<string> = new Set();
  /** The files that were given to the passes, which write to them. */
  readonly #used = new WeakSet<LoadedFile>();
  /** Settles when the last call has ended. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(read: ReadFile) {
    this.#read = read;
  }

  async compile(files: readonly string[]): Promise<Compilation> {
    const paths = listPaths(files);
    const run = async (): Promise<Compilation> => await this.#compile(paths);
    const compilation = this.#last.then(run, run);
    this.#last = compilation;
    return await compilation;
  }

  async #compile(paths: readonly string[]): Promise<Compilation> {
    const loader = new Loader(this.#read, this.#known);
    await loader.load(paths);
    if (!loader.files.has(DESCRIPTOR_PATH)) await loader.loadUnasked(DESCRIPTOR_PATH);
    const requested = new Set(paths);
    const { files, linked } = this.#linkChanged(loader, requested) ?? this.#linkAll(loader, requested);
    this.#known = loader.files;
    this.#requested = requested;
    const work = { parsed: [...loader.parsed], linked };
    return complete(loader, requested, files, work);
  }

  /**
   * Links what has changed to what has not. Undefined where that is not certain to give what linking all of it would: what
   * an error says, and where a clash is reported, depends on all files and on their order.
   */
  #linkChanged(loader: Loader, requested: ReadonlySet<string>): Outcome | undefined {
    const state = this.#linked;
    this.#linked = undefined;
    if (state === undefined || loader.hasErrors || state.pool.fileCount > MAX_FILE_NUMBERS) return undefined;
    const kept = this.#findKept(loader, requested);
    if (kept.size === 0) return undefined;
    for (const [path, file] of state.files) {
      if (kept.has(path)) continue;
      state.pool.remove(file);
      state.files.delete(path);
    }
    this.#prepare(loader, kept);
    const outcome = runPasses(loader, requested, state);
    if (outcome.failure !== undefined || !isClean(loader, state)) return undefined;
    this.#linked = state;
    return outcome;
  }

  #linkAll(loader: Loader, requested: ReadonlySet<string>): Outcome {
    const state = { pool: new Pool(), files: new Map() };
    this.#prepare(loader, new Set());
    const outcome = runPasses(loader, requested, state);
    const { failure } = outcome;
    if (failure !== undefined) {
      loader.diagnostics.fileError(failure.path, "internal-error", internalError(failure.error));
    } else if (isClean(loader, state)) this.#linked = state;
    return outcome;
  }

  /** Makes files ready to be linked, all but those that are kept. */
  #prepare(loader: Loader, kept: ReadonlySet<string>): void {
    for (const [path, file] of loader.files) {
      if (kept.has(path)) continue;
      const ready = this.#used.has(file) ? renew(file) : file;
      this.#used.add(ready);
      loader.files.set(path, ready);
      loader.checkImports(ready);
    }
  }

  /** The files that are as they were when they were linked, as is all that they import. */
  #findKept(loader: Loader, requested: ReadonlySet<string>): ReadonlySet<string> {
    const { files } = loader;
    const changed = new Set<string>();
    const importers = new Map<string, string[]>();
    for (const [path, file] of files) {
      const isSame = this.#known.get(path) === file && this.#requested.has(path) === requested.has(path);
      if (!isSame) changed.add(path);
      // Options are defined in a file like any other, and no file needs to import it to have some.
      const imports = path === DESCRIPTOR_PATH ? importPaths(file) : [...importPaths(file), DESCRIPTOR_PATH];
      for (const imported of imports) {
        const others = importers.get(imported);
        if (others === undefined) importers.set(imported, [path]);
        else others.push(path);
      }
    }
    // The set grows while it is walked.
    for (const path of changed) for (const importer of importers.get(path) ?? []) changed.add(importer);
    return new Set([...files.keys()].filter((path) => !changed.has(path)));
  }
}

/** Runs the passes on all files that are not linked. The descriptors are given as far as no file has errors. */
function runPasses(loader: Loader, requested: ReadonlySet<string>, state: LinkedFiles): Outcome {
  let path = DESCRIPTOR_PATH;
  try {
    const passes = new Passes(loader.files, requested, state);
    const order: LinkedFile[] = [];
    for (path of requested) for (const file of passes.run(path)) order.push(file);
    const { linked } = passes;
    if (hasErrors(loader)) return { files: [], linked };
    const files = order.map((file) => {
      ({ path } = file);
      return passes.finish(file);
    });
    return { files, linked };
  } catch (error) {
    return { files: [], linked: [], failure: { path, error } };
  }
}

/** Whether what was linked may be kept for the next compilation. */
function isClean(loader: Loader, { pool }: LinkedFiles): boolean {
  return !hasErrors(loader) && !pool.hasClashes;
}

function hasErrors(loader: Loader): boolean {
  return loader.diagnostics.hasErrors || [...loader.files.values()].some((file) => file.diagnostics.hasErrors);
}

function complete(
  loader: Loader,
  requested: ReadonlySet<string>,
  files: readonly FileDescriptorProto[],
  work: CompilationWork,
): Compilation {
  const lists: DiagnosticList[] = [loader.diagnostics];
  for (const file of loader.files.values()) lists.push(file.diagnostics);
  const diagnostics = lists
    .flatMap((list) => [...list.all].sort((a, b) => a.span.start - b.span.start))
    .filter((one) => requested.has(one.path) || one.severity === "error" || !OWN_BUSINESS.has(one.id));
  const ok = !hasErrors(loader);
  return new CompletedCompilation(ok ? files : [], diagnostics, ok, work);
}
