import assert from "node:assert/strict";
import { test } from "node:test";
import { findForbiddenWords } from "./words.ts";

test("a path of one machine is found, with its line", () => {
  const found = findForbiddenWords({
    path: "docs/a.md",
    text: `fine\nsee ${["", "home", "jo", "gannet"].join("/")}\n`,
  });
  assert.equal(found.length, 1);
  assert.match(found[0] ?? "", /^docs\/a\.md:2: path of one machine/);
});

test("a registry's host is found", () => {
  for (const host of [
    ["registry", "npmjs", "org"],
    ["pypi", "org"],
    ["proxy", "golang", "org"],
    ["deb", "debian", "org"],
  ]) {
    assert.equal(findForbiddenWords({ path: "a", text: `https://${host.join(".")}/x` }).length, 1, host.join());
  }
});

test("a word of a workplace is found however it is written", () => {
  assert.equal(findForbiddenWords({ path: "a", text: `the Co${"pilot"} did it` }).length, 1);
});

test("paths in a project, URLs and ordinary words are fine", () => {
  const text = "src/work/queue.ts, ./home/x, https://example.com/root/a, a session, a helper, /tmp/x, /usr/bin/env";
  assert.deepEqual(findForbiddenWords({ path: "a", text }), []);
});
