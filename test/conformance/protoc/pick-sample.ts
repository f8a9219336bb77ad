import { createHash } from "node:crypto";

/** Files of one folder this deep in the tree are siblings: google/cloud/vision, google/ads/googleads. */
const FOLDER_DEPTH = 3;

/**
 * Picks `count` of `paths`: the same ones on every machine and in every order of `paths`, spread over the tree. Folders
 * and the files in each are ordered by a hash of their path, and folders take turns. By hash alone, half of the sample
 * would come from the one API that has half of the files.
 */
export function pickSample(paths: readonly string[], count: number): readonly string[] {
  const folders = new Map<string, string[]>();
  for (const path of byHash(paths)) {
    const folder = path.split("/").slice(0, -1).slice(0, FOLDER_DEPTH).join("/");
    const siblings = folders.get(folder);
    if (siblings === undefined) folders.set(folder, [path]);
    else siblings.push(path);
  }
  const picked: string[] = [];
  const names = byHash([...folders.keys()]);
  for (let turn = 0; picked.length < Math.min(count, paths.length); turn++) {
    for (const name of names) {
      const path = folders.get(name)?.[turn];
      if (path !== undefined && picked.length < count) picked.push(path);
    }
  }
  return picked.sort();
}

function byHash(values: readonly string[]): readonly string[] {
  const hashes = new Map(values.map((value) => [value, createHash("sha256").update(value).digest("hex")]));
  const hashOf = (value: string): string => hashes.get(value) ?? "";
  return [...values].sort((a, b) => (hashOf(a) < hashOf(b) ? -1 : 1));
}
