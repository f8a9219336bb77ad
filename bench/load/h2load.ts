import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import { EchoMsgSchema } from "../echo/echo_pb.ts";
import { runInstalled } from "../program.ts";
import { canCountSyscalls, countingSyscalls, readSyscalls } from "./count-syscalls.ts";
import { createPayload, MESSAGE } from "./payload.ts";

/** How many connections, and how many calls at a time on each. */
export interface LoadShape {
  readonly connections: number;
  readonly inFlight: number;
  readonly payloadBytes: number;
  /** @default "http" */
  readonly scheme?: "http" | "https";
}

/** What h2load saw. */
export interface LoadFigures {
  readonly callsPerSecond: number;
  readonly p50Micros: number;
  readonly p99Micros: number;
  /** Calls of the server into the system, for each call; undefined where perf does not count them. */
  readonly syscallsPerCall: number | undefined;
}

/**
 * Calls `Unary` so many times. Returns the calls per second; no call is timed, since each would be written to a log.
 *
 * @throws Error where a call failed, or the replies are not the bytes that they should be
 */
export async function runH2load(port: number, calls: number, shape: LoadShape): Promise<number> {
  const output = await withFolder((folder) => call(port, calls, shape, folder, []));
  return readNumber(output, /, ([\d.]+) req\/s/);
}

/** The same, each call timed, and what the server of this process number asks of the system counted. */
export async function timeH2load(port: number, calls: number, shape: LoadShape, pid: number): Promise<LoadFigures> {
  return await withFolder(async (folder) => {
    const log = join(folder, "log.tsv");
    const counts = join(folder, "counts");
    const wrapper = canCountSyscalls ? countingSyscalls(pid, counts) : [];
    const output = await call(port, calls, shape, folder, [`--log-file=${log}`], wrapper);
    const callsPerSecond = readNumber(output, /, ([\d.]+) req\/s/);
    const syscallsPerCall = canCountSyscalls ? readSyscalls(counts) / calls : undefined;
    return { callsPerSecond, ...readTimes(log), syscallsPerCall };
  });
}

/** Returns what h2load printed. */
async function call(
  port: number,
  calls: number,
  shape: LoadShape,
  folder: string,
  options: readonly string[],
  wrapper: readonly string[] = [],
): Promise<string> {
  const message = createMessage(shape.payloadBytes);
  const file = join(folder, "message.bin");
  writeFileSync(file, message);
  const counts = ["-n", String(calls), "-c", String(shape.connections), "-m", String(shape.inFlight)];
  const headers = ["-H", "content-type: application/grpc", "-H", "te: trailers"];
  const url = `${shape.scheme ?? "http"}://127.0.0.1:${port}/bench.Echo/Unary`;
  const line = [...wrapper, "h2load", ...counts, "-d", file, ...headers, ...options, url];
  const output = await runInstalled(line[0] ?? "", line.slice(1), 1);
  checkReplies(output, calls, message.length);
  return output;
}

async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "gannet-bench-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The message behind its five bytes: not compressed, and its length. */
function createMessage(payloadBytes: number): Buffer {
  const body = toBinary(
    EchoMsgSchema,
    create(EchoMsgSchema, { message: MESSAGE, n: 1, payload: createPayload(payloadBytes) }),
  );
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(body.length, 1);
  return Buffer.concat([prefix, body]);
}

/** h2load reads no grpc-status, but a call that failed brings no message. */
function checkReplies(output: string, calls: number, messageBytes: number): void {
  const succeeded = readNumber(output, /(\d+) succeeded/);
  const good = readNumber(output, /status codes: (\d+) 2xx/);
  const bytes = readNumber(output, /\((\d+)\) data/);
  if (succeeded === calls && good === calls && bytes === calls * messageBytes) return;
  throw new Error(`${calls} calls of ${messageBytes} bytes expected, but h2load saw\n${output}`);
}

function readNumber(output: string, pattern: RegExp): number {
  const [, number] = pattern.exec(output) ?? [];
  if (number === undefined) throw new Error(`${pattern} is not in what h2load printed:\n${output}`);
  return Number(number);
}

/** Each line of the log has a start, a status and the microseconds that the call took. */
function readTimes(log: string): { p50Micros: number; p99Micros: number } {
  const micros = readFileSync(log, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => Number(line.split("\t")[2]))
    .sort((a, b) => a - b);
  const at = (share: number) => micros[Math.floor(micros.length * share)] ?? Number.NaN;
  return { p50Micros: at(0.5), p99Micros: at(0.99) };
}
