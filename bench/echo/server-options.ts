import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

/** How an echo server of this folder serves. */
export interface EchoServerOptions {
  /** `--settle`: the handler of `Unary` awaits a turn of its own before it answers, as one does that asks a database. */
  readonly settle: boolean;
  /** `--intercept`: one interceptor that does nothing, and somebody who reads the statistics. */
  readonly intercept: boolean;
  /** `--tls FOLDER`: with cert.pem and key.pem of there. */
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | undefined;
}

/** How often the statistics are read. */
export const STATS_EVERY_MS = 100;

/** Reads them from the command line of this process. */
export function readServerOptions(): EchoServerOptions {
  const { values } = parseArgs({
    options: {
      settle: { type: "boolean", default: false },
      intercept: { type: "boolean", default: false },
      tls: { type: "string" },
    },
  });
  const { settle, intercept, tls: folder } = values;
  const read = (name: string) => readFileSync(join(folder ?? "", name));
  return {
    settle,
    intercept,
    tls: folder === undefined ? undefined : { cert: read("cert.pem"), key: read("key.pem") },
  };
}
