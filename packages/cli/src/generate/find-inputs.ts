import { existsSync } from "node:fs";
import type { Report } from "../report/index.ts";
import { findInput, type ImportRoot } from "../roots/index.ts";

/**
 * The import paths of the files that the user named. Those that have none are reported.
 *
 * @param known those that there are descriptors of
 */
export function findInputs(
  inputs: readonly string[],
  roots: readonly ImportRoot[],
  report: Report,
  known?: { has(path: string): boolean },
): string[] {
  for (const root of roots) {
    if (root.disk === "" || existsSync(root.disk)) continue;
    report.warning({ id: "root-missing", place: root.disk, message: "there is no such folder to look up imports in" });
  }
  const found = new Set<string>();
  for (const input of inputs) {
    const lookup = findInput(input, roots, known);
    if ("problem" in lookup) report.error(lookup.problem);
    else found.add(lookup.path);
  }
  return [...found];
}
