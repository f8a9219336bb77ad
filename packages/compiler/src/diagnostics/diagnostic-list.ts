import type { SourceFile } from "../source/index.ts";
import type { Diagnostic, DiagnosticNote, Severity, Span } from "./diagnostic.ts";

/** Nobody reads more about one file, and a file of braces alone would fill the memory with them. */
const MAX_FINDINGS = 100_000;
/** Longer messages are cut: names that are quoted in them may have any length, and any number of findings may quote one. */
const MAX_MESSAGE = 1000;

/** What a finding may carry beside its message. */
export interface DiagnosticExtras {
  readonly hint?: string | undefined;
  readonly notes?: readonly DiagnosticNote[] | undefined;
}

/** Collects findings in the order in which they are made. */
export class DiagnosticList {
  readonly #found: Diagnostic[];
  #errors: number;

  /** Begins with all that `earlier` has. */
  constructor(earlier?: DiagnosticList) {
    this.#found = earlier === undefined ? [] : [...earlier.#found];
    this.#errors = earlier === undefined ? 0 : earlier.#errors;
  }

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
    if (this.#found.length === MAX_FINDINGS) return;
    const hint = extras?.hint === undefined ? undefined : shorten(extras.hint);
    const notes = extras?.notes?.map((note) => ({ ...note, message: shorten(note.message) }));
    this.#found.push({ severity, id, message: shorten(message), path, source, span, hint, notes });
  }
}

function shorten(text: string): string {
  return text.length <= MAX_MESSAGE ? text : `${text.slice(0, MAX_MESSAGE - 1)}…`;
}
