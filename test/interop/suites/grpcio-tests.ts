import { join } from "node:path";
import { BASIC_CASES } from "../official/case-names.ts";
import { type InteropPrograms, tlsBuiltIn } from "../official/interop-programs.ts";
import { fetchDebianSource } from "../program/debian.ts";
import type { IdentityFiles } from "../program/identity-files.ts";
import type { Python } from "../program/python.ts";

const TESTS = "src/python/grpcio_tests";
const PROTOS = ["empty", "messages", "test"].map((name) => `src/proto/grpc/testing/${name}.proto`);
/** The two programs with what they import, and the certificates that they use. */
const MEMBERS = [
  ...PROTOS,
  ...["__init__", "_loader", "_result", "_runner", "unit/__init__", "unit/test_common"].map(
    (module) => `${TESTS}/tests/${module}.py`,
  ),
  `${TESTS}/tests/interop`,
];

/** grpcio's own interop tests, which its package does not have: out of Debian's source of gRPC. */
export async function createGrpcioTests(
  python: Python,
): Promise<{ programs: InteropPrograms; identity: IdentityFiles }> {
  const root = await fetchDebianSource("grpc", MEMBERS);
  const from = { source: join(root, TESTS), protoRoot: root, protos: PROTOS };
  const credentials = join(root, TESTS, "tests/interop/credentials");
  return {
    programs: {
      name: "grpcio's tests",
      server: await python.module("tests.interop.server", from),
      client: await python.module("tests.interop.client", from),
      serverCases: BASIC_CASES,
      clientCases: BASIC_CASES,
      tls: tlsBuiltIn,
    },
    identity: {
      ca: join(credentials, "ca.pem"),
      cert: join(credentials, "server1.pem"),
      key: join(credentials, "server1.key"),
    },
  };
}
