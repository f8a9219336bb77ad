import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findings } from "../testing/index.ts";

const LEGACY = "option deprecated_legacy_json_field_conflicts = true;";

/** What is found in a message of proto3, and in one of proto2. */
async function found(fields: string): Promise<readonly (readonly string[])[]> {
  const proto2 = fields.replaceAll("int32", "optional int32");
  return [
    await findings(`syntax = "proto3"; message M { ${fields} }`),
    await findings(`syntax = "proto2"; message M { ${proto2} }`),
  ];
}

describe("the JSON names of two fields", () => {
  test("differ, which proto2 is warned of only", async () => {
    assert.deepEqual(await found("int32 foo_bar = 1; int32 fooBar = 2;"), [
      ["1 json-name-conflict fooBar"],
      ["1 json-name-conflict? fooBar"],
    ]);
    assert.deepEqual(await found("int32 foo_bar = 1; int32 FooBar = 2;"), [[], []]);
  });

  test("differ where one was given", async () => {
    assert.deepEqual(await found('int32 a = 1 [json_name = "b"]; int32 b = 2;'), [
      ["1 json-name-conflict b"],
      ["1 json-name-conflict? b"],
    ]);
  });

  test("differ in proto2 as well where both were given", async () => {
    const fields = 'int32 a = 1 [json_name = "x"]; int32 b = 2 [json_name = "x"];';
    assert.deepEqual(await found(fields), [["1 json-name-conflict b"], ["1 json-name-conflict b"]]);
  });

  test("may be the same by default where a message says so", async () => {
    assert.deepEqual(await found(`${LEGACY} int32 foo_bar = 1; int32 fooBar = 2;`), [[], []]);
  });
});
