import type { SourceFile } from "../source/index.ts";
import type { Diagnostic, DiagnosticNote, Severity, Span } from "./diagnostic.ts";

/** What a finding may carry beside its message. */
export interface DiagnosticExtras {
  readonly hint?: string | undefined;
  readonly notes?: readonly DiagnosticNote[] | undefined;
}

/** Collects findings in the order in which they are made. */
export class DiagnosticList {
  readonly #found: Diagnostic[] = [];
  #errors = 0;

  get hasErrors(): boolean {
    return this.#errors > 0;
  }

  get all(): readonly Diagnostic[] {
    return this.#found;
  }

  error(source: SourceFile, span: Span, id: string, message: string, extras?: DiagnosticExtras): void {
    this.#add("error", source.path, source, span, id, message, extras);
  }

  warning(source: SourceFile, span: Span, id: string, message: string, extras?: DiagnosticExtras): void {
    this.#add("warning", source.path, source, span, id, message, extras);
  }

  /** An error about a file that there is no text of. */
  fileError(path: string, id: string, message: string, extras?: DiagnosticExtras): void {
    this.#add("error", path, undefined, { start: 0, end: 0 }, id, message, extras);
  }

  #add(
    severity: Severity,
    path: string,
    source: SourceFile | undefined,
    span: Span,
    id: string,
    message: string,
    extras: DiagnosticExtras | undefined,
  ): void {
    if (severity === "error") this.#errors++;
    this.#found.push({ severity, id, message, path, source, span, hint: extras?.hint, notes: extras?.notes });
  }
}
