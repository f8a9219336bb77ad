import type { Suite } from "../conformance/suite.ts";

/** The suites by name. Imported when asked for: each brings what only it needs. */
const suites: Readonly<Record<string, () => Promise<Suite>>> = {
  python: async () => (await import("./suites/python.ts")).pythonSuite,
  "grpc-js": async () => (await import("./suites/grpc-js.ts")).grpcJsSuite,
  go: async () => (await import("./suites/go.ts")).goSuite,
  services: async () => (await import("./suites/services.ts")).servicesSuite,
  cpp: async () => (await import("./suites/cpp.ts")).cppSuite,
  discovery: async () => (await import("./suites/discovery.ts")).discoverySuite,
};

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  const load = name === undefined || !Object.hasOwn(suites, name) ? undefined : suites[name];
  if (load === undefined) {
    if (name !== undefined) console.error(`There is no suite ${JSON.stringify(name)}.`);
    console.error("Usage: npm run interop -- SUITE [OPTIONS]\n\nSuites:");
    for (const [suiteName, loadSuite] of Object.entries(suites)) {
      console.error(`  ${suiteName.padEnd(12)}${(await loadSuite()).summary}`);
    }
    return 2;
  }
  const suite = await load();
  try {
    return (await suite.run(rest)) ? 0 : 1;
  } catch (error) {
    // What the suite needs is not there, or was called wrongly.
    console.error(error instanceof Error ? error.message : error);
    console.log("0 passed, 1 failed");
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
