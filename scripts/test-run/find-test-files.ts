import { existsSync, readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { workspace } from "../workspace.ts";

/** A test file, by paths from the workspace with `/` between. */
export interface TestFile {
  readonly source: string;
  readonly built: string;
}

/** Each project that has tests: where its sources are and where `tsc` puts them. */
const PROJECTS = [
  { sources: "packages/compiler/src", built: "packages/compiler/dist" },
  { sources: "packages/cli/src", built: "packages/cli/dist/modules" },
  { sources: "packages/gannet/src", built: "packages/gannet/dist" },
  { sources: "scripts", built: "scripts/dist" },
  { sources: "test", built: "test/dist" },
] as const;

/**
 * Every `x.test.ts` of the workspace. The sources are what counts: a built file that outlived its source does not
 * run, and one that is missing is named.
 *
 * @throws Error when a test has not been built
 */
export function findTestFiles(): TestFile[] {
  const files = PROJECTS.flatMap(({ sources, built }) =>
    listTests(sources, built).map((source) => ({
      source,
      built: source.replace(sources, built).replace(/\.ts$/, ".js"),
    })),
  );
  const missing = files.filter(({ built }) => !existsSync(join(workspace, built)));
  if (missing.length > 0) {
    throw new Error(`not built (npm run build): ${missing.map(({ source }) => source).join(", ")}`);
  }
  return files.sort((a, b) => a.source.localeCompare(b.source));
}

function listTests(folder: string, built: string): string[] {
  return readdirSync(join(workspace, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".test.ts"))
    .map((entry) => relative(workspace, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((path) => !path.startsWith(`${built}/`) && !path.includes("/node_modules/"));
}
