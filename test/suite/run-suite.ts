import type { Suite } from "./suite.ts";

/** By name. A suite is imported when it is asked for: each brings what only it needs. */
export type Suites = Readonly<Record<string, () => Promise<Suite>>>;

/**
 * Runs the suite that `args` begin with, or lists them.
 *
 * @param script the npm script that this is
 * @returns the exit code: 0 where everything passed, 2 where there is no such suite
 */
export async function runSuite(script: string, suites: Suites, args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  const load = name === undefined || !Object.hasOwn(suites, name) ? undefined : suites[name];
  if (load === undefined) {
    if (name !== undefined) console.error(`There is no suite ${JSON.stringify(name)}.`);
    console.error(`Usage: npm run ${script} -- SUITE [OPTIONS]\n\nSuites:`);
    for (const [suiteName, loadSuite] of Object.entries(suites)) {
      console.error(`  ${suiteName.padEnd(16)}${(await loadSuite()).summary}`);
    }
    return 2;
  }
  try {
    const suite = await load();
    return (await suite.run(rest)) ? 0 : 1;
  } catch (error) {
    // What the suite needs is not there, or it was called wrongly.
    console.error(error instanceof Error ? error.message : error);
    console.log("0 passed, 1 failed");
    return 1;
  }
}
