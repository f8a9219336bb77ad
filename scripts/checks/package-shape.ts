import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runTool } from "../process/index.ts";
import { workspace } from "../workspace.ts";
import { type Check, resultOf } from "./check.ts";
import { type PackedPackage, withPackedPackages } from "./packed-packages.ts";

/** Whether each package holds what its users need, no less and no more. */
export const packageShape: Check = {
  name: "package-shape",
  about: "the packages as npm would publish them (publint, attw, contents)",
  run: () =>
    withPackedPackages(async (packages) => {
      const found: string[][] = [];
      for (const each of packages) {
        found.push(checkContents(each), checkDependencies(each), await runPublint(each));
        if (each.entries.length > 0) found.push(await runAttw(each));
      }
      return resultOf(found);
    }),
};

const NEEDED = ["LICENSE", "NOTICE", "README.md", "package.json"] as const;

/** Sources, tests and what the build keeps for itself stay at home. The runtime alone publishes a test kit. */
const UNWANTED = /^src\/|\.test\.|tsbuildinfo|^tsconfig/;
const TEST_KIT = /^dist\/testing\//;

function checkContents({ name, folder, files }: PackedPackage): string[] {
  const faults = [
    ...NEEDED.filter((file) => !files.includes(file)).map((file) => `${name}: ${file} is missing`),
    ...files
      .filter((file) => UNWANTED.test(file) || (name !== "gannet" && TEST_KIT.test(file)))
      .map((file) => `${name}: ${file} does not belong into the package`),
  ];
  for (const file of ["LICENSE", "NOTICE"]) {
    if (!files.includes(file)) continue;
    if (readFileSync(join(folder, file), "utf8") === readFileSync(join(workspace, file), "utf8")) continue;
    faults.push(`${name}: ${file} differs from the one at the root`);
  }
  return faults;
}

/** What ARCHITECTURE.md allows a library to bring along. The command line may take tool libraries. */
function checkDependencies({ name, entries, dependencies }: PackedPackage): string[] {
  if (entries.length === 0) return [];
  return Object.keys(dependencies)
    .filter((dependency) => dependency !== "@bufbuild/protobuf")
    .map((dependency) => `${name} depends on ${dependency}; a library of ours brings @bufbuild/protobuf only`);
}

async function runPublint({ name, tarball }: PackedPackage): Promise<string[]> {
  const { code, output } = await runTool("publint", ["run", tarball, "--strict"]);
  return code === 0 ? [] : [`${name}:\n${output}`];
}

async function runAttw({ name, tarball }: PackedPackage): Promise<string[]> {
  const options = ["--profile=esm-only", "--no-definitely-typed", "--format=ascii", "--no-emoji", "--no-color"];
  const { code, output } = await runTool("@arethetypeswrong/cli", [tarball, ...options], { bin: "attw" });
  return code === 0 ? [] : [`${name}:\n${output}`];
}
