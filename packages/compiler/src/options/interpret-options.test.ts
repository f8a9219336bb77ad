import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { toBinary } from "@bufbuild/protobuf";
import { FieldOptionsSchema, FileOptionsSchema } from "@bufbuild/protobuf/wkt";
import { descriptorOf, findings } from "../testing/index.ts";

const HEAD = `syntax = "proto2"; import "google/protobuf/descriptor.proto"; package p;
message M { optional int32 i = 1; repeated int32 r = 2; optional M m = 3; repeated M s = 4; extensions 100 to 200; }
extend M { optional int32 x = 100; optional M y = 101; }
extend google.protobuf.FileOptions { optional M m = 50000; repeated M ms = 50001; optional int32 i = 50002; repeated int32 r = 50003; }
extend google.protobuf.FieldOptions { optional string s = 50000; }
`;

/** What is found in options behind the schema above, which is five lines long. */
function found(options: string): Promise<readonly string[]> {
  return findings(`${HEAD}${options}`);
}

/** The options of the file as they go on the wire, in hexadecimal. */
async function bytesOf(options: string): Promise<string> {
  const file = await descriptorOf(`${HEAD}${options}`);
  return file.options === undefined ? "" : Buffer.from(toBinary(FileOptionsSchema, file.options)).toString("hex");
}

describe("the name of an option", () => {
  const good: readonly (readonly [option: string, bytes: string])[] = [
    ['java_package = "a"', "0a0161"],
    ["(i) = 1", "90b51801"],
    ["(p.i) = 1", "90b51801"],
    ["(.p.i) = 1", "90b51801"],
    ["(m).i = 1", "82b518020801"],
    ["(m).m.i = 1", "82b518041a020801"],
    ["(m).(x) = 1", "82b51803a00601"],
    ["(m).(p.y).i = 1", "82b51805aa06020801"],
  ];
  for (const [option, bytes] of good)
    test(`may be as in ${option}`, async () => assert.equal(await bytesOf(`option ${option};`), bytes));

  const refused: readonly (readonly [option: string, found: string])[] = [
    ['jawa_package = "a"', "option-unknown jawa_package"],
    ["(nothing) = 1", "option-unknown (nothing)"],
    ["i = 1", "option-unknown i"],
    ["(M) = 1", "option-extendee (M)"],
    ["(s) = 1", "option-extendee (s)"],
    ["(x) = 1", "option-extendee (x)"],
    ["(m).nothing = 1", "option-unknown nothing"],
    ["(m).(i) = 1", "option-extendee (i)"],
    ["(i).i = 1", "option-path (i)"],
    ["(ms).i = 1", "option-path (ms)"],
    ["(m).s.i = 1", "option-path s"],
    ["uninterpreted_option = {}", "option-unknown uninterpreted_option"],
  ];
  for (const [option, expected] of refused) {
    test(`cannot be as in ${option}`, async () =>
      assert.deepEqual(await found(`option ${option};`), [`6 ${expected}`]));
  }

  test("in parentheses may be the full name of a field that is no extension", async () => {
    assert.equal(await bytesOf('option (google.protobuf.FileOptions.java_package) = "a";'), "0a0161");
    assert.equal(await bytesOf("option (m).(M.i) = 1;"), "82b518020801");
  });

  test("sets all that a message needs which it goes through, in one place or several", async () => {
    const head = `message N { required int32 a = 1; required int32 b = 2; } extend google.protobuf.FileOptions { optional N n = 50010; } `;
    assert.deepEqual(await found(`${head}option (n).a = 1;`), ["6 option-required (n).a"]);
    assert.deepEqual(await found(`${head}option (n).a = 1; option (n).b = 2;`), []);
  });

  test("goes through at most 100 messages", async () => {
    assert.deepEqual(await found(`option (m)${".m".repeat(99)}.i = 1;`), []);
    const name = `(m)${".m".repeat(100)}.i`;
    assert.deepEqual(await found(`option ${name} = 1;`), [`6 nesting-too-deep ${name}`]);
  });
});

