import { isMessage } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import type { ImportNode } from "../ast/index.ts";
import { DiagnosticList, Speller } from "../diagnostics/index.ts";
import { TokenKind, type TokenList } from "../lexer/index.ts";
import type { FileContents, ReadFile } from "../source/index.ts";
import { bundledFile, bundledPaths } from "./bundled-files.ts";
import { hasContents, importPaths, type LoadedFile, loadDescriptor, parseFile } from "./loaded-file.ts";

const NO_SUGGESTION = "imports are looked up from the import roots (`-I`), not from the file's own folder";

/** Reads files and all that they import, each once. What has the text that it had is not parsed again. */
export class Loader {
  /** In the order of reading. */
  readonly files: Map<string, LoadedFile> = new Map();
  /** The files among them that were parsed. */
  readonly parsed: Set<string> = new Set();
  /** What is wrong with files that could not be read, and that nothing imports. */
  readonly diagnostics: DiagnosticList = new DiagnosticList();
  readonly #read: ReadFile;
  readonly #known: ReadonlyMap<string, LoadedFile>;
  readonly #speller = new Speller();
  readonly #problems = new Map<string, Problem>();

  /** `known` are the files that an earlier compilation read. */
  constructor(read: ReadFile, known: ReadonlyMap<string, LoadedFile>) {
    this.#read = read;
    this.#known = known;
  }

  /** Whether there is a file that could not be read, or that has errors by itself. */
  get hasErrors(): boolean {
    return this.#problems.size > 0 || [...this.files.values()].some((file) => file.diagnostics.hasErrors);
  }

  /** Reads the files to compile, and those they import, as far as there are any. */
  async load(paths: readonly string[]): Promise<void> {
    for (let wave = [...new Set(paths)]; wave.length > 0; ) {
      const found = await Promise.all(wave.map((path) => this.#loadOne(path)));
      const next = new Set<string>();
      for (const result of found) {
        if ("id" in result) this.#problems.set(result.path, result);
        else {
          this.files.set(result.path, result);
          for (const path of importPaths(result)) next.add(path);
        }
      }
      wave = [...next].filter((path) => !this.files.has(path) && !this.#problems.has(path));
    }
    for (const path of new Set(paths)) {
      const problem = this.#problems.get(path);
      if (problem !== undefined) this.diagnostics.fileError(path, problem.id, problem.message, { hint: problem.hint });
    }
  }

  /** Loads a file that comes with the compiler, without asking for another one: nothing imports it. */
  async loadUnasked(path: string): Promise<void> {
    const file = await this.#loadBundled(path);
    if (file !== undefined) this.files.set(path, file);
  }

  async #loadOne(path: string): Promise<LoadedFile | Problem> {
    const problem = pathProblem(path);
    if (problem !== undefined) return problem;
    let contents: FileContents | FileDescriptorProto | undefined;
    try {
      contents = await this.#read(path);
      const isText = contents === undefined || typeof contents === "string" || ArrayBuffer.isView(contents);
      if (!isText && !isMessage(contents, FileDescriptorProtoSchema))
        throw new TypeError("the reader gave neither text, bytes nor a descriptor, nor undefined for no such file");
    } catch (error) {
      return { path, id: "file-unreadable", message: `cannot read "${path}": ${textOf(error)}` };
    }
    try {
      const file =
        contents === undefined
          ? await this.#loadBundled(path)
          : isMessage(contents, FileDescriptorProtoSchema)
            ? this.#loadDescriptor(path, contents, false)
            : this.#loadText(path, contents);
      return file ?? { path, id: "file-not-found", message: `there is no file "${path}"` };
    } catch (error) {
      return { path, id: "internal-error", message: internalError(error) };
    }
  }

  #loadText(path: string, contents: FileContents): LoadedFile {
    const known = this.#known.get(path);
    if (known !== undefined && hasContents(known, contents)) return known;
    this.parsed.add(path);
    return parseFile(path, contents);
  }

  async #loadBundled(path: string): Promise<LoadedFile | undefined> {
    const proto = await bundledFile(path);
    return proto === undefined ? undefined : this.#loadDescriptor(path, proto, true);
  }

