import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { toBinary } from "@bufbuild/protobuf";
import { FileOptionsSchema } from "@bufbuild/protobuf/wkt";
import { descriptorOf, findings } from "../testing/index.ts";

/** A message with a field of each kind, and an option of its type with number 1000: three lines. */
const HEAD = `import "google/protobuf/descriptor.proto"; import "google/protobuf/any.proto";
message M { NUMBERS }
extend google.protobuf.FileOptions { OPTIONAL M o = 1000; }
`;
const FIELDS =
  `OPTIONAL int32 i = 1; OPTIONAL sint32 z = 2; OPTIONAL string s = 3; OPTIONAL bool b = 4; OPTIONAL E e = 5;
OPTIONAL double d = 6; repeated int32 r = 7; OPTIONAL M m = 8; repeated M l = 9; OPTIONAL bytes y = 10;
OPTIONAL google.protobuf.Any any = 11; map<string, int32> p = 12; oneof one { int32 x = 13; int32 w = 14; } OPTIONAL uint64 u = 15;
enum E { A = 0; B = 5; }`.replaceAll("\n", " ");

function fileWith(syntax: string, value: string, more = ""): string {
  const label = syntax === "proto2" ? "optional" : "";
  const body = HEAD.replace("NUMBERS", `${FIELDS} ${more}`).replaceAll("OPTIONAL", label);
  const first = syntax === "2023" ? 'edition = "2023";' : `syntax = "${syntax}";`;
  return `${first} ${body}option (o) = ${value};`;
}

/** The value on the wire, in hexadecimal, without the option's own tag and length. */
async function bytesOf(value: string, syntax = "proto2", more = ""): Promise<string> {
  const { options } = await descriptorOf(fileWith(syntax, value, more));
  assert.ok(options !== undefined);
  const hex = Buffer.from(toBinary(FileOptionsSchema, options)).toString("hex");
  const length = Number.parseInt(hex.slice(4, 6), 16);
  assert.equal(hex.length, 6 + 2 * length);
  return hex.slice(6);
}

async function found(value: string, syntax = "proto2", more = ""): Promise<readonly string[]> {
  return findings(fileWith(syntax, value, more));
}

describe("a message literal on the wire", () => {
  const values: readonly (readonly [value: string, bytes: string])[] = [
    ["{}", ""],
    ["{ i: 1 }", "0801"],
    ["{ i: -1 }", "08ffffffffffffffffff01"],
    ["{ i: 0x10 z: -2 }", "08101003"],
    ["{ z: 1 i: 1 }", "08011002"],
    ['{ s: "a" "b" y: "\\xff" }', "1a0261625201ff"],
    ["{ b: true }", "2001"],
    ["{ b: 1 } ", "2001"],
    ["{ b: t }", "2001"],
    ["{ b: False }", "2000"],
    ["{ e: B }", "2805"],
    ["{ e: 5 }", "2805"],
    ["{ d: 1.5 }", "31000000000000f83f"],
    ["{ d: -inf }", "31000000000000f0ff"],
    ["{ d: Infinity }", "31000000000000f07f"],
    ["{ d: 1 }", "31000000000000f03f"],
    ["{ d: -0 }", "310000000000000080"],
    ["{ u: 18446744073709551615 }", "78ffffffffffffffffff01"],
    ["{ r: 1 r: [2, 3] }", "380138023803"],
    ["{ m { i: 1 } }", "42020801"],
    ["{ m { m {} } }", "42024200"],
    ["{ l { i: 1 } l: [{}, < i: 2 >] }", "4a0208014a004a020802"],
    ['{ p { key: "a" value: 1 } }', "62050a01611001"],
    ['{ p { key: "a" } }', "62050a01611000"],
    ["{ p {} }", "62040a001000"],
    ["{ x: 1 }", "6801"],
  ];
  for (const [value, bytes] of values)
    test(`is ${bytes} for ${value}`, async () => assert.equal(await bytesOf(value), bytes));

  test("fills an Any with the URL of a type and its value", async () => {
    const url = Buffer.from("type.googleapis.com/M").toString("hex");
    assert.equal(await bytesOf("{ any { [type.googleapis.com/M] { i: 1 } } }"), `5a1b0a15${url}12020801`);
    assert.equal(await bytesOf("{ any { [type.googleapis.com/M] {} } }"), `5a170a15${url}`);
  });

  test("has repeated numbers in one piece where the edition packs them", async () => {
    assert.equal(await bytesOf("{ r: 1 r: [2, 3] }", "proto3"), "3a03010203");
    assert.equal(await bytesOf("{ r: [] }", "proto3"), "");
  });

  test("leaves out what a field without presence has anyway", async () => {
    assert.equal(await bytesOf('{ i: 0 s: "" b: false e: A d: 0 x: 0 m {} }', "proto3"), "42006800");
    assert.equal(await bytesOf("{ d: -0 }", "proto3"), "310000000000000080");
    assert.equal(await bytesOf("{ i: 0 }", "2023"), "0800");
  });

  test("has groups between tags, by the name of their type", async () => {
    assert.equal(
      await bytesOf("{ G { i: 1 } }", "proto2", "optional group G = 20 { optional int32 i = 1; }"),
      "a3010801a401",
    );
    const delimited = "G g = 20 [features.message_encoding = DELIMITED]; message G { int32 i = 1; }";
    assert.equal(await bytesOf("{ G { i: 1 } }", "2023", delimited), "a3010801a401");
    assert.equal(await bytesOf("{ g { i: 1 } }", "2023", delimited), "a3010801a401");
  });

  test("has extensions by their names in brackets", async () => {
    const more = "extensions 30 to 40; extend M { optional int32 n = 30; optional M k = 31; }";
    assert.equal(await bytesOf("{ [M.n]: 1 [M.k] { i: 1 } }", "proto2", more), "f00101fa01020801");
    assert.deepEqual(await found("{ [M.q]: 1 }", "proto2", more), ["4 option-unknown [M.q]"]);
  });
});

