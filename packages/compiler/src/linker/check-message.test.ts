import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { compileText, findings } from "../testing/index.ts";

function inMessage(body: string): string {
  return `syntax = "proto2";\nmessage A {\n${body}\n}`;
}

async function hintFor(body: string): Promise<string | undefined> {
  return (await compileText(inMessage(body))).diagnostics[0]?.hint;
}

describe("the numbers of a message", () => {
  const refused: readonly (readonly [body: string, ...found: readonly string[]])[] = [
    ["optional int32 a = 0;", "3 field-number 0"],
    ["optional int32 a = -1;", "3 field-number -1"],
    ["optional int32 a = 536870912;", "3 field-number 536870912"],
    ["optional int32 a = 19000;", "3 field-number 19000"],
    ["optional int32 a = 19999;", "3 field-number 19999"],
    ["optional int32 a = 1; optional int32 b = 1;", "3 field-number-duplicate 1"],
    ["optional int32 a = 4; reserved 3 to 5;", "3 field-number-reserved 4"],
    ["optional int32 a = 4; extensions 4;", "3 field-number-reserved 4"],
    ["reserved 5 to 4;", "3 range 5 to 4"],
    ["reserved 0;", "3 range 0"],
    ["reserved 1, 1;", "3 range-overlap 1"],
    ["reserved 1 to 5, 5 to 9;", "3 range-overlap 5 to 9"],
    ["extensions 1 to 5; extensions 3;", "3 range-overlap 3"],
    ["extensions 1 to 5; reserved 5;", "3 range-overlap 1 to 5"],
    ["reserved 1, 3, 5; reserved 1 to 9;", "3 range-overlap 1 to 9"],
    ["extensions 1 to 536870912;", "3 range 1 to 536870912"],
    ['optional int32 a = 1; reserved "a";', "3 field-name-reserved a"],
    ['reserved "a", "a";', '3 reserved-duplicate "a"'],
    ["oneof a {}", "3 oneof-empty a"],
    ["optional int32 b = 1; oneof a {}", "3 oneof-empty a"],
  ];
  for (const [body, ...found] of refused)
    test(`cannot be ${body}`, async () => assert.deepEqual(await findings(inMessage(body)), found));

  const good = [
    "optional int32 a = 1; optional int32 b = 18999; optional int32 c = 20000; optional int32 d = 536870911;",
    "reserved 1 to 4, 6; extensions 7 to max; optional int32 a = 5;",
    'reserved "a"; reserved "b"; optional int32 c = 1;',
    "extensions 1 to 536870911;",
    "reserved 19000 to 19999;",
  ];
  for (const body of good) test(`may be ${body}`, async () => assert.deepEqual(await findings(inMessage(body)), []));

  test("come with the next that is free, where one is", async () => {
    assert.equal(
      await hintFor("optional int32 a = 1; optional int32 b = 1; reserved 2 to 4; extensions 5;"),
      "the next free number is 6",
    );
    assert.equal(
      await hintFor("optional int32 a = 1; optional int32 b = 1; extensions 2 to 18999;"),
      "the next free number is 20000",
    );
    assert.equal(await hintFor("optional int32 a = 1; optional int32 b = 1; extensions 2 to max;"), undefined);
  });

  test("are at most 65535", async () => {
    const fields = (count: number): string =>
      Array.from({ length: count }, (_, at) => `optional int32 f${at} = ${at < 18999 ? at + 1 : at + 1001};`).join(" ");
    assert.deepEqual(await findings(inMessage(fields(65535))), []);
    assert.deepEqual(await findings(inMessage(fields(65536))), ["2 fields-too-many A"]);
  });
});

describe("the number of an extension", () => {
  const file = (extension: string): string =>
    `syntax = "proto2";\nmessage A { extensions 4, 7 to 9; }\nextend A {\n${extension}\n}`;

  test("is one that the message sets aside", async () => {
    assert.deepEqual(await findings(file("optional int32 a = 4; optional int32 b = 9;")), []);
    assert.deepEqual(await findings(file("optional int32 a = 5;")), ["4 extension-number 5"]);
    assert.deepEqual(await findings(file("optional int32 a = 10;")), ["4 extension-number 10"]);
  });

  test("is no other extension's", async () => {
    assert.deepEqual(await findings(file("optional int32 a = 4; optional int32 b = 4;")), [
      "4 extension-number-duplicate 4",
    ]);
  });

  test("is told of with what the message sets aside, of many ranges the first few", async () => {
    const ranges = Array.from({ length: 1000 }, (_, at) => 2 * at + 2).join(", ");
    const text = `syntax = "proto2"; message A { extensions ${ranges}; } extend A { optional int32 a = 1; }`;
    const [found] = (await compileText(text)).diagnostics;
    assert.match(found?.hint ?? "", /^it has 2 to 2, .* and 992 more$/);
  });

  test("cannot be of something required", async () => {
    assert.deepEqual(await findings(file("required int32 a = 4;")), ["4 extension-required required"]);
  });
});

describe("the numbers of an enum", () => {
  const inEnum = (body: string): string => `syntax = "proto2";\nenum E {\n${body}\n}`;
  const refused: readonly (readonly [body: string, ...found: readonly string[]])[] = [
    ["", "2 enum-empty E"],
    ["A = 0; B = 0;", "3 enum-number-duplicate 0"],
    ["A = 2147483648;", "3 number-range 2147483648"],
    ["A = 4; reserved 3 to 5;", "3 enum-value-reserved A"],
    ["A = 5; reserved 3 to 5;", "3 enum-value-reserved A"],
    ["A = -1; reserved -3 to 0;", "3 enum-value-reserved A"],
    ["A = 0; reserved 5 to 4;", "3 range 5 to 4"],
    ["A = 0; reserved 1 to 4, 4;", "3 range-overlap 4"],
    ['A = 0; reserved "A";', "3 enum-value-reserved A"],
    ["option allow_alias = true; A = 0; B = 1;", "3 alias-useless option allow_alias = true;"],
  ];
  for (const [body, ...found] of refused)
    test(`cannot be ${body}`, async () => assert.deepEqual(await findings(inEnum(body)), found));

  const good = [
    "A = 1; B = -2147483648; C = 2147483647;",
    "A = 6; reserved 3 to 5, 7 to max;",
    "option allow_alias = true; A = 0; B = 0;",
    "A = 0x10; B = 010;",
  ];
  for (const body of good) test(`may be ${body}`, async () => assert.deepEqual(await findings(inEnum(body)), []));

  test("start at 0 in proto3", async () => {
    assert.deepEqual(await findings('syntax = "proto3";\nenum E { A = 1; }'), ["2 enum-first-zero 1"]);
  });
});
