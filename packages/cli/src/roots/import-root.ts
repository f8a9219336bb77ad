import path from "node:path";

/** A folder in which imports are looked up: protoc's `-I`. */
export interface ImportRoot {
  /** What an import's path begins with for this root to be asked: empty for all, `a` where `-Ia=dir` was given. */
  readonly virtual: string;
  /** The folder, with `/` between its parts; empty for the current one. */
  readonly disk: string;
}

/** Reads the value of one `-I`: a list as in PATH, each a folder or `virtual=folder`. */
export function parseImportRoots(value: string): ImportRoot[] {
  return value
    .split(path.delimiter)
    .filter((part) => part !== "")
    .map(parseImportRoot);
}

/** The root for all imports that a folder is. */
export function createRoot(folder: string): ImportRoot {
  return { virtual: "", disk: canonicalPath(folder) };
}

function parseImportRoot(text: string): ImportRoot {
  const equals = text.indexOf("=");
  if (equals < 0) return createRoot(text);
  return { virtual: text.slice(0, equals), disk: canonicalPath(text.slice(equals + 1)) };
}

/** A path without `.` and empty parts, and with `/` on every system. `..` stays: only the disk knows what it means. */
export function canonicalPath(text: string): string {
  const parts = toSlashes(text)
    .split("/")
    .filter((part) => part !== "" && part !== ".");
  return (toSlashes(text).startsWith("/") ? "/" : "") + parts.join("/");
}

/** Whether `path` is one that an import may have: protoc refuses these rather than guess what they mean. */
export function isImportPath(text: string): boolean {
  if (text === "" || text.includes("\\") || text.includes("\0")) return false;
  return text.split("/").every((part, index) => part !== "." && part !== ".." && (part !== "" || index === 0));
}

/**
 * Replaces the folder `from` at the start of `text` by `to`, as protoc does: by comparing text.
 * Undefined where `text` is not inside `from`, or leaves it again by `..`.
 */
export function replacePrefix(text: string, from: string, to: string): string | undefined {
  const rest = stripPrefix(text, from);
  if (rest === undefined || rest.split("/").includes("..")) return undefined;
  if (rest === "" || to === "") return rest === "" ? to : rest;
  return to.endsWith("/") ? to + rest : `${to}/${rest}`;
}

function stripPrefix(text: string, from: string): string | undefined {
  if (from === "") return path.isAbsolute(text) ? undefined : text;
  if (text === from) return "";
  const folder = from.endsWith("/") ? from : `${from}/`;
  return text.startsWith(folder) ? text.slice(folder.length) : undefined;
}

function toSlashes(text: string): string {
  return path.sep === "\\" ? text.replaceAll("\\", "/") : text;
}
