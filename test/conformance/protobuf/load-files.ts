import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { create, createFileRegistry, type DescFile } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { compile, formatDiagnostic } from "@gannet/compiler";
import { workspace } from "../../interop/folders.ts";
import { runOrThrow } from "../../interop/program/run-or-throw.ts";

const gannet = join(workspace, "packages/cli/dist/main.js");
const GENERATE_TIMEOUT_MS = 60_000;

/** `conformance.proto` and the messages of its tests. Edition UNSTABLE, which nobody is to use, is left out. */
const WANTED = /(?:^|\/)(?:conformance|test_messages_(?!.*unstable)\w+)\.proto$/;

/**
 * The files of the suite, compiled.
 *
 * @param folder the suite's `include` folder
 * @throws Error with what is wrong with one of them
 */
export async function loadFiles(folder: string): Promise<readonly DescFile[]> {
  const files = listFiles(folder);
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

function listFiles(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => name.replaceAll("\\", "/"));
  return names.filter((name) => WANTED.test(name));
}

/**
 * Generates JavaScript for the files of the suite, with codecs.
 *
 * @param folder the suite's `include` folder
 * @param output where it goes; packages are found from there
 * @throws Error with the words of gannet
 */
export async function generateFiles(folder: string, output: string): Promise<void> {
  const args = [gannet, "gen", "-I", folder, ...listFiles(folder), "--out", output, "--codecs", "--opt", "target=js"];
  await runOrThrow({ file: process.execPath, args }, GENERATE_TIMEOUT_MS);
  writeFileSync(join(output, "package.json"), '{ "type": "module" }');
  symlinkSync(join(workspace, "node_modules"), join(output, "node_modules"));
}

/** The files of the suite as they were generated, with the codecs of their messages. */
export async function importFiles(generated: string): Promise<readonly DescFile[]> {
  const names = readdirSync(generated, { recursive: true, encoding: "utf8" }).filter((name) =>
    /^(?!node_modules).*_(?:pb|codec)\.js$/.test(name),
  );
  const files = new Set<DescFile>();
  for (const name of names) {
    const exported: Record<string, unknown> = await import(pathToFileURL(join(generated, name)).href);
    for (const each of Object.values(exported))
      if ((each as DescFile | undefined)?.kind === "file") files.add(each as DescFile);
  }
  // The set grows while it is walked.
  for (const { dependencies } of files) for (const file of dependencies) files.add(file);
  return [...files];
}

function readIfThere(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
