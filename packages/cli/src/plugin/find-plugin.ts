import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";
import type { BuiltIn } from "../built-in/index.ts";
import { nearestWord, type Problem } from "../report/index.ts";

/** A code generator that speaks the plugin protocol. */
export interface Plugin {
  /** Its whole name, such as `protoc-gen-go`. */
  readonly name: string;
  /** What to start; undefined for one that is built in. */
  readonly executable: string | undefined;
  /** Which of those that are built in it is. */
  readonly builtIn?: BuiltIn | undefined;
}

/** Generates codecs. Built in, and asked for by `gannet gen --codecs` only. */
export const CODEC_PLUGIN: Plugin = { name: "gannet gen --codecs", executable: undefined, builtIn: "codecs" };

/** Flags that look as if they asked for a plugin, and so hide their slips. */
const FILE_FLAGS = ["--descriptor_set_out", "--dependency_out"];
const MISSPELT_SHARE = 0.75;
const BUILT_IN = "protoc-gen-es";
/** What protoc generates by itself, so that there is no plugin of that name to install. */
const PROTOC_LANGUAGES = ["cpp", "csharp", "java", "kotlin", "objc", "php", "pyi", "python", "rbs", "ruby", "rust"];
/** What makes a file a program on Windows; elsewhere its permissions do. */
const SUFFIXES = process.platform === "win32" ? [".exe", ".cmd", ".bat", ".com"] : [""];

/**
 * Finds the plugin that `--NAME_out` runs: what `--plugin` gave, what is built in, the `node_modules/.bin` of the current
 * directory and of those above it, PATH.
 */
export function findPlugin(
  shortName: string,
  given: ReadonlyMap<string, string>,
): { readonly plugin: Plugin } | { readonly problem: Problem } {
  const name = `protoc-gen-${shortName}`;
  const path = given.get(name);
  if (path !== undefined) {
    const executable = findExecutable(path);
    return executable === undefined ? unusable(name, path) : { plugin: { name, executable } };
  }
  if (name === BUILT_IN) return { plugin: { name, executable: undefined } };
  for (const folder of searchPath()) {
    const executable = findExecutable(`${folder}/${name}`);
    if (executable !== undefined) return { plugin: { name, executable } };
  }
  return missing(shortName);
}

function searchPath(): string[] {
  const folders: string[] = [];
  for (let folder = process.cwd(); ; folder = path.dirname(folder)) {
    folders.push(path.join(folder, "node_modules", ".bin"));
    if (folder === path.dirname(folder)) break;
  }
  return [...folders, ...(process.env["PATH"] ?? "").split(path.delimiter).filter((folder) => folder !== "")];
}

function findExecutable(file: string): string | undefined {
  const absolute = path.resolve(file);
  // A name that already has a suffix is tried as it is, last: npm puts a shell script beside each .cmd.
  const names = SUFFIXES.map((suffix) => absolute + suffix);
  return [...names, ...(SUFFIXES.some((suffix) => absolute.endsWith(suffix)) ? [absolute] : [])].find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function unusable(name: string, path: string): { readonly problem: Problem } {
  const message = `${path} is no program that can be started`;
  const hint = "look whether the path is right, the file is there and may be executed";
  return { problem: { id: "plugin-missing", place: `--plugin=${name}=${path}`, message, hint } };
}

function missing(shortName: string): { readonly problem: Problem } {
  const flag = `--${shortName}_out`;
  if (PROTOC_LANGUAGES.includes(shortName)) {
    const message = `protoc generates ${shortName} by itself: there is no plugin for it, and gannet has none`;
    const hint = `run protoc for it, or say with --plugin=protoc-gen-${shortName}=PATH what to run`;
    return { problem: { id: "plugin-missing", place: flag, message, hint } };
  }
  const message = `the plugin protoc-gen-${shortName} is neither in node_modules/.bin nor on PATH`;
  const near = nearestWord(flag, FILE_FLAGS, MISSPELT_SHARE);
  const otherwise = near === undefined ? "" : `did you mean ${near}? Else `;
  const hint = `${otherwise}install it, or say where it is: --plugin=protoc-gen-${shortName}=PATH`;
  return { problem: { id: "plugin-missing", place: flag, message, hint } };
}
