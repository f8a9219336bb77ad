/** The interop client: flags and cases as those of the official ones, and `--ca_file` as grpc-go's has it. */
import { readFileSync } from "node:fs";
import { type Credentials, createChannel, insecure, tls } from "gannet";
import { CASE_NAMES } from "./official/case-names.ts";
import { type FlagValues, readFlags } from "./official/flags.ts";
import { interopCases } from "./official/interop-cases.ts";
import type { SoakOptions } from "./official/soak.ts";

const FLAGS = {
  server_host: { type: "string" },
  server_port: { type: "string" },
  server_host_override: { type: "string" },
  test_case: { type: "string" },
  use_tls: { type: "boolean" },
  use_test_ca: { type: "boolean" },
  ca_file: { type: "string" },
  soak_iterations: { type: "string" },
  soak_max_failures: { type: "string" },
  soak_per_iteration_max_acceptable_latency_ms: { type: "string" },
  soak_overall_timeout_seconds: { type: "string" },
  soak_min_time_ms_between_rpcs: { type: "string" },
  soak_request_size: { type: "string" },
  soak_response_size: { type: "string" },
  soak_num_threads: { type: "string" },
} as const;
type Flags = FlagValues<typeof FLAGS>;

async function main(): Promise<number> {
  const flags = readFlags(FLAGS);
  const { server_host = "localhost", server_port = "10000", test_case = "large_unary" } = flags;
  const name = CASE_NAMES.find((one) => one === test_case);
  if (name === undefined) {
    console.error(`--test_case is one of ${CASE_NAMES.join(", ")}`);
    return 2;
  }
  if (flags.use_test_ca && flags.ca_file === undefined) {
    console.error("--use_test_ca needs --ca_file FILE: the test's certificates are not part of this repository");
    return 2;
  }
  const credentials = flags.use_tls ? readTls(flags) : insecure();
  const openChannel = () => createChannel(`${server_host}:${server_port}`, { credentials });
  const channel = openChannel();
  try {
    await interopCases[name]({ channel, openChannel, soak: readSoak(flags) });
    console.log(`${name}: ok`);
    return 0;
  } finally {
    await channel.close();
  }
}

function readTls({ ca_file, server_host_override }: Flags): Credentials {
  return tls({
    ...(ca_file === undefined ? {} : { ca: readFileSync(ca_file, "utf8") }),
    ...(server_host_override === undefined ? {} : { serverName: server_host_override }),
  });
}

function readSoak(flags: Flags): SoakOptions {
  const seconds = readNumber(flags, "soak_overall_timeout_seconds");
  return {
    iterations: readNumber(flags, "soak_iterations"),
    maxFailures: readNumber(flags, "soak_max_failures"),
    maxLatencyMs: readNumber(flags, "soak_per_iteration_max_acceptable_latency_ms"),
    overallTimeoutMs: seconds === undefined ? undefined : seconds * 1_000,
    minTimeBetweenCallsMs: readNumber(flags, "soak_min_time_ms_between_rpcs"),
    requestBytes: readNumber(flags, "soak_request_size"),
    responseBytes: readNumber(flags, "soak_response_size"),
    workers: readNumber(flags, "soak_num_threads"),
  };
}

function readNumber(flags: Flags, name: Extract<keyof Flags, `soak_${string}`>): number | undefined {
  const text = flags[name];
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new TypeError(`--${name} takes a number, and not ${JSON.stringify(text)}`);
  return Number(text);
}

process.exitCode = await main();
