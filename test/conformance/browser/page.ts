// Runs in the browser: compiles what the server has, which it reads by fetch, and sends what came of it.
import { type Compiled, compileByReader } from "./compile-by-reader.ts";

/** Files to compile, and where they are. */
export interface BrowserJob {
  readonly files: readonly string[];
  /** The start of the URLs of their texts. */
  readonly base: string;
}

/** Node's types, which tests have, have it since Node 21 only. */
declare const navigator: { readonly userAgent: string };

async function run(): Promise<readonly Compiled[]> {
  const jobs = (await (await fetch("/jobs")).json()) as readonly BrowserJob[];
  const all: Compiled[] = [];
  for (const { files, base } of jobs) {
    const read = async (path: string): Promise<Uint8Array | undefined> => {
      const response = await fetch(base + path);
      return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
    };
    all.push(await compileByReader(files, read));
  }
  return all;
}

async function report(path: string, body: unknown): Promise<void> {
  await fetch(path, { method: "POST", body: JSON.stringify(body) });
}

run().then(
  async (compiled) => await report("/compiled", { compiled, agent: navigator.userAgent }),
  async (error: unknown) => await report("/failed", error instanceof Error ? error.stack : String(error)),
);
