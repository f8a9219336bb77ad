/**
 * What the compiler finds wrong, as values, and how it is shown. Nothing here throws for bad input.
 * Start with diagnostic.ts.
 */
export { checkOptionKeys, misuse } from "./check-options.ts";
export type { Diagnostic, DiagnosticNote, Severity, Span } from "./diagnostic.ts";
export { DiagnosticList } from "./diagnostic-list.ts";
export { type DiagnosticFormat, type FormatOptions, formatDiagnostic } from "./format-diagnostic.ts";
export { nearest } from "./nearest.ts";
export { Speller } from "./speller.ts";
