import { realpathSync } from "node:fs";
import path from "node:path";
import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { createCompiler } from "@gannet/compiler";
import type { GenArguments } from "../arguments/index.ts";
import { isWritten, OutputFiles, openOutputFolder, removeOutputs, writeOutputs } from "../output/index.ts";
import { CODEC_PLUGIN, type Plugin } from "../plugin/index.ts";
import type { Report } from "../report/index.ts";
import { expandFolders, FileCache, inferRoots, listFolders, SourceReader } from "../roots/index.ts";
import { checkWarnings, compileSources } from "./compile-sources.ts";
import { findInputs } from "./find-inputs.ts";
import { generate } from "./generate.ts";
import { findGeneratedFiles, GeneratedFiles } from "./generated-files.ts";

/** Their types come with @bufbuild/protobuf. */
const WELL_KNOWN = "google/protobuf/";

/** What one round of a generation did. */
export interface GenerationRound {
  /** The files that it wrote, as the user calls them. */
  readonly written: readonly string[];
  /** Those that it removed, as they are not generated any more. */
  readonly removed: readonly string[];
  /** How many it generated that were there as they are. */
  readonly unchanged: number;
  /** How many .proto files it compiled, imports included. */
  readonly files: number;
}

/**
 * `gannet gen`, once or again and again: what has not changed since the round before is neither read, compiled nor written,
 * and what it wrote for .proto files that are no longer there is removed.
 */
export class Generation {
  readonly #arguments: GenArguments;
  readonly #plugin: Plugin;
  readonly #cache = new FileCache();
  #reader = new SourceReader([]);
  readonly #compiler = createCompiler({ read: (importPath) => this.#reader.read(importPath) });
  /** What code was generated of, by import path. */
  readonly #generated = new Map<string, FileDescriptorProto>();
  /** What it made of them, and, with `--clean`, what earlier runs did. */
  readonly #outputs = new GeneratedFiles();
  #isFirst = true;

  constructor(parsed: GenArguments, plugin: Plugin) {
    this.#arguments = parsed;
    this.#plugin = plugin;
  }

  /** Generates what has changed. Where there are errors, nothing is written. */
  async run(report: Report): Promise<GenerationRound> {
    const parsed = this.#arguments;
    const nothing = { written: [], removed: [], unchanged: 0, files: 0 };
    const opened = openOutputFolder(parsed.out, { create: true });
    if ("problem" in opened) report.error({ place: "--out", ...opened.problem });
    const roots = parsed.roots.length > 0 ? parsed.roots : inferRoots(parsed.inputs);
    this.#reader = new SourceReader(roots, new Map(), this.#cache.read);
    const inputs = expandFolders(parsed.inputs, report);
    const named = new Set(findInputs(inputs.named, roots, report));
    const searched = findInputs(inputs.searched, roots, report).filter((one) => !one.startsWith(WELL_KNOWN));
    if (report.hasErrors || "problem" in opened) return nothing;

    const wanted = [...new Set([...named, ...searched])];
    const files = await compileSources(wanted, this.#reader, report, this.#compiler);
    if (parsed.fatalWarnings) checkWarnings(report);
    if (report.hasErrors) return nothing;

    const imports = files.map((file) => file.name).filter((one) => !one.startsWith(WELL_KNOWN));
    const sources = parsed.imports ? [...new Set([...wanted, ...imports])] : wanted;
    const targets = this.#findStale(sources, files);
    const outputs = new OutputFiles(report);
    const generator = { flag: "--opt", plugin: this.#plugin, parameter: parsed.parameter, folder: opened.folder };
    const codecs = { ...generator, flag: "--codecs", plugin: CODEC_PLUGIN };
    const runs = parsed.codecs ? [generator, codecs] : [generator];
    if (targets.length > 0) await generate(runs, withImports(targets, files), targets, outputs, report);
    const changed = outputs.all.filter((file) => !isWritten(file));
    if (report.hasErrors || !writeOutputs(changed, report)) return { ...nothing, files: files.length };
    for (const file of files) if (targets.includes(file.name)) this.#generated.set(file.name, file);
    if (this.#isFirst && parsed.clean) this.#outputs.add(findGeneratedFiles(opened.folder));
    this.#isFirst = false;
    this.#outputs.add(outputs.all);
    // Codecs of well-known types are generated for as long as something imports these.
    const wellKnown = files.map((file) => file.name).filter((one) => one.startsWith(WELL_KNOWN));
    const obsolete = this.#outputs.takeObsolete(opened.folder, [...sources, ...wellKnown], targets, outputs.all);
    return {
      written: changed.map(({ name }) => name),
      removed: removeOutputs(obsolete, opened.folder, report),
      unchanged: outputs.all.length - changed.length,
      files: files.length,
    };
  }

  /** The folders in which a change may make a difference. They need not exist. */
  listFolders(): Set<string> {
    const { inputs, roots } = this.#arguments;
    const folders = new Set([...listFolders(inputs), ...roots.map(({ disk }) => path.resolve(disk))]);
    for (const file of this.#reader.listPlaces()) {
      folders.add(path.dirname(path.resolve(file)));
      // What a symbolic link leads to changes elsewhere.
      const real = findRealPath(file);
      if (real !== undefined) folders.add(path.dirname(real));
    }
    return folders;
  }

  /** Those of `targets` that code has not been generated of as they are now. */
  #findStale(targets: readonly string[], files: readonly FileDescriptorProto[]): string[] {
    if (!this.#outputs.areComplete) this.#generated.clear();
    const byName = new Map(files.map((file) => [file.name, file]));
    const wanted = new Set(targets);
    for (const name of this.#generated.keys()) if (!wanted.has(name)) this.#generated.delete(name);
    return targets.filter((name) => this.#generated.get(name) !== byName.get(name));
  }
}

/** Without symbolic links; undefined where nothing is there, any more or yet. */
function findRealPath(file: string): string | undefined {
  try {
    return realpathSync(file);
  } catch {
    return undefined;
  }
}

/** Those of `files` that a plugin has to be given for `targets`: all that they import, in the same order. */
function withImports(targets: readonly string[], files: readonly FileDescriptorProto[]): FileDescriptorProto[] {
  const needed = new Set(targets);
  for (const file of files.toReversed()) {
    if (!needed.has(file.name)) continue;
    for (const imported of [...file.dependency, ...file.optionDependency]) needed.add(imported);
  }
  return files.filter((file) => needed.has(file.name));
}
