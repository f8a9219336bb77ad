import {
  type Diagnostic,
  type DiagnosticFormat,
  type FormatOptions,
  formatDiagnostic,
  type Severity,
} from "@gannet/compiler";
import picocolors from "picocolors";
import type { Problem } from "./problem.ts";

/** Where a report is written: standard error, or what a test reads. */
export interface ReportStream {
  write(text: string): unknown;
  /** Whether it is a terminal that shows colours; undefined where it is no terminal. Node's answer heeds NO_COLOR. */
  hasColors?(): boolean;
}

/** Tells the user of each problem as it is found, and remembers whether any was an error. */
export class Report {
  readonly #stream: ReportStream;
  readonly #command: string;
  readonly #paint: NonNullable<FormatOptions["paint"]>;
  #errors = 0;
  #warnings = 0;
  #schemaWarnings = 0;

  /** How what is found is written from now on. In a format for tools nothing is counted at the end. */
  format: DiagnosticFormat = "pretty";

  /** `command` is what a problem is about that names no other place: `gannet protoc`. */
  constructor(stream: ReportStream, command: string) {
    this.#stream = stream;
    this.#command = command;
    this.#paint = createPaint(stream.hasColors?.() ?? isColourForced());
  }

  get hasErrors(): boolean {
    return this.#errors > 0;
  }

  /** Whether there were warnings about .proto files: those that `--fatal_warnings` means, in protoc too. */
  get hasSchemaWarnings(): boolean {
    return this.#schemaWarnings > 0;
  }

  error(problem: Problem): void {
    this.#problem("error", problem);
  }

  warning(problem: Problem): void {
    this.#problem("warning", problem);
  }

  /** Shows what the compiler found; `displayPath` turns an import path into the file's path as the user knows it. */
  diagnostics(found: readonly Diagnostic[], displayPath: (path: string) => string): void {
    for (const diagnostic of found) {
      if (diagnostic.severity === "warning") this.#schemaWarnings++;
      this.#show(diagnostic, displayPath);
    }
  }

  /** Counts what was found, where anything was. Called once, when the command has ended. */
  close(): void {
    const counts = [count(this.#errors, "error"), count(this.#warnings, "warning")].filter((text) => text !== "");
    if (counts.length === 0 || this.format !== "pretty") return;
    const outcome = this.hasErrors ? "; nothing was written" : "";
    this.#stream.write(`${this.#paint("bold", `${counts.join(" and ")}${outcome}`)}\n`);
  }

  #problem(severity: Severity, problem: Problem): void {
    const hint = problem.hint === undefined ? undefined : escapeControls(problem.hint);
    const path = escapeControls(problem.place ?? this.#command);
    const message = escapeControls(problem.message);
    const span = { start: 0, end: 0 };
    this.#show({ severity, id: problem.id, path, message, hint, source: undefined, span }, (place) => place);
  }

  #show(diagnostic: Diagnostic, displayPath: (path: string) => string): void {
    if (diagnostic.severity === "error") this.#errors++;
    else this.#warnings++;
    this.#stream.write(`${formatDiagnostic(diagnostic, { format: this.format, paint: this.#paint, displayPath })}\n`);
  }
}

function count(number: number, noun: string): string {
  if (number === 0) return "";
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** FORCE_COLOR asks for colours where there is no terminal, as build servers do. */
function isColourForced(): boolean {
  const forced = process.env["FORCE_COLOR"];
  return forced !== undefined && forced !== "0" && forced !== "false";
}

function createPaint(colours: boolean): NonNullable<FormatOptions["paint"]> {
  const { red, yellow, cyan, green, bold, dim } = picocolors.createColors(colours);
  const styles = { error: (text: string) => bold(red(text)), warning: yellow, note: cyan, hint: green, bold, dim };
  return (style, text) => styles[style](text);
}

/** A path or a plugin's message may hold bytes that would steer the terminal. Line breaks stay. */
function escapeControls(text: string): string {
  return text.replaceAll(/[\p{Cc}]/gu, (control) =>
    control === "\n" || control === "\t" ? control : escapeControl(control),
  );
}

function escapeControl(control: string): string {
  return `\\x${control.charCodeAt(0).toString(16).padStart(2, "0")}`;
}
