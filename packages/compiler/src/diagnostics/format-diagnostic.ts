import type { SourceFile } from "../source/index.ts";
import type { Diagnostic, Span } from "./diagnostic.ts";

const TAB_COLUMNS = 4;

/** How findings are shown. */
export interface FormatOptions {
  /**
   * Paints a piece of the text, for terminals.
   *
   * @default no colours
   */
  paint?: ((style: "error" | "warning" | "note" | "hint" | "bold" | "dim", text: string) => string) | undefined;
  /**
   * Turns the path of an import into what the user calls that file.
   *
   * @default the path itself
   */
  displayPath?: ((path: string) => string) | undefined;
}

/**
 * A finding as people read it: `path:line:column: error: message [id]`, the line with the place underlined,
 * notes with their own places, and what to do about it. Lines and columns start at 1. Ends without a line break.
 */
export function formatDiagnostic(diagnostic: Diagnostic, options: FormatOptions = {}): string {
  const paint = options.paint ?? ((_style, text) => text);
  const displayPath = options.displayPath ?? ((path) => path);
  const { severity, source, span } = diagnostic;
  const place = source === undefined ? displayPath(diagnostic.path) : formatPlace(source, span, displayPath);
  const lines = [
    `${paint("bold", `${place}:`)} ${paint(severity, `${severity}:`)} ${paint("bold", diagnostic.message)} ${paint("dim", `[${diagnostic.id}]`)}`,
  ];
  if (source !== undefined) lines.push(...formatSnippet(source, span, (text) => paint(severity, text)));
  for (const note of diagnostic.notes ?? []) {
    lines.push(`${formatPlace(note.source, note.span, displayPath)}: ${paint("note", "note:")} ${note.message}`);
    lines.push(...formatSnippet(note.source, note.span, (text) => paint("note", text)));
  }
  if (diagnostic.hint !== undefined) lines.push(`  ${paint("hint", "hint:")} ${diagnostic.hint}`);
  return lines.join("\n");
}

function formatPlace(source: SourceFile, span: Span, displayPath: (path: string) => string): string {
  const line = source.lineAt(span.start);
  // Readers count characters, not protoc's bytes and tab stops: what editors call the column.
  const column = span.start - source.lineSpan(line).start;
  return `${displayPath(source.path)}:${line + 1}:${column + 1}`;
}

function formatSnippet(source: SourceFile, span: Span, paint: (text: string) => string): string[] {
  const line = source.lineAt(span.start);
  const { start, end } = source.lineSpan(line);
  const text = source.text.slice(start, end);
  const number = String(line + 1);
  const gutter = " ".repeat(number.length);
  const before = widthOf(source.text.slice(start, span.start));
  const marked = Math.max(1, widthOf(source.text.slice(span.start, Math.min(span.end, end))));
  return [
    ` ${number} | ${text.replaceAll("\t", " ".repeat(TAB_COLUMNS))}`,
    ` ${gutter} | ${" ".repeat(before)}${paint("^".repeat(marked))}`,
  ];
}

/** How many columns a terminal needs for `text`, close enough to put a mark under it. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += character === "\t" ? TAB_COLUMNS : 1;
  return width;
}
