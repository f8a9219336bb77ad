import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

/** A certificate and its key, in PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/**
 * What every server program does: `[--cert FILE --key FILE]`, the line `PORT n` when it is ready, and a clean end at
 * SIGTERM.
 */
export async function serve(
  listen: (identity: Identity | undefined) => Promise<{ port: number; stop(): void }>,
): Promise<void> {
  const { values } = parseArgs({ options: { cert: { type: "string" }, key: { type: "string" } } });
  const { cert, key } = values;
  const identity =
    cert === undefined || key === undefined
      ? undefined
      : { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
  const { port, stop } = await listen(identity);
  console.log(`PORT ${port}`);
  process.once("SIGTERM", stop);
}
