import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const EVENT = "raw_syscalls:sys_enter";

/** Whether perf is there, and may count what programs ask of the system. */
export const canCountSyscalls: boolean = spawnSync("perf", ["stat", "-e", EVENT, "true"]).status === 0;

/** What goes before a command so that the calls of a process into the system are counted meanwhile, all its threads'. */
export function countingSyscalls(pid: number, file: string): readonly string[] {
  return ["perf", "stat", "-x", ",", "-o", file, "-e", EVENT, "-p", String(pid), "--"];
}

/** How many there were. */
export function readSyscalls(file: string): number {
  const line = readFileSync(file, "utf8")
    .split("\n")
    .find((one) => one.includes(EVENT));
  return Number(line?.split(",")[0]);
}
