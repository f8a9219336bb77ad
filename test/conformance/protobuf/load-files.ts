import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { create, createFileRegistry, type DescFile } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { compile, formatDiagnostic } from "@gannet/compiler";

/** `conformance.proto` and the messages of its tests. Edition UNSTABLE, which nobody is to use, is left out. */
const WANTED = /(?:^|\/)(?:conformance|test_messages_(?!.*unstable)\w+)\.proto$/;

/**
 * The files of the suite, compiled.
 *
 * @param folder the suite's `include` folder
 * @throws Error with what is wrong with one of them
 */
export async function loadFiles(folder: string): Promise<readonly DescFile[]> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => name.replaceAll("\\", "/"));
  const files = names.filter((name) => WANTED.test(name));
  const {
    ok,
    files: compiled,
    diagnostics,
  } = await compile({
    files,
    read: (path) => readIfThere(join(folder, path)),
  });
  if (!ok) throw new Error(diagnostics.map((diagnostic) => formatDiagnostic(diagnostic)).join("\n"));
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [...compiled] }));
  return [...registry.files];
}

function readIfThere(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
