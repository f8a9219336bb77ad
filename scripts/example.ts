/**
 * `npm run example -- NAME [ARGUMENTS]`: runs a program of examples/, such as `tutorial/hello/server`. It has this
 * terminal, and its exit code is this program's.
 */
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { constants } from "node:os";
import { join, relative, sep } from "node:path";
import { workspace } from "./workspace.ts";

const EXAMPLES = join(workspace, "examples");
const PARENT_CHECK_MS = 250;

function main(args: readonly string[]): void {
  const [name, ...rest] = args;
  const names = listExamples();
  if (name === undefined || !names.includes(name)) {
    if (name !== undefined) console.error(`There is no example ${JSON.stringify(name)}.`);
    console.error(
      `Usage: npm run example -- NAME [ARGUMENTS]\n\nExamples:\n${names.map((one) => `  ${one}`).join("\n")}`,
    );
    process.exitCode = 2;
    return;
  }
  runExample(join(EXAMPLES, "dist", `${name}.js`), rest);
}

/** Every program by its path without the ending. */
function listExamples(): string[] {
  return readdirSync(EXAMPLES, { recursive: true, encoding: "utf8" })
    .map((path) => relative(".", path).split(sep).join("/"))
    .filter((path) => /\/(?:client|issuer|server)\.ts$/.test(path) && !/^(?:dist|node_modules)\//.test(path))
    .map((path) => path.slice(0, -".ts".length))
    .sort();
}

function runExample(file: string, args: readonly string[]): void {
  const program = spawn(process.execPath, ["--enable-source-maps", file, ...args], { stdio: "inherit" });
  // Ctrl-C reaches the program from the terminal; this one stays to tell how it ended.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => program.kill(signal));
  // Where npm is ended by a signal, its shell may go without telling us.
  const parent = process.ppid;
  const parentCheck = setInterval(() => {
    if (process.ppid !== parent) program.kill("SIGTERM");
  }, PARENT_CHECK_MS);
  program.on("close", (code, signal) => {
    clearInterval(parentCheck);
    process.exitCode = code ?? 128 + constants.signals[signal ?? "SIGTERM"];
  });
}

main(process.argv.slice(2));