  #loadDescriptor(path: string, proto: FileDescriptorProto, isBundled: boolean): LoadedFile {
    const known = this.#known.get(path);
    return known?.origin === proto ? known : loadDescriptor(path, proto, isBundled);
  }

  /** Reports what a file imports twice, and what there is not, to the file's own findings. */
  checkImports(file: LoadedFile): void {
    if (file.lowered === undefined) {
      this.#checkImportsOfDescriptor(file);
      return;
    }
    const { source, tokens, tree } = file.lowered;
    const seen = new Map<string, ImportNode>();
    for (const node of tree.body) {
      if (node.kind !== "import") continue;
      const path = node.path.text;
      const span = tokens.span(node.path.first, node.path.last);
      const first = seen.get(path);
      const problem = this.#problems.get(path);
      if (first !== undefined) {
        const note = { message: "first imported here", source, span: tokens.span(first.path.first, first.path.last) };
        file.diagnostics.error(source, span, "import-duplicate", `"${path}" is imported twice`, { notes: [note] });
      } else if (problem !== undefined && !isWhole(tokens, node)) {
        // A path without its end or its quotes was reported, and need not be the one that was meant.
      } else if (problem?.id === "file-not-found") {
        file.diagnostics.error(source, span, "import-not-found", `there is no file "${path}" to import`, {
          hint: this.#suggest(path),
        });
      } else if (problem !== undefined) {
        file.diagnostics.error(source, span, problem.id, problem.message, { hint: problem.hint });
      }
      seen.set(path, node);
    }
  }

  /** What a descriptor imports has no place in a text. */
  #checkImportsOfDescriptor(file: LoadedFile): void {
    const { path, diagnostics } = file;
    for (const one of new Set(importPaths(file))) {
      const problem = this.#problems.get(one);
      if (problem === undefined) continue;
      const isMissing = problem.id === "file-not-found";
      // Its options are set already: protoc does without the files that define them.
      if (isMissing && !file.proto.dependency.includes(one)) continue;
      const message = isMissing ? `there is no file "${one}" to import` : problem.message;
      diagnostics.fileError(path, isMissing ? "import-not-found" : problem.id, message);
    }
  }

  #suggest(path: string): string {
    if (this.#speller.isExhausted) return NO_SUGGESTION;
    const name = path.slice(path.lastIndexOf("/") + 1);
    const known = [...bundledPaths(), ...this.files.keys()];
    // Its ending was forgotten, or it was written as a type is.
    const whole = `${path}.proto`;
    const asFile = `${path.replace(/\.proto$/, "").replaceAll(".", "/")}.proto`;
    const meant = known.find((candidate) => candidate === whole || candidate === asFile);
    if (meant !== undefined) return `did you mean "${meant}"?`;
    const misspelt = this.#speller.nearest(path, known);
    const near = known.find((candidate) => candidate.endsWith(`/${name}`)) ?? misspelt;
    if (near !== undefined) return `did you mean "${near}"?`;
    return NO_SUGGESTION;
  }
}

/** Whether the path of an import is a string as it should be. */
function isWhole(tokens: TokenList, { path }: ImportNode): boolean {
  for (let token = path.first; token <= path.last; token++) {
    if (tokens.kind(token) !== TokenKind.String || tokens.isBroken(token)) return false;
  }
  return true;
}

/** Why there is nothing for a path. */
interface Problem {
  readonly path: string;
  readonly id: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** Import paths have one way of writing them, so that a file has one name. */
function pathProblem(path: string): Problem | undefined {
  if (typeof path !== "string") {
    return { path, id: "import-path", message: `${textOf(path)} is no import path: that is a string` };
  }
  const parts = path.split("/");
  const isPlain = !path.includes("\\") && parts.every((part) => part !== "" && part !== "." && part !== "..");
  if (isPlain) return undefined;
  const plain = path
    .replaceAll("\\", "/")
    .split("/")
    .filter((part) => part !== "" && part !== ".");
  const isUpward = plain.includes("..");
  const hint = isUpward
    ? "write the path from the folder where all imports start (`-I`), not from this file's"
    : plain.length === 0
      ? undefined
      : `write "${plain.join("/")}"`;
  return {
    path,
    id: "import-path",
    message: `"${path}" is no import path: it has \`/\` between names, and neither \`.\`, \`..\` nor \`\\\``,
    hint,
  };
}

/** What to say of an error that none of our own checks found: the fault is the compiler's, not the file's. */
export function internalError(error: unknown): string {
  return `the compiler failed on this file, which is a fault of its own: ${textOf(error)}`;
}

/** Of whatever was thrown: not all of that can be made a text. */
function textOf(error: unknown): string {
  try {
    return error instanceof Error ? String(error.message) : String(error);
  } catch {
    return "something that has no text";
  }
}
