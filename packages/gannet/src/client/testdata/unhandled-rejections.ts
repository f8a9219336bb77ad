// biome-ignore-all lint/style/noRestrictedGlobals: tests run on Node
/** What became an unhandled rejection while `run` ran, and in the turns of the event loop behind it. */
export async function unhandledRejections(run: () => unknown): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  const record = (reason: unknown): void => {
    found.push(reason);
  };
  process.on("unhandledRejection", record);
  try {
    await run();
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off("unhandledRejection", record);
  }
  return found;
}
