import type { SourceFile } from "../source/index.ts";

/** Half-open range of UTF-16 offsets in one source file. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** How much a finding weighs: an error means that there is no result, a warning that there may be a mistake. */
export type Severity = "error" | "warning";

/** Another place that explains a finding, such as where a name was defined first. */
export interface DiagnosticNote {
  readonly message: string;
  readonly source: SourceFile;
  readonly span: Span;
}

/** One finding about a .proto file. */
export interface Diagnostic {
  readonly severity: Severity;
  /** Stable and documented in docs/diagnostics.md; the message may change, this may not. */
  readonly id: string;
  readonly message: string;
  /** The path of the file it is about, as it is imported. */
  readonly path: string;
  /** Undefined where the finding is about the file as a whole, such as one that cannot be read. */
  readonly source: SourceFile | undefined;
  readonly span: Span;
  /** What to do about it, when that is known. */
  readonly hint?: string | undefined;
  readonly notes?: readonly DiagnosticNote[] | undefined;
}
