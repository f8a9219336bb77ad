import { realpathSync, statSync } from "node:fs";
import path from "node:path";
import { describeSystemError, errorCode, type Problem } from "../report/index.ts";

/** A folder that generated files go to. */
export interface OutputFolder {
  /** As the user wrote it. */
  readonly name: string;
  /** Its real place, free of symbolic links. It need not exist yet. */
  readonly path: string;
}

/** Looks at a folder to write to. `create` says that it may be missing: it is made when files are written. */
export function openOutputFolder(
  name: string,
  options: { readonly create: boolean },
): { readonly folder: OutputFolder } | { readonly problem: Problem } {
  try {
    if (name !== "" && statSync(name).isDirectory()) return { folder: { name, path: realpathSync(name) } };
    const message = name === "" ? "the output folder has no name" : "this is a file, not a folder to write to";
    return { problem: { id: "output-folder", place: name === "" ? undefined : name, message } };
  } catch (error) {
    if (errorCode(error) !== "ENOENT") {
      return {
        problem: { id: "output-folder", place: name, message: `cannot write there: ${describeSystemError(error)}` },
      };
    }
    if (options.create) return { folder: { name, path: realPlace(path.resolve(name)) } };
    const message = "the output folder does not exist";
    return { problem: { id: "output-folder", place: name, message, hint: `make it first: mkdir -p ${name}` } };
  }
}

/** Why a folder to write to cannot have a name that protoc would take for an archive to make; undefined where it has none. */
export function archiveProblem(name: string): Problem | undefined {
  if (!/\.(zip|jar)$/.test(name)) return undefined;
  const kind = name.slice(-3);
  const message = `gannet writes files into folders, and no ${kind} archives as protoc does`;
  const pack = kind === "jar" ? `jar cf ${name} -C gen .` : `(cd gen && zip -r - .) > ${name}`;
  const hint = `write to a folder and pack that: ${pack}`;
  return { id: "output-archive", place: name, message, hint };
}

/** Looks at a single file to write, in a folder that must exist. */
export function openOutputFile(name: string): { readonly path: string } | { readonly problem: Problem } {
  // A link such as /dev/stdout stands for whatever it leads to at the moment.
  if (name.startsWith("/dev/")) return { path: name };
  const place = realPlace(path.resolve(name));
  if (isFolder(path.dirname(place))) return { path: place };
  return { problem: { id: "output-folder", place: name, message: "the folder of this file does not exist" } };
}

/** Where the file `name` of a plugin lies in `folder`: never outside, whatever the plugin says and links lead to. */
export function resolveOutput(
  folder: OutputFolder,
  name: string,
): { readonly path: string } | { readonly problem: Problem } {
  const parts = name.split(path.sep === "\\" ? /[/\\]/ : "/");
  if (
    name === "" ||
    name.includes("\0") ||
    path.isAbsolute(name) ||
    parts.includes("..") ||
    isFolderName(parts.at(-1))
  ) {
    const message = `the plugin generates a file of the name ${JSON.stringify(name)}, which is no place inside ${folder.name}`;
    return {
      problem: { id: "output-outside", message, hint: "names of generated files are relative and have no .. in them" },
    };
  }
  const place = path.join(folder.path, name);
  const real = realPlace(place);
  if (isInside(real, folder.path)) return { path: real };
  const message = `${path.join(folder.name, name)} is outside of ${folder.name}: a symbolic link leads to ${real}`;
  return { problem: { id: "output-outside", message, hint: `write to that folder itself, or take the link away` } };
}

function isFolderName(part: string | undefined): boolean {
  return part === undefined || part === "" || part === ".";
}

function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== "" && relative.split(path.sep)[0] !== ".." && !path.isAbsolute(relative);
}

/** The path without symbolic links in the part of it that exists. */
function realPlace(place: string): string {
  try {
    return realpathSync(place);
  } catch {
    const parent = path.dirname(place);
    return parent === place ? place : path.join(realPlace(parent), path.basename(place));
  }
}

function isFolder(place: string): boolean {
  try {
    return statSync(place).isDirectory();
  } catch {
    return false;
  }
}
