import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const WORKSPACE = fileURLToPath(new URL("../../..", import.meta.url));

/** The packages as npm would publish them, in a folder of their own. */
export class PackedPackages {
  readonly #folder = mkdtempSync(join(tmpdir(), "gannet-packed-"));

  constructor() {
    const names = ["gannet", "@gannet/compiler", "@gannet/cli"].flatMap((name) => ["-w", name]);
    runNpm(["pack", ...names, "--silent", "--pack-destination", this.#folder], WORKSPACE);
  }

  /** File names, such as `gannet-0.1.0.tgz`. */
  get tarballs(): string[] {
    return readdirSync(this.#folder);
  }

  /** The absolute path of the folder that the tarballs are in. */
  get folder(): string {
    return this.#folder;
  }

  /**
   * Makes an empty folder with packages installed, without asking a registry: ours from their tarballs, others
   * linked to those of the workspace.
   */
  createProject(packages: readonly string[]): string {
    const project = mkdtempSync(join(tmpdir(), "gannet-project-"));
    mkdirSync(join(project, "node_modules/.bin"), { recursive: true });
    for (const name of packages) {
      const installed = join(project, "node_modules", name);
      if (!name.startsWith("gannet") && !name.startsWith("@gannet/")) {
        mkdirSync(dirname(installed), { recursive: true });
        symlinkSync(join(WORKSPACE, "node_modules", name), installed);
        continue;
      }
      mkdirSync(installed, { recursive: true });
      const tarball = this.tarballs.find((file) => file.startsWith(`${name.replace("@", "").replace("/", "-")}-0`));
      if (tarball === undefined) throw new Error(`npm pack made no ${name}`);
      execFileSync("tar", ["-xzf", join(this.#folder, tarball), "--strip-components=1", "-C", installed]);
    }
    if (packages.includes("@gannet/cli"))
      symlinkSync("../@gannet/cli/dist/main.js", join(project, "node_modules/.bin/gannet"));
    if (packages.includes("typescript")) symlinkSync("../typescript/bin/tsc", join(project, "node_modules/.bin/tsc"));
    return project;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Runs npm with the Node that runs this. */
function runNpm(args: readonly string[], cwd: string): void {
  const npm = process.env["npm_execpath"];
  if (npm === undefined) execFileSync("npm", args, { cwd, stdio: "pipe" });
  else execFileSync(process.execPath, [npm, ...args], { cwd, stdio: "pipe" });
}
