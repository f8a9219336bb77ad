import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "../process/index.ts";
import { workspace } from "../workspace.ts";

/** A file of the project. */
export interface ProjectFile {
  /** From the workspace, `/` between. */
  readonly path: string;
  readonly text: string;
}

/** Every file of the project that git has or would take, `.gitignore` heeded, read as text. */
export async function listFiles(): Promise<ProjectFile[]> {
  const listed = await runProgram("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
  if (listed.code !== 0) throw new Error(`git ls-files failed:\n${listed.output}`);
  return listed.stdout
    .split("\0")
    .filter((path) => path !== "" && isFile(path))
    .map((path) => ({ path, text: readFileSync(join(workspace, path), "utf8") }));
}

/** A file may be gone that git still lists. */
function isFile(path: string): boolean {
  return statSync(join(workspace, path), { throwIfNoEntry: false })?.isFile() ?? false;
}
