import { runSuite, type Suites } from "../suite/run-suite.ts";
import type { Suite } from "../suite/suite.ts";
import { fuzz } from "./fuzz.ts";
import type { FuzzTarget } from "./fuzz-target.ts";

// What is fuzzed must not be loaded before it is instrumented.
const suites: Suites = {
  simulate: () => import("../simulation/simulate.ts"),
  soak: () => import("../chaos/soak.ts"),
  chaos: () => import("../chaos/chaos.ts"),
  differential: () => import("./differential/differential.ts"),
  frames: async () => suiteOf("frames", (await import("./targets/frames.ts")).target),
  hpack: async () => suiteOf("hpack", (await import("./targets/hpack.ts")).target),
  huffman: async () => suiteOf("huffman", (await import("./targets/huffman.ts")).target),
  decode: async () => suiteOf("decode", (await import("./targets/decode.ts")).target),
  schema: async () => suiteOf("schema", (await import("./targets/schema.ts")).target),
  encode: async () => suiteOf("encode", (await import("./targets/encode.ts")).target),
  compiler: async () => suiteOf("compiler", (await import("./targets/compiler.ts")).target),
  "server-session": async () => suiteOf("server-session", (await import("./targets/server-session.ts")).target),
  "client-session": async () => suiteOf("client-session", (await import("./targets/client-session.ts")).target),
};

function suiteOf(name: string, target: FuzzTarget): Suite {
  return { summary: target.summary, run: (args) => fuzz(name, target, args) };
}

process.exitCode = await runSuite("fuzz", suites, process.argv.slice(2));
