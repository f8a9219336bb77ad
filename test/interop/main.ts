import { runSuite, type Suites } from "../suite/run-suite.ts";

const suites: Suites = {
  python: async () => (await import("./suites/python.ts")).pythonSuite,
  "grpc-js": async () => (await import("./suites/grpc-js.ts")).grpcJsSuite,
  go: async () => (await import("./suites/go.ts")).goSuite,
  services: async () => (await import("./suites/services.ts")).servicesSuite,
  cpp: async () => (await import("./suites/cpp.ts")).cppSuite,
  discovery: async () => (await import("./suites/discovery.ts")).discoverySuite,
};

process.exitCode = await runSuite("interop", suites, process.argv.slice(2));
