/** The interop client: flags and cases as those of the official ones, and `--ca_file` as grpc-go's has it. */
import { readFileSync } from "node:fs";
import { type Credentials, createChannel, insecure, tls } from "gannet";
import { CASE_NAMES } from "./official/case-names.ts";
import { type FlagValues, readFlags } from "./official/flags.ts";
import type { CaseContext } from "./official/interop-case.ts";
import { interopCases } from "./official/interop-cases.ts";
import { readSoak, SOAK_FLAGS } from "./official/soak-flags.ts";

const FLAGS = {
  server_host: { type: "string" },
  server_port: { type: "string" },
  server_host_override: { type: "string" },
  test_case: { type: "string" },
  use_tls: { type: "boolean" },
  use_test_ca: { type: "boolean" },
  ca_file: { type: "string" },
  ...SOAK_FLAGS,
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
  const openChannel: CaseContext["openChannel"] = (options) =>
    createChannel(`${server_host}:${server_port}`, { ...options, credentials });
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

process.exitCode = await main();
