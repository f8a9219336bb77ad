import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runNpm } from "../process/index.ts";
import { type PublishedPackage, publishedPackages } from "../workspace.ts";

/** A package as users would get it. */
export interface PackedPackage extends PublishedPackage {
  /** Absolute path of the .tgz. */
  readonly tarball: string;
  /** What is in it, such as `dist/index.js`. */
  readonly files: readonly string[];
}

interface PackReport {
  readonly name: string;
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** Packs the published packages into a folder of their own, which is gone when `use` has settled. */
export async function withPackedPackages<Result>(
  use: (packages: readonly PackedPackage[]) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "gannet-packed-"));
  try {
    const packages = publishedPackages();
    const only = packages.flatMap(({ name }) => ["-w", name]);
    const { code, output, stdout } = await runNpm(["pack", ...only, "--json", "--pack-destination", folder]);
    if (code !== 0) throw new Error(`npm pack failed:\n${output}`);
    const reports = Object.values(JSON.parse(stdout) as Record<string, PackReport>);
    return await use(
      packages.map((each) => {
        const report = reports.find(({ name }) => name === each.name);
        if (report === undefined) throw new Error(`npm pack left ${each.name} out`);
        const files = report.files.map(({ path }) => path);
        return { ...each, tarball: join(folder, report.filename), files };
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
