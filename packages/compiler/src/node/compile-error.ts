import path from "node:path";
import { type Diagnostic, formatDiagnostic } from "../diagnostics/index.ts";

/** Thrown for .proto files with errors by what has no other way to tell. Its message is what people read. */
export class CompileError extends Error {
  override readonly name = "CompileError";
  /** Everything that is wrong, warnings included. */
  readonly diagnostics: readonly Diagnostic[];

  /** `diskPath` gives the file of an import path, where there is one. */
  constructor(diagnostics: readonly Diagnostic[], diskPath: (importPath: string) => string | undefined) {
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    const displayPath = (importPath: string): string => {
      const disk = diskPath(importPath);
      return disk === undefined ? importPath : shorten(disk);
    };
    const count = errors.length === 1 ? "an error" : `${errors.length} errors`;
    super(
      [`${count} in .proto files`, ...errors.map((error) => formatDiagnostic(error, { displayPath }))].join("\n\n"),
    );
    this.diagnostics = diagnostics;
  }
}

/** From the current directory, for what is inside of it. */
function shorten(disk: string): string {
  const relative = path.relative("", disk);
  return relative.startsWith("..") || path.isAbsolute(relative) ? disk : relative;
}
