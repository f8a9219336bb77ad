import { clone } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import type { FileNode } from "../ast/index.ts";
import { type LoweredFile, lower } from "../descriptor/index.ts";
import { DiagnosticList } from "../diagnostics/index.ts";
import { TokenKind, type TokenList, tokenize } from "../lexer/index.ts";
import { parse } from "../parser/index.ts";
import { decodeSource, decodeUtf16, type FileContents, SourceFile } from "../source/index.ts";
import { takeUninterpreted } from "./uninterpreted-options.ts";

/** What the text of a file says, whatever others say: it holds for as long as the text does. */
export interface ParsedFile {
  readonly tokens: TokenList;
  readonly tree: FileNode;
  /** Whether the text was UTF-8. */
  readonly isValid: boolean;
  readonly isUtf16: boolean;
  /** What the passes up to here have found. */
  readonly diagnostics: DiagnosticList;
}

/** A file that was read, and is to be linked once: that writes to the descriptor, and adds to the findings. */
export interface LoadedFile {
  readonly path: string;
  /** Where it came from: its text, or a descriptor. */
  readonly origin: ParsedFile | FileDescriptorProto;
  readonly proto: FileDescriptorProto;
  readonly lowered: LoweredFile | undefined;
  /** The options of its elements that are to be interpreted. */
  readonly options: LoweredFile["options"];
  /** Whether it comes with the compiler, so that it is right. */
  readonly isBundled: boolean;
  readonly diagnostics: DiagnosticList;
}

/** Reads the text of a file. */
export function parseFile(path: string, contents: FileContents): LoadedFile {
  const diagnostics = new DiagnosticList();
  const utf16 = decodeUtf16(contents);
  const isUtf16 = utf16 !== undefined;
  const { text, raw, valid: isValid } = decodeSource(utf16 ?? contents);
  const tokens = tokenize(new SourceFile(path, text, raw), diagnostics);
  if (isUtf16) {
    const message = "the file is UTF-16, and has to be UTF-8";
    diagnostics.error(tokens.source, { start: 0, end: 1 }, "utf8-invalid", message, { hint: "save it as UTF-8" });
  } else if (!isValid) reportEncoding(tokens, diagnostics);
  return loadParsed(path, { tokens, tree: parse(tokens, diagnostics), isValid, isUtf16, diagnostics });
}

/** Takes a descriptor for a file: one of a user's, or one that comes with the compiler. */
export function loadDescriptor(path: string, origin: FileDescriptorProto, isBundled: boolean): LoadedFile {
  // Linking writes to descriptors, and these belong to others.
  const proto = clone(FileDescriptorProtoSchema, origin);
  const diagnostics = new DiagnosticList();
  proto.name = path;
  const options = isBundled ? new Map() : takeUninterpreted(proto, diagnostics);
  return { path, origin, proto, lowered: undefined, options, isBundled, diagnostics };
}

/** The same file as it was before it was linked. */
export function renew({ path, origin, isBundled }: LoadedFile): LoadedFile {
  return "tokens" in origin ? loadParsed(path, origin) : loadDescriptor(path, origin, isBundled);
}

/** Whether a file was made from this text. */
export function hasContents({ origin }: LoadedFile, contents: FileContents): boolean {
  if (!("tokens" in origin)) return false;
  const { source } = origin.tokens;
  if (contents === source.text) return origin.isValid && !origin.isUtf16;
  const utf16 = decodeUtf16(contents);
  const { raw, valid } = decodeSource(utf16 ?? contents);
  return raw === source.rawText() && valid === origin.isValid && origin.isUtf16 === (utf16 !== undefined);
}

/** The files that a file imports, for their options only or for all that they have. */
export function importPaths(file: LoadedFile | undefined): readonly string[] {
  return file === undefined ? [] : [...file.proto.dependency, ...file.proto.optionDependency];
}

function loadParsed(path: string, origin: ParsedFile): LoadedFile {
  const diagnostics = new DiagnosticList(origin.diagnostics);
  const lowered = lower(origin.tree, origin.tokens, diagnostics);
  return { path, origin, proto: lowered.proto, lowered, options: lowered.options, isBundled: false, diagnostics };
}

/** Says that a file is not UTF-8. Bytes that are none go where protoc has them, but halves of surrogate pairs are no bytes. */
function reportEncoding(tokens: TokenList, diagnostics: DiagnosticList): void {
  const { source } = tokens;
  const extras = { hint: "save it as UTF-8" };
  const raw = source.rawText();
  const isBytes = raw !== source.text;
  const broken = isBytes ? undefined : findBrokenString(tokens);
  if (broken !== undefined) {
    const message = "half of a surrogate pair is no character: this string is no text";
    diagnostics.error(source, tokens.span(broken), "utf8-invalid", message, extras);
    return;
  }
  const start = isBytes ? raw.search(/[\udc80-\udcff]/u) : raw.indexOf("\ufffd");
  const message = "the file is not UTF-8: what cannot be read shows as U+FFFD";
  diagnostics.warning(source, { start, end: start + 1 }, "utf8-invalid", message, extras);
}

function findBrokenString(tokens: TokenList): number | undefined {
  for (let token = 0; token < tokens.count; token++)
    if (tokens.kind(token) === TokenKind.String && tokens.text(token).includes("\ufffd")) return token;
  return undefined;
}
