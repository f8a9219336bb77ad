import { clone } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import type { ImportNode } from "../ast/index.ts";
import { type LoweredFile, lower } from "../descriptor/index.ts";
import { DiagnosticList, Speller } from "../diagnostics/index.ts";
import { TokenKind, type TokenList, tokenize } from "../lexer/index.ts";
import { parse } from "../parser/index.ts";
import { decodeSource, type FileContents, type ReadFile, SourceFile } from "../source/index.ts";
import { bundledFile, bundledPaths } from "./bundled-files.ts";

/** A file that was read: parsed from text, or a descriptor that came with the compiler. */
export interface LoadedFile {
  readonly path: string;
  readonly proto: FileDescriptorProto;
  readonly lowered: LoweredFile | undefined;
  readonly diagnostics: DiagnosticList;
}

const NO_SUGGESTION = "imports are looked up from the import roots (`-I`), not from the file's own folder";

/** Reads files and all that they import, each once. */
export class Loader {
  /** In the order of reading. */
  readonly files: Map<string, LoadedFile> = new Map();
  /** What is wrong with files that could not be read, and that nothing imports. */
  readonly diagnostics: DiagnosticList = new DiagnosticList();
  readonly #read: ReadFile;
  readonly #speller = new Speller();
  readonly #problems = new Map<string, Problem>();

  constructor(read: ReadFile) {
    this.#read = read;
  }

  /** Reads the files to compile, and those they import, as far as there are any. */
  async load(paths: readonly string[]): Promise<void> {
    const fresh: LoadedFile[] = [];
    for (let wave = [...new Set(paths)]; wave.length > 0; ) {
      const found = await Promise.all(wave.map((path) => this.#loadOne(path)));
      const next = new Set<string>();
      for (const result of found) {
        if ("id" in result) this.#problems.set(result.path, result);
        else {
          this.files.set(result.path, result);
          fresh.push(result);
          for (const path of [...result.proto.dependency, ...result.proto.optionDependency]) next.add(path);
        }
      }
      wave = [...next].filter((path) => !this.files.has(path) && !this.#problems.has(path));
    }
    for (const path of new Set(paths)) {
      const problem = this.#problems.get(path);
      if (problem !== undefined) this.diagnostics.fileError(path, problem.id, problem.message, { hint: problem.hint });
    }
    for (const file of fresh) this.#checkImports(file);
  }

  async #loadOne(path: string): Promise<LoadedFile | Problem> {
    const problem = pathProblem(path);
    if (problem !== undefined) return problem;
    let contents: FileContents | undefined;
    try {
      contents = await this.#read(path);
      const isReadable = contents === undefined || typeof contents === "string" || ArrayBuffer.isView(contents);
      if (!isReadable) throw new TypeError("the reader gave neither text nor bytes");
    } catch (error) {
      return { path, id: "file-unreadable", message: `cannot read "${path}": ${textOf(error)}` };
    }
    try {
      const file = contents === undefined ? await fromBundle(path) : parseFile(path, contents);
      return file ?? { path, id: "file-not-found", message: `there is no file "${path}"` };
    } catch (error) {
      return { path, id: "internal-error", message: internalError(error) };
    }
  }

  #checkImports(file: LoadedFile): void {
    if (file.lowered === undefined) return;
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

  #suggest(path: string): string {
    if (this.#speller.isExhausted) return NO_SUGGESTION;
    const name = path.slice(path.lastIndexOf("/") + 1);
    const known = [...bundledPaths(), ...this.files.keys()];
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

function parseFile(path: string, contents: FileContents): LoadedFile {
  const diagnostics = new DiagnosticList();
  const { text, valid } = decodeSource(contents);
  const source = new SourceFile(path, text);
  const tokens = tokenize(source, diagnostics);
  if (!valid) reportEncoding(tokens, diagnostics);
  const lowered = lower(parse(tokens, diagnostics), tokens, diagnostics);
  return { path, proto: lowered.proto, lowered, diagnostics };
}

/** Says that a file is not UTF-8: an error where a string would have another value than was meant. */
function reportEncoding(tokens: TokenList, diagnostics: DiagnosticList): void {
  const { source } = tokens;
  const extras = { hint: "save it as UTF-8" };
  for (let token = 0; token < tokens.count; token++) {
    if (tokens.kind(token) !== TokenKind.String || !tokens.text(token).includes("\ufffd")) continue;
    diagnostics.error(
      source,
      tokens.span(token),
      "utf8-invalid",
      "the file is not UTF-8, and neither is this string",
      extras,
    );
    return;
  }
  const at = source.text.indexOf("\ufffd");
  const message = "the file is not UTF-8: what cannot be read shows as U+FFFD";
  diagnostics.warning(source, { start: at, end: at + 1 }, "utf8-invalid", message, extras);
}

async function fromBundle(path: string): Promise<LoadedFile | undefined> {
  const proto = await bundledFile(path);
  if (proto === undefined) return undefined;
  // Linking writes to descriptors, and these belong to everybody.
  return {
    path,
    proto: clone(FileDescriptorProtoSchema, proto),
    lowered: undefined,
    diagnostics: new DiagnosticList(),
  };
}

/** Import paths have one way of writing them, so that a file has one name. */
function pathProblem(path: string): Problem | undefined {
  const parts = path.split("/");
  const isPlain = !path.includes("\\") && parts.every((part) => part !== "" && part !== "." && part !== "..");
  if (isPlain) return undefined;
  const plain = path
    .replaceAll("\\", "/")
    .split("/")
    .filter((part) => part !== "" && part !== ".");
  const hint = plain.includes("..") || plain.length === 0 ? undefined : `write "${plain.join("/")}"`;
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

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