describe("an option", () => {
  test("is set once, unless it is repeated", async () => {
    assert.deepEqual(await found("option (i) = 1;\noption (i) = 2;"), ["7 option-duplicate (i)"]);
    assert.deepEqual(await found("option (m).i = 1;\noption (m).i = 2;"), ["7 option-duplicate (m).i"]);
    assert.equal(await bytesOf("option (r) = 1; option (r) = 2;"), "98b5180198b51802");
    assert.equal(await bytesOf("option (ms) = { i: 1 }; option (ms) = {};"), "8ab5180208018ab51800");
  });

  test("is set as a whole or field by field, not both", async () => {
    assert.deepEqual(await found("option (m) = {};\noption (m) = {};"), ["7 option-duplicate (m)"]);
    assert.deepEqual(await found("option (m).i = 1;\noption (m) = {};"), ["7 option-duplicate (m)"]);
    assert.deepEqual(await found("option (m) = { i: 1 };\noption (m).i = 2;"), ["7 option-duplicate (m).i"]);
    assert.deepEqual(await found("option (m).r = 1; option (m).r = 2; option (m).i = 3;"), []);
  });

  test("takes a value of its type", async () => {
    assert.deepEqual(await found('option (i) = "1";'), ['6 option-value "1"']);
    assert.deepEqual(await found("option (i) = {};"), ["6 option-value {}"]);
    assert.deepEqual(await found("option (m) = 1;"), ["6 option-value 1"]);
    assert.deepEqual(await found("option (i) = 2147483648;"), ["6 number-range 2147483648"]);
    assert.deepEqual(await found("option optimize_for = FAST;"), ["6 option-enum-value FAST"]);
    assert.deepEqual(await found("option optimize_for = 1;"), ["6 option-value 1"]);
  });

  test("may stand on anything that a schema has", async () => {
    const extensions = ["Message", "Field", "Oneof", "Enum", "EnumValue", "Service", "Method", "ExtensionRange"]
      .map((name) => `extend google.protobuf.${name}Options { optional int32 o${name.toLowerCase()} = 60000; }`)
      .join("\n");
    const text = `${HEAD}${extensions}
message A {
  option (omessage) = 1;
  optional int32 a = 1 [(ofield) = 1];
  extensions 5 [(oextensionrange) = 1];
  oneof b { option (ooneof) = 1; int32 c = 2; }
}
enum E { option (oenum) = 1; X = 0 [(oenumvalue) = 1]; }
service S { option (oservice) = 1; rpc R(A) returns (A) { option (omethod) = 1; } }
`;
    assert.deepEqual(await findings(text), []);
  });

  test("is known by what is around the element that has it", async () => {
    const text = `${HEAD}message A { extend google.protobuf.FieldOptions { optional string s = 50001; }
  optional int32 a = 1 [(s) = "inner"]; optional int32 b = 2 [(.p.s) = "outer"]; }`;
    const [, message] = (await descriptorOf(text)).messageType;
    const bytes = message?.field.map(({ options }) =>
      options === undefined ? "" : Buffer.from(toBinary(FieldOptionsSchema, options)).toString("hex"),
    );
    assert.deepEqual(bytes, ["8ab51805696e6e6572", "82b518056f75746572"]);
  });

  test("of another file is known where that file is imported", async () => {
    const files = (imports: string): Readonly<Record<string, string>> => ({
      "a.proto": `syntax = "proto3"; ${imports}\noption (p.i) = 1;`,
      "b.proto": HEAD,
      "c.proto": 'syntax = "proto3"; import "b.proto"; message C { p.M m = 1; }',
    });
    assert.deepEqual(await findings(files('import "b.proto";')), []);
    assert.deepEqual(await findings(files('import "c.proto";')), ["2 option-not-imported (p.i)"]);
    assert.deepEqual(await findings(files("")), ["2 option-unknown (p.i)"]);
  });
});

describe("options that are wrong", () => {
  test("do not hide each other", async () => {
    const text = "option (i) = a; option (nothing) = 1; option (m) = { j: 1 k: 2 }; option jawa_package = 3;";
    assert.deepEqual(await found(text), [
      "6 option-value a",
      "6 option-unknown (nothing)",
      "6 option-field-unknown j",
      "6 option-field-unknown k",
      "6 option-unknown jawa_package",
    ]);
  });
});
