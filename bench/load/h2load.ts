import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import { EchoMsgSchema } from "../echo/echo_pb.ts";
import { runInstalled } from "../program.ts";
import { createPayload } from "./payload.ts";

/** How many connections, and how many calls at a time on each. */
export interface LoadShape {
  readonly connections: number;
  readonly inFlight: number;
  readonly payloadBytes: number;
}

/** What h2load saw. */
export interface LoadFigures {
  readonly calls: number;
  readonly callsPerSecond: number;
  readonly p50Micros: number;
  readonly p99Micros: number;
}

/**
 * Calls `Unary` so many times.
 *
 * @throws Error where a call failed, or the replies are not the bytes that they should be
 */
export async function runH2load(port: number, calls: number, shape: LoadShape): Promise<LoadFigures> {
  const folder = mkdtempSync(join(tmpdir(), "gannet-bench-"));
  try {
    const message = createMessage(shape.payloadBytes);
    const file = join(folder, "message.bin");
    const log = join(folder, "log.tsv");
    writeFileSync(file, message);
    const counts = ["-n", String(calls), "-c", String(shape.connections), "-m", String(shape.inFlight)];
    const headers = ["-H", "content-type: application/grpc", "-H", "te: trailers"];
    const url = `http://127.0.0.1:${port}/bench.Echo/Unary`;
    const output = await runInstalled("h2load", [...counts, "-d", file, ...headers, `--log-file=${log}`, url], 1);
    checkReplies(output, calls, message.length);
    return { calls, callsPerSecond: readNumber(output, /, ([\d.]+) req\/s/), ...readTimes(log) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The message behind its five bytes: not compressed, and its length. */
function createMessage(payloadBytes: number): Buffer {
  const body = toBinary(EchoMsgSchema, create(EchoMsgSchema, { n: 1, payload: createPayload(payloadBytes) }));
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
