import { createHash } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { cache } from "../folders.ts";
import { runOrThrow } from "./run-or-throw.ts";
import { tryAgain } from "./try-again.ts";

const INSTALL_TIMEOUT_MS = 540_000;

/**
 * Installs a Go program, such as `google.golang.org/grpc/interop/client@v1.83.1`, unless an earlier run has. Returns
 * its path.
 *
 * @throws Error with Go's words
 */
export async function installGoProgram(module: string): Promise<string> {
  const folder = join(cache, `go-${createHash("sha256").update(module).digest("hex").slice(0, 12)}`);
  const [path = ""] = module.split("@");
  const program = join(folder, path.slice(path.lastIndexOf("/") + 1));
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  const install = { file: "go", args: ["install", module], env: { GOBIN: folder } };
  await tryAgain(() => runOrThrow(install, INSTALL_TIMEOUT_MS));
  return program;
}
