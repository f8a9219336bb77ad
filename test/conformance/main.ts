import type { Suite } from "./suite.ts";

/** The suites by name. Imported when asked for: each brings what only it needs. */
const suites: Readonly<Record<string, () => Promise<Suite>>> = {
  browser: async () => (await import("./browser/index.ts")).browserSuite,
  codec: async () => (await import("./codec/index.ts")).codecSuite,
  http2: async () => (await import("./http2/index.ts")).http2Suite,
  protobuf: async () => (await import("./protobuf/index.ts")).protobufSuite,
  "protoc-cli": async () => (await import("./protoc-cli/index.ts")).protocCliSuite,
  protoc: async () => (await import("./protoc/index.ts")).protocSuite,
  "protoc-mutants": async () => (await import("./protoc-mutants/index.ts")).mutantsSuite,
  connect: async () => (await import("./connect/index.ts")).connectSuite,
};

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  const load = name === undefined || !Object.hasOwn(suites, name) ? undefined : suites[name];
  if (load === undefined) {
    if (name !== undefined) console.error(`There is no suite ${JSON.stringify(name)}.`);
    console.error("Usage: npm run conformance -- SUITE [OPTIONS]\n\nSuites:");
    for (const [suiteName, loadSuite] of Object.entries(suites)) {
      console.error(`  ${suiteName.padEnd(16)}${(await loadSuite()).summary}`);
    }
    return 2;
  }
  const suite = await load();
  try {
    return (await suite.run(rest)) ? 0 : 1;
  } catch (error) {
    // What the suite needs is not there.
    console.error(error instanceof Error ? error.message : error);
    console.log("0 passed, 1 failed");
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
