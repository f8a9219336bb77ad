/** The interop client, made with grpc-js: flags as those of the official ones, and of test/interop/client.ts. */
import { readFileSync } from "node:fs";
import { credentials } from "@grpc/grpc-js";
import { CASE_NAMES } from "../official/case-names.ts";
import { readFlags } from "../official/flags.ts";
import { readSoak, SOAK_FLAGS } from "../official/soak-flags.ts";
import { grpcJsInteropCases, type TestStub } from "./interop-cases.ts";
import { loadTestServices } from "./load-test-service.ts";

const flags = readFlags({
  server_host: { type: "string" },
  server_port: { type: "string" },
  server_host_override: { type: "string" },
  test_case: { type: "string" },
  use_tls: { type: "boolean" },
  use_test_ca: { type: "boolean" },
  ca_file: { type: "string" },
  ...SOAK_FLAGS,
});
const { server_host = "localhost", server_port = "10000", test_case = "large_unary", ca_file } = flags;
const name = CASE_NAMES.find((one) => one === test_case);
const run = name === undefined ? undefined : grpcJsInteropCases[name];
if (run === undefined) throw new TypeError(`--test_case is one of ${Object.keys(grpcJsInteropCases).join(", ")}`);

const target = `${server_host}:${server_port}`;
const security = flags.use_tls
  ? credentials.createSsl(ca_file === undefined ? null : readFileSync(ca_file))
  : credentials.createInsecure();
const options =
  flags.server_host_override === undefined ? {} : { "grpc.ssl_target_name_override": flags.server_host_override };
const { TestService, UnimplementedService } = loadTestServices();
// Channels with the same options share their connections otherwise.
const openStub = () =>
  new TestService(target, security, { ...options, "grpc.use_local_subchannel_pool": 1 }) as unknown as TestStub;
const stub = openStub();
const absent = new UnimplementedService(target, security, options);
try {
  await run({ stub, absent: absent as unknown as TestStub, openStub, soak: readSoak(flags) });
  console.log(`${name}: ok`);
} finally {
  stub.close();
  absent.close();
}
