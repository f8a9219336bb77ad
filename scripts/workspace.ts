import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that holds the workspace. This file is built to scripts/dist. */
export const workspace: string = fileURLToPath(new URL("../..", import.meta.url));

/** A package that is published, as far as the scripts care. */
export interface PublishedPackage {
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  readonly dependencies: Readonly<Record<string, string>>;
  /** Import specifiers and the declaration file of each, such as `gannet/web` and `dist/web.d.ts`. */
  readonly entries: readonly { readonly specifier: string; readonly declarations: string }[];
}

interface PackageJson {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, { readonly types?: string } | string>>;
}

/** The packages that users install, in the order in which they build on each other. */
export function publishedPackages(): PublishedPackage[] {
  return ["packages/compiler", "packages/cli", "packages/gannet"].map((path) => {
    const folder = join(workspace, path);
    const json = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as PackageJson;
    const entries = Object.entries(json.exports ?? {}).flatMap(([subpath, target]) => {
      const declarations = typeof target === "string" ? undefined : target.types;
      return declarations === undefined ? [] : [{ specifier: json.name + subpath.slice(1), declarations }];
    });
    return { name: json.name, folder, dependencies: json.dependencies ?? {}, entries };
  });
}
