import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";

/** Makes a folder with the given files, by path within it. It is gone when the test has ended. */
export function createScratchFolder(test: TestContext, files: Readonly<Record<string, string>> = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "gannet-cli-")));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** Every file and link below a folder, with what is in it: what a command has changed shows in it. */
export function readTree(folder: string): Record<string, string> {
  const tree: Record<string, string> = {};
  // Not by readdir's own recursion: since Node 22 it follows links.
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    tree[entry.name] = entry.isFile() ? readFileSync(path, "utf8") : entry.isDirectory() ? "(folder)" : "(link)";
    if (!entry.isDirectory()) continue;
    for (const [name, content] of Object.entries(readTree(path))) tree[`${entry.name}/${name}`] = content;
  }
  return tree;
}

/** The files below a folder, by path within it, sorted. */
export function listFiles(folder: string): string[] {
  return Object.entries(readTree(folder))
    .filter(([, content]) => content !== "(folder)")
    .map(([name]) => name)
    .sort();
}
