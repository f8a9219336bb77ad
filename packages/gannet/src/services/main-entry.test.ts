import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const DIST = new URL("..", import.meta.url);

/** The built files that an entry loads, by the imports that are left when types are gone. */
function filesLoadedBy(entry: string): string[] {
  const found = new Set<string>();
  const open = [new URL(entry, DIST)];
  // The list grows while it is gone through.
  for (const file of open) {
    if (found.has(file.href)) continue;
    found.add(file.href);
    const text = readFileSync(fileURLToPath(file), "utf8");
    for (const [, path = ""] of text.matchAll(/\bfrom "(\.[^"]+)"/g)) open.push(new URL(path, file));
  }
  return [...found].map((href) => href.slice(DIST.href.length));
}

test("who imports gannet does not load the services, and who imports one of them only what it needs", () => {
  const main = filesLoadedBy("index.js");
  assert.ok(main.length > 100);
  assert.deepEqual(
    main.filter((file) => file.startsWith("services/")),
    [],
  );
  assert.deepEqual(
    filesLoadedBy("health.js").filter((file) => file.startsWith("services/")),
    ["services/health/index.js", "services/proto/grpc/health/v1/health_pb.js", "services/health/health-reporter.js"],
  );
});
