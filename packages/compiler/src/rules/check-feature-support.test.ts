import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findings } from "../testing/index.ts";

/** Whether an option, and a value of an enum, may have these editions. */
async function isRefused(support: string): Promise<boolean> {
  const option = `extend google.protobuf.FileOptions { int32 x = 50001 [feature_support = { ${support} }]; }`;
  const value = `enum E { A = 0 [feature_support = { ${support} }]; }`;
  const found = await findings(`edition = "2023"; import "google/protobuf/descriptor.proto";\n${option}\n${value}`);
  const expected = [2, 3].map((line) => `${line} option-value feature_support = { ${support} }`);
  assert.ok(found.length === 0 || found.join() === expected.join(), found.join());
  return found.length > 0;
}

const IN_2023 = "edition_introduced: EDITION_2023";

describe("the editions of an option", () => {
  test("follow each other", async () => {
    const removed = 'edition_removed: EDITION_2023 removal_error: "gone"';
    const deprecated = 'edition_deprecated: EDITION_2023 deprecation_warning: "old"';
    assert.equal(await isRefused(`edition_introduced: EDITION_2024 ${deprecated}`), true);
    assert.equal(await isRefused(`edition_introduced: EDITION_2024 ${removed}`), true);
    assert.equal(await isRefused(`edition_introduced: EDITION_PROTO2 ${deprecated} ${removed}`), true);
    const later = removed.replace("2023", "2024");
    assert.equal(await isRefused(`edition_introduced: EDITION_PROTO2 ${deprecated} ${later}`), false);
  });

  test("come with words for those who still use it", async () => {
    assert.equal(await isRefused(`${IN_2023} edition_deprecated: EDITION_2024`), true);
    assert.equal(await isRefused(`${IN_2023} edition_deprecated: EDITION_2024 deprecation_warning: "old"`), false);
    assert.equal(await isRefused(`${IN_2023} edition_removed: EDITION_2024`), true);
    assert.equal(await isRefused(`${IN_2023} edition_removed: EDITION_2024 removal_error: "gone"`), false);
    assert.equal(await isRefused(`${IN_2023} edition_removed: EDITION_2023`), false);
  });

  test("are there where such words are", async () => {
    assert.equal(await isRefused(`${IN_2023} deprecation_warning: "old"`), true);
    assert.equal(await isRefused(`${IN_2023} removal_error: "gone"`), true);
    assert.equal(await isRefused(IN_2023), false);
  });
});
