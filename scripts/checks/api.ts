import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { recordApi } from "../api-record/index.ts";
import { publishedPackages, workspace } from "../workspace.ts";
import { type Check, resultOf } from "./check.ts";

const RECORDS = join(workspace, "api");

/** Whether the public API is what was recorded under api/ when it was last reviewed. */
export const api: Check = {
  name: "api",
  about: "the public API is as recorded under api/",
  run() {
    const records = currentRecords();
    const stale = listRecords().filter((file) => !records.has(file));
    return Promise.resolve(
      resultOf([
        ...[...records].map(([file, text]) => compareRecord(file, text)),
        ...stale.map((file) => [`api/${file} records an entry that is gone; ${HOW}`]),
      ]),
    );
  },
};

const HOW = "if that is meant, record it with: npm run check -- --update-api";

/** Records the public API as it is now. */
export function updateApiRecords(): void {
  mkdirSync(RECORDS, { recursive: true });
  for (const file of listRecords()) rmSync(join(RECORDS, file));
  for (const [file, text] of currentRecords()) writeFileSync(join(RECORDS, file), text);
}

/** By file name: `compiler.d.ts` for `@gannet/compiler`, `gannet-web.d.ts` for `gannet/web`. */
function currentRecords(): Map<string, string> {
  return new Map(
    publishedPackages().flatMap(({ folder, entries }) =>
      entries.map(({ specifier, declarations }) => {
        const file = `${specifier.replace("@gannet/", "").replaceAll("/", "-")}.d.ts`;
        return [file, `// The public API of ${specifier}.\n\n${recordApi(join(folder, declarations))}`] as const;
      }),
    ),
  );
}

function listRecords(): string[] {
  return existsSync(RECORDS) ? readdirSync(RECORDS) : [];
}

function compareRecord(file: string, text: string): string[] {
  const path = join(RECORDS, file);
  const recorded = existsSync(path) ? readFileSync(path, "utf8") : "";
  if (recorded === text) return [];
  const before = new Set(recorded.split("\n"));
  const after = new Set(text.split("\n"));
  const gone = [...before].filter((line) => !after.has(line)).map((line) => `- ${line}`);
  const fresh = [...after].filter((line) => !before.has(line)).map((line) => `+ ${line}`);
  return [[`api/${file} differs; ${HOW}`, ...gone, ...fresh].join("\n")];
}
