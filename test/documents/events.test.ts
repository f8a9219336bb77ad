import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { workspace } from "../interop/folders.ts";

const SOURCE = join(workspace, "packages/gannet/src");

test("the guide has a row for each event that servers and channels tell, with its level, and no others", () => {
  const page = readFileSync(join(workspace, "docs/observability.md"), "utf8");
  const section = page.split(/^## /m).find((one) => one.startsWith("Events")) ?? "";
  const rows = [...section.matchAll(/^\| ((?:`[\w-]+`(?:, )?)+) \| ([^|]+) \|/gm)];
  const documented = rows.flatMap(([, names = "", levels = ""]) => {
    // A row has a level for each of its names, or says when it is another one.
    const known = levels.match(/debug|info|warning|error\b(?! code)/g) ?? [];
    const events = names.match(/[\w-]+/g) ?? [];
    return events.flatMap((event, index) =>
      (events.length > 1 ? [known[index]] : known).map((level) => `${event} ${level}`),
    );
  });
  const told = findTold();
  assert.ok(told.length >= 15);
  assert.deepEqual([...new Set(documented)].sort(), told);
});

/** What the source tells of, and how loudly: both of a level that depends. */
function findTold(): string[] {
  const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter((file) =>
    /(?<!\.test)\.ts$/.test(file),
  );
  const told = files.flatMap((file) => {
    const text = readFileSync(join(SOURCE, file), "utf8");
    return [...text.matchAll(/\btell\(\s*"([\w-]+)",\s*([^,]+),/g)].flatMap(([, name, level = ""]) => {
      const declared = /^\w+$/.test(level) ? (new RegExp(`const ${level} = (.*);`).exec(text)?.[1] ?? "") : level;
      return (declared.match(/(?<=(?:\? |: |^))"\w+"/g) ?? []).map((one) => `${name} ${one.slice(1, -1)}`);
    });
  });
  return [...new Set(told)].sort();
}
