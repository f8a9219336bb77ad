import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { type Compiler, createCompiler, type Diagnostic } from "@gannet/compiler";
import type { Report } from "../report/index.ts";
import { type SourceReader, suggestImport } from "../roots/index.ts";

/**
 * Compiles files by their import paths, tells what is found, and gives the descriptors; none where there are errors.
 *
 * @param compiler one that reads from `reader` and may have compiled before
 */
export async function compileSources(
  paths: readonly string[],
  reader: SourceReader,
  report: Report,
  compiler: Compiler = createCompiler({ read: reader.read }),
): Promise<readonly FileDescriptorProto[]> {
  const { files, diagnostics } = await compiler.compile(paths);
  const told = diagnostics.map((diagnostic) => withImportHint(diagnostic, reader));
  report.diagnostics(told, reader.displayPath);
  return files;
}

/** The compiler does not know the disk: where a missing import would be found with another `-I`, it cannot say. */
function withImportHint(diagnostic: Diagnostic, reader: SourceReader): Diagnostic {
  const { id, source, span } = diagnostic;
  if (id !== "import-not-found" || source === undefined) return diagnostic;
  const importPath = source.text.slice(span.start, span.end).replaceAll(/^["']|["']$/g, "");
  const hint = suggestImport(importPath, reader.displayPath(diagnostic.path), reader.roots);
  return hint === undefined ? diagnostic : { ...diagnostic, hint };
}

/** What `--fatal_warnings` does. */
export function checkWarnings(report: Report): void {
  if (!report.hasSchemaWarnings) return;
  report.error({ id: "fatal-warnings", message: "--fatal_warnings makes the warnings above errors" });
}
