import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findings } from "../testing/index.ts";

/** What is found in a file of edition 2024. */
function found(text: string): Promise<readonly string[]> {
  return findings(`edition = "2024"; ${text}`);
}

describe("names since 2024", () => {
  test("of messages, enums, services and methods are in TitleCase", async () => {
    assert.deepEqual(await found("message m {}"), ["1 naming-style m"]);
    assert.deepEqual(await found("message M_n {}"), ["1 naming-style M_n"]);
    assert.deepEqual(await found("enum e { A = 0; }"), ["1 naming-style e"]);
    assert.deepEqual(await found("service s { rpc r(M) returns (M); } message M {}"), [
      "1 naming-style s",
      "1 naming-style r",
    ]);
    assert.deepEqual(await found("message HTTPBox2 { enum Kind { A = 0; } } service S {}"), []);
  });

  test("of packages, fields, oneofs and extensions are in lower_snake_case", async () => {
    for (const name of ["Aa", "aA", "_a", "a_", "a__b", "a_1"]) {
      assert.deepEqual(await found(`package ${name};`), [`1 naming-style ${name}`]);
      assert.deepEqual(await found(`message M { int32 ${name} = 1; }`), [`1 naming-style ${name}`]);
      assert.deepEqual(await found(`message M { oneof ${name} { int32 x = 1; } }`), [`1 naming-style ${name}`]);
      const extension = `message M { extensions 1; } extend M { int32 ${name} = 1; }`;
      assert.deepEqual(await found(extension), [`1 naming-style ${name}`]);
    }
    assert.deepEqual(await found("package a1.b_c.d; message M { int32 a_b1 = 1; map<int32, int32> c = 2; }"), []);
  });

  test("of fields have no other style where they are called as their type", async () => {
    assert.deepEqual(await found("message Box {} message M { Box Box = 1; }"), ["1 naming-style Box"]);
  });

  test("of values are in UPPER_SNAKE_CASE", async () => {
    for (const name of ["a", "Aa", "_A", "A_", "A__B", "A_1"])
      assert.deepEqual(await found(`enum E { ${name} = 0; }`), [`1 naming-style ${name}`]);
    assert.deepEqual(await found("enum E { A_B2 = 0; }"), []);
  });

  test("are free where they are said to be, and before", async () => {
    assert.deepEqual(
      await found("option features.enforce_naming_style = STYLE_LEGACY; message m { int32 A = 1; }"),
      [],
    );
    assert.deepEqual(
      await found("message m { option features.enforce_naming_style = STYLE_LEGACY; int32 A = 1; }"),
      [],
    );
    assert.deepEqual(await findings('edition = "2023"; package A; message m { int32 A = 1; }'), []);
  });
});

describe("names of accessors", () => {
  const taken = "int32 a = 1; int32 has_a = 2; oneof b { int32 clear_b = 3; } int32 c_value = 4;";

  test("are for those whose style is of 2026", async () => {
    const option = "option features.enforce_naming_style = STYLE2026;";
    const edition = 'edition = "2026";';
    assert.deepEqual(await findings(`${edition} ${option} message M { ${taken} int32 descriptor = 5; }`), [
      "1 naming-collision has_a",
      "1 naming-collision clear_b",
      "1 naming-collision descriptor",
    ]);
    assert.deepEqual(await found(`message M { ${taken} int32 descriptor = 5; }`), []);
  });
});
