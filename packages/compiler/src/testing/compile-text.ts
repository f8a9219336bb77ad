import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { type Compilation, compile } from "../compile/index.ts";
import { type Diagnostic, formatDiagnostic } from "../diagnostics/index.ts";
import type { FileContents } from "../source/index.ts";

/** Files by the paths under which they are imported, the one to compile first. A text alone is `a.proto`. */
export type Sources = string | Readonly<Record<string, FileContents>>;

/** Compiles the first of some files; the others are there to be imported. */
export function compileText(sources: Sources): Promise<Compilation> {
  const files: Readonly<Record<string, FileContents>> = typeof sources === "string" ? { "a.proto": sources } : sources;
  const [path = ""] = Object.keys(files);
  return compile({ files: [path], read: (one) => (Object.hasOwn(files, one) ? files[one] : undefined) });
}

/**
 * What is found in the first of some files: for each finding its line, its id and the text that it is about, as in
 * `3 type-unknown int`. Warnings have a `?` behind their id; findings about other files stand behind their paths.
 */
export async function findings(sources: Sources): Promise<string[]> {
  const { diagnostics } = await compileText(sources);
  const path = typeof sources === "string" ? "a.proto" : Object.keys(sources)[0];
  return diagnostics.map(
    (diagnostic) => (diagnostic.path === path ? "" : `${diagnostic.path} `) + describe(diagnostic),
  );
}

/**
 * The descriptor of the first of some files.
 *
 * @throws Error where there are errors in it
 */
export async function descriptorOf(sources: Sources): Promise<FileDescriptorProto> {
  const { files, ok, diagnostics } = await compileText(sources);
  const file = files.at(-1);
  if (ok && file !== undefined) return file;
  throw new Error(diagnostics.map((diagnostic) => formatDiagnostic(diagnostic)).join("\n"));
}

function describe({ severity, id, source, span }: Diagnostic): string {
  const mark = severity === "warning" ? "?" : "";
  if (source === undefined) return `${id}${mark}`;
  return `${source.lineAt(span.start) + 1} ${id}${mark} ${source.text.slice(span.start, span.end)}`.trimEnd();
}
