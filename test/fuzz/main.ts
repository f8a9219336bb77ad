import { fuzz } from "./fuzz.ts";
import type { FuzzTarget } from "./fuzz-target.ts";

/** What can be run. */
interface FuzzSuite {
  /** One line for the list of suites. */
  readonly summary: string;
  /** Resolves to whether nothing was found. */
  run(args: readonly string[]): Promise<boolean>;
}

/** The suites by name. Imported when asked for: what is fuzzed must not be loaded before it is instrumented. */
const suites: Readonly<Record<string, () => Promise<FuzzSuite>>> = {
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

function suiteOf(name: string, target: FuzzTarget): FuzzSuite {
  return { summary: target.summary, run: (args) => fuzz(name, target, args) };
}

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  const load = name === undefined || !Object.hasOwn(suites, name) ? undefined : suites[name];
  if (load === undefined) {
    if (name !== undefined) console.error(`There is no suite ${JSON.stringify(name)}.`);
    console.error("Usage: npm run fuzz -- SUITE [OPTIONS]\n\nSuites:");
    for (const [suiteName, loadSuite] of Object.entries(suites)) {
      console.error(`  ${suiteName.padEnd(16)}${(await loadSuite()).summary}`);
    }
    return 2;
  }
  const suite = await load();
  try {
    return (await suite.run(rest)) ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.log("0 passed, 1 failed");
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
