import type { SourceFile } from "../source/index.ts";
import type { Diagnostic, Span } from "./diagnostic.ts";
import { visibleLines, visibleText } from "./visible-text.ts";

/** Turns the path of an import into what the user calls that file. */
export type DisplayPath = (path: string) => string;

/**
 * A finding as GCC writes it, which editors and build servers read: `path:line:column: error: message [id]`. Notes and the
 * hint have lines of their own, `note:` in place of `error:`.
 */
export function formatForGcc(diagnostic: Diagnostic, displayPath: DisplayPath): string {
  return formatLines(diagnostic, (path, source, span, label) => {
    const place = visibleText(displayPath(path));
    if (source === undefined) return `${place}: ${label}:`;
    const { line, column } = positionOf(source, span.start);
    return `${place}:${line}:${column}: ${label}:`;
  });
}

/** A finding as `protoc --error_format=msvs` writes it, for Visual Studio: `path(line) : error in column=N: message [id]`. */
export function formatForMsvs(diagnostic: Diagnostic, displayPath: DisplayPath): string {
  return formatLines(diagnostic, (path, source, span, label) => {
    const place = visibleText(displayPath(path));
    if (source === undefined) return `${place} : ${label}:`;
    const { line, column } = positionOf(source, span.start);
    return `${place}(${line}) : ${label} in column=${column}:`;
  });
}

type Head = (path: string, source: SourceFile | undefined, span: Span, label: string) => string;

function formatLines(diagnostic: Diagnostic, head: Head): string {
  const { severity, id, path, source, span, message, hint } = diagnostic;
  const lines = [`${head(path, source, span, severity)} ${visibleLines(message)} [${id}]`];
  for (const note of diagnostic.notes ?? [])
    lines.push(`${head(note.source.path, note.source, note.span, "note")} ${visibleText(note.message)}`);
  if (hint !== undefined) lines.push(`${head(path, source, span, "note")} ${visibleText(hint)}`);
  return lines.join("\n");
}

/**
 * A finding as one line of JSON: `severity`, `id`, `message`, `path`, and where there are any `line`, `column`, `endLine`,
 * `endColumn` (from 1, the end exclusive), `hint`, and `notes` with the same places and a `message`.
 */
export function formatAsJson(diagnostic: Diagnostic, displayPath: DisplayPath): string {
  const { severity, id, message, path, source, span, hint, notes } = diagnostic;
  return JSON.stringify({
    severity,
    id,
    message,
    path: displayPath(path),
    ...(source === undefined ? {} : placeOf(source, span)),
    hint,
    notes: notes?.map((note) => ({
      message: note.message,
      path: displayPath(note.source.path),
      ...placeOf(note.source, note.span),
    })),
  });
}

function placeOf(source: SourceFile, { start, end }: Span): object {
  const first = positionOf(source, start);
  const behind = positionOf(source, Math.max(start, end));
  return { ...first, endLine: behind.line, endColumn: behind.column };
}

/** Line and column as people count them: from 1, and in characters, not in protoc's bytes and tab stops. */
export function positionOf(source: SourceFile, offset: number): { readonly line: number; readonly column: number } {
  const line = source.lineAt(offset);
  return { line: line + 1, column: offset - source.lineSpan(line).start + 1 };
}
