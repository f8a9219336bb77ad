import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { toJsonName, toMapEntryName } from "./json-name.ts";

const names: readonly (readonly [field: string, json: string, entry: string])[] = [
  ["title", "title", "TitleEntry"],
  ["sub_title", "subTitle", "SubTitleEntry"],
  ["sub__title", "subTitle", "SubTitleEntry"],
  ["_title", "Title", "TitleEntry"],
  ["title_", "title", "TitleEntry"],
  ["Title", "Title", "TitleEntry"],
  ["subTitle", "subTitle", "SubTitleEntry"],
  ["SUB_TITLE", "SUBTITLE", "SUBTITLEEntry"],
  ["a_1", "a1", "A1Entry"],
  ["a_1b", "a1b", "A1bEntry"],
  ["a1_b", "a1B", "A1BEntry"],
  ["_", "", "Entry"],
  ["__a__", "A", "AEntry"],
];

describe("the names that come of a field's name", () => {
  for (const [field, json, entry] of names) {
    test(`are ${json} in JSON, and ${entry} where it is a map, for ${field}`, () => {
      assert.equal(toJsonName(field), json);
      assert.equal(toMapEntryName(field), entry);
    });
  }
});
