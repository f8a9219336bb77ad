import { runSuite, type Suites } from "../suite/run-suite.ts";

const suites: Suites = {
  browser: async () => (await import("./browser/index.ts")).browserSuite,
  codec: async () => (await import("./codec/index.ts")).codecSuite,
  http2: async () => (await import("./http2/index.ts")).http2Suite,
  protobuf: async () => (await import("./protobuf/index.ts")).protobufSuite,
  "protoc-cli": async () => (await import("./protoc-cli/index.ts")).protocCliSuite,
  protoc: async () => (await import("./protoc/index.ts")).protocSuite,
  "protoc-mutants": async () => (await import("./protoc-mutants/index.ts")).mutantsSuite,
  connect: async () => (await import("./connect/index.ts")).connectSuite,
};

process.exitCode = await runSuite("conformance", suites, process.argv.slice(2));
