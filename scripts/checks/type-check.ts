import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runNpm, runProgram, runTool } from "../process/index.ts";
import { workspace } from "../workspace.ts";
import { type Check, type CheckResult, resultOf } from "./check.ts";
import { type PackedPackage, withPackedPackages } from "./packed-packages.ts";

/** Whether everything compiles, and the published types do where there is neither Node nor a newer ES than 2022. */
export const typeCheck: Check = {
  name: "types",
  about: "the whole build, and the published types under lib ES2022 without Node's (TypeScript)",
  async run(): Promise<CheckResult> {
    const build = await runNpm(["run", "build", "--silent"]);
    if (build.code !== 0) return { passed: 0, failed: 1, details: build.output };
    return withPackedPackages(async (packages) => {
      const libraries = packages.filter(({ entries }) => entries.length > 0);
      const found: string[][] = [[]];
      for (const resolution of ["nodenext", "bundler"]) {
        for (const library of libraries) found.push(await compileUse(library, resolution));
      }
      return resultOf(found);
    });
  },
};

/** Compiles a program that imports all that `library` publishes, as a user far from this workspace would. */
async function compileUse(library: PackedPackage, resolution: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "gannet-types-"));
  try {
    const installed = join(folder, "node_modules", library.name);
    mkdirSync(installed, { recursive: true });
    await runProgram("tar", ["-xzf", library.tarball, "--strip-components=1", "-C", installed]);
    for (const dependency of Object.keys(library.dependencies)) {
      cpSync(join(workspace, "node_modules", dependency), join(folder, "node_modules", dependency), {
        recursive: true,
      });
    }
    const program = library.entries
      .map(({ specifier }, index) => `import * as entry${index} from "${specifier}";\nexport { entry${index} };\n`)
      .join("");
    writeFileSync(join(folder, "use.ts"), program);
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(userConfiguration(resolution)));
    const { code, output } = await runTool("typescript", ["-p", folder], { bin: "tsc" });
    return code === 0 ? [] : [`${library.name}, module resolution ${resolution}:\n${output}`];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function userConfiguration(resolution: string): object {
  return {
    compilerOptions: {
      target: "es2022",
      lib: ["es2022"],
      types: [],
      module: resolution === "bundler" ? "esnext" : resolution,
      moduleResolution: resolution,
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      noEmit: true,
    },
    files: ["use.ts"],
  };
}
