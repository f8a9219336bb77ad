import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { compile } from "@gannet/compiler";
import type { Report } from "../report/index.ts";
import { type ImportRoot, SourceReader } from "../roots/index.ts";

/** Compiles files by their import paths, tells what is found, and gives the descriptors; none where there are errors. */
export async function compileSources(
  paths: readonly string[],
  roots: readonly ImportRoot[],
  report: Report,
): Promise<readonly FileDescriptorProto[]> {
  const reader = new SourceReader(roots);
  const { files, diagnostics } = await compile({ files: paths, read: reader.read });
  report.diagnostics(diagnostics, reader.displayPath);
  return files;
}
