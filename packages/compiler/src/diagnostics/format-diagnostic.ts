import type { SourceFile } from "../source/index.ts";
import type { Diagnostic, Span } from "./diagnostic.ts";
import { type DisplayPath, formatAsJson, formatForGcc, formatForMsvs, positionOf } from "./diagnostic-lines.ts";
import { visibleLines, visibleText, widthOf } from "./visible-text.ts";

/** Of longer lines, only what is near the place is shown. */
const MAX_LINE = 240;
const MAX_BEFORE = 80;

/** For whom a finding is written: people, tools that read what GCC or Visual Studio print, or programs. */
export type DiagnosticFormat = "pretty" | "gcc" | "msvs" | "json";

/** How findings are shown. */
export interface FormatOptions {
  /**
   * `pretty` shows the line with the place underlined. The others have neither that nor colours: `gcc` and `msvs` are a line
   * for the finding, and one for each note and the hint; `json` is an object in one line.
   *
   * @default "pretty"
   */
  format?: DiagnosticFormat | undefined;
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
  displayPath?: DisplayPath | undefined;
}

const LINE_FORMATS = { gcc: formatForGcc, msvs: formatForMsvs, json: formatAsJson } as const;

/**
 * A finding as people read it: `path:line:column: error: message [id]`, the line with the place underlined,
 * notes with their own places, and what to do about it. Lines and columns start at 1. Ends without a line break. Characters
 * that would steer a terminal are shown escaped, wherever they come from. `options.format` chooses other forms.
 */
export function formatDiagnostic(diagnostic: Diagnostic, options: FormatOptions = {}): string {
  const { format = "pretty" } = options;
  if (format !== "pretty") return LINE_FORMATS[format](diagnostic, options.displayPath ?? ((path) => path));
  const paint = options.paint ?? ((_style, text) => text);
  const displayPath = (path: string): string => visibleText(options.displayPath?.(path) ?? path);
  const { severity, source, span } = diagnostic;
  const place = source === undefined ? displayPath(diagnostic.path) : formatPlace(source, span, displayPath);
  const lines = [
    `${paint("bold", `${place}:`)} ${paint(severity, `${severity}:`)} ${paint("bold", visibleLines(diagnostic.message))} ${paint("dim", `[${diagnostic.id}]`)}`,
  ];
  if (source !== undefined) lines.push(...formatSnippet(source, span, (text) => paint(severity, text)));
  for (const note of diagnostic.notes ?? []) {
    lines.push(
      `${formatPlace(note.source, note.span, displayPath)}: ${paint("note", "note:")} ${visibleText(note.message)}`,
    );
    lines.push(...formatSnippet(note.source, note.span, (text) => paint("note", text)));
  }
  if (diagnostic.hint !== undefined) lines.push(`  ${paint("hint", "hint:")} ${visibleText(diagnostic.hint)}`);
  return lines.join("\n");
}

function formatPlace(source: SourceFile, span: Span, displayPath: (path: string) => string): string {
  const { line, column } = positionOf(source, span.start);
  return `${displayPath(source.path)}:${line}:${column}`;
}

function formatSnippet(source: SourceFile, span: Span, paint: (text: string) => string): string[] {
  const line = source.lineAt(span.start);
  const { start, end } = windowOf(source, line, span.start);
  const before = visibleText(source.text.slice(start, span.start));
  const marked = visibleText(source.text.slice(span.start, Math.max(span.start, Math.min(span.end, end))));
  const behind = visibleText(source.text.slice(Math.min(Math.max(span.start, span.end), end), end));
  const number = String(line + 1);
  const gutter = " ".repeat(number.length);
  return [
    ` ${number} | ${before}${marked}${behind}`,
    ` ${gutter} | ${" ".repeat(widthOf(before))}${paint("^".repeat(Math.max(1, widthOf(marked))))}`,
  ];
}

/** What is shown of a line: all of it, or, where it is very long, what is around `offset`. A byte order mark is left out. */
function windowOf(source: SourceFile, line: number, offset: number): Span {
  const { start, end } = source.lineSpan(line);
  const first = start === 0 && offset > 0 && source.text.startsWith("\ufeff") ? 1 : start;
  if (end - first <= MAX_LINE) return { start: first, end };
  const from = Math.max(first, offset - MAX_BEFORE);
  return { start: from, end: Math.min(end, from + MAX_LINE) };
}
