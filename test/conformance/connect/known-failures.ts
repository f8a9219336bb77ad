/**
 * Cases that are known to fail, as patterns of the suite's names, with the reason. A pattern that no case has, and a case
 * that passes, fail the run. Meant to be empty.
 */
export const knownFailures: Readonly<Record<"client" | "server", ReadonlyMap<string, string>>> = {
  client: new Map(),
  server: new Map(),
};
