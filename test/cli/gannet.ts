import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The program as it is published, and as `npm run build` leaves it. */
export const gannetPath: string = fileURLToPath(new URL("../../../packages/cli/dist/main.js", import.meta.url));

/** How a run of `gannet` ended. */
export interface GannetRun {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run `gannet`. */
export interface GannetOptions {
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** As a user from whom permissions keep something, where this process is root's. */
  readonly unprivileged?: boolean | undefined;
  /** @default the built one */
  readonly program?: string | undefined;
}

/** A user without rights of its own: `nobody`. */
const NOBODY = 65534;

/** Runs the built `gannet` in `folder`, as a process of its own. */
export function runGannet(folder: string, args: readonly string[], options: GannetOptions = {}): GannetRun {
  const inherited = { ...process.env };
  // What colours the output of these tests is no wish of theirs.
  delete inherited["FORCE_COLOR"];
  const asNobody = options.unprivileged === true && process.getuid?.() === 0;
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [options.program ?? gannetPath, ...args], {
    cwd: folder,
    env: { ...inherited, ...options.env },
    encoding: "utf8",
    ...(asNobody ? { uid: NOBODY, gid: NOBODY } : {}),
  });
  if (error !== undefined) throw error;
  return { code: status, stdout, stderr };
}
