import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cache } from "../folders.ts";
import { runOrThrow } from "./run-or-throw.ts";
import { runToEnd } from "./running-program.ts";
import { tryAgain } from "./try-again.ts";

const INSTALL_TIMEOUT_MS = 300_000;
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * Installs packages of Debian that are not there yet.
 *
 * @throws Error with apt's words, or with what an administrator has to do where this user may not install
 */
export async function installDebianPackages(names: readonly string[]): Promise<void> {
  const missing: string[] = [];
  for (const name of names) if (!(await isInstalled(name))) missing.push(name);
  if (missing.length === 0) return;
  const args = ["install", "--yes", "--no-install-recommends", ...missing];
  if (process.getuid?.() !== 0) throw new Error(`this suite needs: apt-get ${args.join(" ")}`);
  await tryAgain(async () => {
    await apt(["update"]);
    await apt(args);
  });
}

async function isInstalled(name: string): Promise<boolean> {
  const args = ["--show", "--showformat=$" + "{db:Status-Status}", name];
  const { code, stdout } = await runToEnd({ file: "dpkg-query", args }, INSTALL_TIMEOUT_MS);
  return code === 0 && stdout === "installed";
}

/**
 * Fetches what Debian has as the upstream source of a package, unless an earlier run has, and unpacks some of its files.
 * What is fetched is checked against Debian's signatures, and nothing of the system's own lists is changed.
 *
 * @param members files and folders by their paths in the source, none for all of it
 * @returns the folder of the source
 * @throws Error with apt's or tar's words
 */
export async function fetchDebianSource(name: string, members: readonly string[]): Promise<string> {
  const version = createHash("sha256").update(members.join("\n")).digest("hex").slice(0, 12);
  const folder = join(cache, `debian-${name}-${version}`);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  const archives = join(unfinished, "archives");
  try {
    mkdirSync(archives, { recursive: true });
    await tryAgain(() => download(name, archives));
    const archive = readdirSync(archives).find((file) => /\.orig\.tar\.\w+$/.test(file));
    if (archive === undefined) throw new Error(`Debian's source of ${name} has no upstream archive`);
    const path = join(archives, archive);
    const top =
      (await runOrThrow({ file: "tar", args: ["--list", "--file", path] }, INSTALL_TIMEOUT_MS)).split("/", 1)[0] ?? "";
    const wanted = members.map((member) => `${top}/${member}`);
    const args = ["--extract", "--file", path, "--directory", unfinished, "--strip-components=1", ...wanted];
    await runOrThrow({ file: "tar", args }, INSTALL_TIMEOUT_MS);
    rmSync(archives, { recursive: true });
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}

/**
 * Fetches packages of another release of Debian, unless an earlier run has, and unpacks them without installing them.
 *
 * @param release such as `trixie`
 * @returns the folder that is the root of their files
 * @throws Error with apt's or dpkg's words
 */
export async function fetchDebianPackages(release: string, names: readonly string[]): Promise<string> {
  const version = createHash("sha256").update(names.join("\n")).digest("hex").slice(0, 12);
  const folder = join(cache, `debian-${release}-${version}`);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  const archives = join(unfinished, "archives");
  try {
    mkdirSync(archives, { recursive: true });
    const format = `deb [SIGNED]$(REPO_URI) ${release} $(COMPONENT)`;
    await tryAgain(async () => {
      const ownSources = await ownLists(archives, format, /^(?!.*security)deb /);
      await apt([...ownSources, "download", ...names], archives);
    });
    for (const archive of readdirSync(archives).filter((file) => file.endsWith(".deb"))) {
      const args = ["--extract", join(archives, archive), unfinished];
      await runOrThrow({ file: "dpkg-deb", args }, INSTALL_TIMEOUT_MS);
    }
    rmSync(archives, { recursive: true });
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}

/** Runs `apt-get source`. */
async function download(name: string, folder: string): Promise<void> {
  const ownSources = await ownLists(folder, "deb-src [SIGNED]$(REPO_URI) $(RELEASE) $(COMPONENT)", /./);
  await apt([...ownSources, "source", "--download-only", name], folder);
}

/**
 * Makes lists of packages in `folder`: those of the system may be empty, and mostly name no sources. Gives the options with
 * which apt looks at them.
 *
 * @param format a line of sources.list for each archive that the system knows
 * @param wanted which of these lines are of use
 */
async function ownLists(folder: string, format: string, wanted: RegExp): Promise<readonly string[]> {
  const sources = join(folder, "sources.list");
  const lists = join(folder, "lists");
  mkdirSync(join(lists, "partial"), { recursive: true });
  // The user that apt would go over to may not read this folder.
  const own = options([`Dir::State::lists=${lists}`, "APT::Sandbox::User=root"]);
  await apt([...own, "update"]);
  const filters = ["Created-By: Packages", "Origin: Debian"];
  const targets = await apt([...own, "indextargets", "--format", format, ...filters]);
  const signed = existsSync(KEYRING) ? `[signed-by=${KEYRING}] ` : "";
  const lines = new Set(targets.split("\n").filter((line) => wanted.test(line)));
  writeFileSync(sources, [...lines, ""].join("\n").replaceAll("[SIGNED]", signed));
  const ownSources = [...own, ...options([`Dir::Etc::sourcelist=${sources}`, "Dir::Etc::sourceparts=-"])];
  await apt([...ownSources, "update"]);
  return ownSources;
}

function options(settings: readonly string[]): string[] {
  return settings.flatMap((setting) => ["-o", setting]);
}

async function apt(args: readonly string[], cwd?: string): Promise<string> {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  return await runOrThrow({ file: "apt-get", args, env, cwd }, INSTALL_TIMEOUT_MS);
}
