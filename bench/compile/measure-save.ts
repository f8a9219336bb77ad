import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Figures, median } from "../report/figures.ts";

const SAVES = 20;
/** The first ones run code that V8 has not compiled yet. */
const WARM_UP = 3;
const FIELDS = 10;

/** How long it takes `gannet gen --watch` from a save until the code is written, in a project of so many files. */
export async function measureSave(gannet: string, files: number): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), "gannet-bench-watch-"));
  try {
    mkdirSync(join(folder, "proto"));
    for (let index = 0; index < files; index++) writeFileSync(join(folder, `proto/f${index}.proto`), source(index, 0));
    const child = spawn(process.execPath, [gannet, "gen", "proto", "--out", "gen", "--watch"], {
      cwd: folder,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const waitFor = async (pattern: RegExp): Promise<void> => {
      for (;;) {
        const { value, done } = await lines.next();
        if (done === true) throw new Error("gannet gen --watch ended");
        if (pattern.test(value)) return;
      }
    };
    await waitFor(/^watching/);
    const times: number[] = [];
    for (let save = 1; save <= WARM_UP + SAVES; save++) {
      // The last file: nothing imports it. Saved as editors do.
      writeFileSync(join(folder, "saved.tmp"), source(files - 1, save));
      const started = performance.now();
      renameSync(join(folder, "saved.tmp"), join(folder, `proto/f${files - 1}.proto`));
      await waitFor(/^wrote/);
      if (save > WARM_UP) times.push(performance.now() - started);
      await waitFor(/^watching/);
    }
    child.kill("SIGINT");
    await once(child, "close");
    return { "median ms": median(times), "most ms": Math.max(...times) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file with a message and a service, that imports the one before it. */
function source(index: number, version: number): string {
  const previous = index === 0 ? [] : [`import "f${index - 1}.proto";`];
  const fields = Array.from({ length: FIELDS }, (_, at) => `  string field_${at}_of_${version} = ${at + 1};`);
  const nested = index === 0 ? [] : [`  M${index - 1} previous = ${FIELDS + 1};`];
  const message = [`message M${index} {`, ...fields, ...nested, "}"];
  return [
    'syntax = "proto3";',
    ...previous,
    ...message,
    `service S${index} { rpc Do(M${index}) returns (M${index}); }`,
    "",
  ].join("\n");
}
