// What the bundles of the command line and of the runtime have in common: writing files, and the licences of what is in them.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * Writes what esbuild made, and the licences of the packages in it. Chunks of earlier builds go away.
 *
 * @param {readonly import("esbuild").BuildResult<{ write: false, metafile: true }>[]} built
 * @param {{ workspace: string, chunks: string, notices: string, title: string }} places `chunks` and `notices` are the
 *   absolute paths of a folder and of a file; `title` stands over the licences
 */
export function writeBundle(built, { workspace, chunks, notices, title }) {
  mkdirSync(chunks, { recursive: true });
  const outputFiles = built.flatMap((each) => each.outputFiles);
  for (const { path: file, contents } of outputFiles) writeIfChanged(file, contents);
  const inputs = built.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  writeIfChanged(notices, Buffer.from(collectNotices(inputs, workspace, title)));
  const written = new Set(outputFiles.map(({ path: file }) => file));
  for (const name of readdirSync(chunks)) {
    const file = path.join(chunks, name);
    if (!written.has(file)) rmSync(file);
  }
}

/** Somebody may be running the program meanwhile. */
function writeIfChanged(/** @type {string} */ file, /** @type {Uint8Array} */ contents) {
  if (!existsSync(file) || !readFileSync(file).equals(contents)) writeFileSync(file, contents);
}

/** The licences of what is bundled, and every notice at the head of a bundled file. */
function collectNotices(
  /** @type {string[]} */ inputs,
  /** @type {string} */ workspace,
  /** @type {string} */ heading,
) {
  /** @type {Map<string, Set<string>>} */
  const notices = new Map();
  for (const input of inputs) {
    const folder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
    if (folder === undefined) continue;
    const { name, license } = JSON.parse(readFileSync(path.join(workspace, folder, "package.json"), "utf8"));
    const title = `${name}, ${license}`;
    const found = notices.get(title) ?? new Set();
    const licenseFile = readdirSync(path.join(workspace, folder)).find((file) => /^licen[cs]e/i.test(file));
    if (licenseFile !== undefined) found.add(readFileSync(path.join(workspace, folder, licenseFile), "utf8").trim());
    found.add(readNotice(path.join(workspace, input)));
    notices.set(title, found);
  }
  const texts = [...notices.keys()]
    .sort((a, b) => (a < b ? -1 : 1))
    .map((title) => [title, ...(notices.get(title) ?? [])].filter((text) => text !== "").join("\n\n"));
  return `${heading}\n\n${texts.join("\n\n----\n\n")}\n`;
}

/** The comment at the head of a file, where it speaks of copyright. */
function readNotice(/** @type {string} */ file) {
  const lines = readFileSync(file, "utf8")
    .replace(/^"use strict";\n/, "")
    .split("\n");
  const end = lines.findIndex((line) => !line.startsWith("//"));
  const notice = lines.slice(0, end).map((line) => line.replace(/^\/\/ ?/, ""));
  return notice.some((line) => line.includes("Copyright")) ? notice.join("\n").trim() : "";
}