describe("in a message literal", () => {
  const refused: readonly (readonly [value: string, ...found: readonly string[]])[] = [
    ["{ nothing: 1 }", "option-field-unknown nothing"],
    ["{ i: 1 i: 2 }", "option-duplicate i"],
    ["{ m {} m {} }", "option-duplicate m"],
    ["{ i: [1] }", "option-value [1]"],
    ["{ m: [{}] }", "option-value [{}]"],
    ["{ i: 1.5 }", "option-value 1.5"],
    ['{ i: "1" }', 'option-value "1"'],
    ["{ i: 2147483648 }", "number-range 2147483648"],
    ["{ u: -1 }", "number-range -1"],
    ["{ s: a }", "option-value a"],
    ["{ b: 2 }", "option-value 2"],
    ["{ b: TRUE }", "option-value TRUE"],
    ["{ e: C }", "option-enum-value C"],
    ["{ e: 1 }", "option-enum-value 1"],
    ['{ e: "A" }', 'option-value "A"'],
    ["{ d: 0x10 }", "option-value 0x10"],
    ["{ d: 010 }", "option-value 010"],
    ["{ d: inff }", "option-value inff"],
    ["{ m: 1 }", "option-value 1"],
    ["{ i {} }", "option-value i"],
    ["{ r [1] }", "option-value r"],
    ["{ x: 1 w: 2 }", "option-oneof w"],
    ["{ x: 1 w: 2 w: 3 }", "option-oneof w", "option-duplicate w"],
    ["{ any { [type.googleapis.com/Nothing] {} } }", "option-any [type.googleapis.com/Nothing]"],
    ["{ any { [example.com/M] {} } }", "option-any [example.com/M]"],
    ["{ [type.googleapis.com/M] {} }", "option-any [type.googleapis.com/M]"],
    ["{ any { [type.googleapis.com/M] {} [type.googleapis.com/M] {} } }", "option-duplicate [type.googleapis.com/M]"],
    ['{ any { type_url: "a" [type.googleapis.com/M] {} } }', "option-duplicate [type.googleapis.com/M]"],
    ["{ m { i: a } l { nothing: 1 } i: b }", "option-value a", "option-field-unknown nothing", "option-value b"],
  ];
  for (const [value, ...expected] of refused) {
    test(`${value} is refused`, async () =>
      assert.deepEqual(
        await found(value),
        expected.map((one) => `4 ${one}`),
      ));
  }

  test("a name that may come with an import which was not found is not reported as well", async () => {
    const text = fileWith("proto2", "{ m { [a.b]: 1 } any { [type.googleapis.com/a.C] {} } i: a }");
    const reports = await findings(text.replace("message M", 'import "nowhere.proto"; message M'));
    assert.deepEqual(reports, ['2 import-not-found "nowhere.proto"', "4 option-value a"]);
  });

  test("a number that the enum does not have is taken where the enum is open", async () => {
    assert.equal(await bytesOf("{ e: 7 }", "proto3"), "2807");
    assert.deepEqual(await found("{ e: 2147483648 }", "proto3"), ["4 option-enum-value 2147483648"]);
  });

  test("what is no number keeps its sign", async () => {
    assert.match(await bytesOf("{ d: NaN }"), /000000000000f87f$/);
    assert.match(await bytesOf("{ d: -nan }"), /000000000000f8ff$/);
  });

  test("text is UTF-8 where the edition asks for it", async () => {
    assert.equal(await bytesOf('{ s: "\\xff" }'), "1a01ff");
    assert.deepEqual(await found('{ s: "\\xff" }', "2023"), ['4 option-value "\\xff"']);
  });

  test("what is required is set, of much that is not the first few are named", async () => {
    const many = Array.from({ length: 100 }, (_, at) => `required int32 q${at} = ${at + 100};`).join(" ");
    assert.deepEqual(await found("{ i: 1 }", "proto2", "required int32 q = 20;"), ["4 option-required { i: 1 }"]);
    assert.deepEqual(await found("{ i: 1 }", "proto2", many), ["4 option-required { i: 1 }"]);
    assert.equal(await bytesOf("{ q: 1 }", "proto2", "required int32 q = 20;"), "a00101");
  });
});
