/** The interop client: flags and cases as those of the official ones, and `--ca_file` as grpc-go's has it. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Credentials, createChannel, insecure, tls } from "gannet";
import { CASE_NAMES } from "./official/case-names.ts";
import { interopCases } from "./official/interop-cases.ts";

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      server_host: { type: "string", default: "localhost" },
      server_port: { type: "string", default: "10000" },
      server_host_override: { type: "string" },
      test_case: { type: "string", default: "large_unary" },
      use_tls: { type: "boolean", default: false },
      use_test_ca: { type: "boolean", default: false },
      ca_file: { type: "string" },
    },
  });
  const name = CASE_NAMES.find((one) => one === values.test_case);
  if (name === undefined) {
    console.error(`--test_case is one of ${CASE_NAMES.join(", ")}`);
    return 2;
  }
  if (values.use_test_ca && values.ca_file === undefined) {
    console.error("--use_test_ca needs --ca_file FILE: the test's certificates are not part of this repository");
    return 2;
  }
  const channel = createChannel(`${values.server_host}:${values.server_port}`, {
    credentials: values.use_tls ? readTls(values) : insecure(),
  });
  try {
    await interopCases[name](channel);
    console.log(`${name}: ok`);
    return 0;
  } finally {
    await channel.close();
  }
}

function readTls(values: {
  readonly ca_file?: string | undefined;
  readonly server_host_override?: string | undefined;
}): Credentials {
  return tls({
    ...(values.ca_file === undefined ? {} : { ca: readFileSync(values.ca_file, "utf8") }),
    ...(values.server_host_override === undefined ? {} : { serverName: values.server_host_override }),
  });
}

process.exitCode = await main();
