import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findings } from "../testing/index.ts";

/** What is found on the second line, in a file of an edition that has an open enum, a closed one and a message. */
function found(line: string, edition = "2023"): Promise<readonly string[]> {
  const types = "enum Open { A = 0; } enum Closed { option features.enum_type = CLOSED; B = 0; } message Box {}";
  return findings(`edition = "${edition}"; ${types}\n${line}`);
}

function field(text: string, edition?: string): Promise<readonly string[]> {
  return found(`message M { extensions 100; ${text} }`, edition);
}

describe("a field without presence", () => {
  test("has no default value", async () => {
    assert.deepEqual(await field("int32 a = 1 [features.field_presence = IMPLICIT];"), []);
    assert.deepEqual(await field("int32 a = 1 [default = 5];"), []);
    assert.deepEqual(await field("int32 a = 1 [features.field_presence = IMPLICIT, default = 5];"), [
      "2 feature-field default = 5",
    ]);
  });

  test("is of an open enum", async () => {
    assert.deepEqual(await field("Open a = 1 [features.field_presence = IMPLICIT];"), []);
    assert.deepEqual(await field("Closed a = 1 [features.field_presence = IMPLICIT];"), ["2 feature-field Closed"]);
    assert.deepEqual(await field("repeated Closed a = 1;"), []);
  });

  test("is of an open enum where a map has it", async () => {
    const map = "message M { map<string, Closed> a = 1; }";
    assert.deepEqual(await found(map), []);
    assert.deepEqual(await found(`option features.field_presence = IMPLICIT; ${map}`), [
      "2 feature-field map<string, Closed>",
    ]);
  });
});

describe("field_presence", () => {
  test("is not for what is in a list, a oneof or a map", async () => {
    for (const presence of ["EXPLICIT", "IMPLICIT", "LEGACY_REQUIRED"]) {
      const option = `features.field_presence = ${presence}`;
      const expected = [`2 feature-field ${option}`];
      assert.deepEqual(await field(`repeated int32 a = 1 [${option}];`), expected);
      assert.deepEqual(await field(`oneof o { int32 a = 1 [${option}]; }`), expected);
      assert.deepEqual(await field(`map<int32, int32> a = 1 [${option}];`), expected);
      assert.deepEqual(await field(`extend M { int32 a = 100 [${option}]; }`), expected);
    }
  });

  test("of a message is never implicit", async () => {
    assert.deepEqual(await field("Box a = 1 [features.field_presence = IMPLICIT];"), [
      "2 feature-field features.field_presence = IMPLICIT",
    ]);
    assert.deepEqual(await field("Box a = 1 [features.field_presence = LEGACY_REQUIRED];"), []);
  });

  test("may be implicit for all of a file, and no message is meant", async () => {
    assert.deepEqual(
      await found("option features.field_presence = IMPLICIT; message M { Box a = 1; int32 b = 2; }"),
      [],
    );
  });

  test("is not LEGACY_REQUIRED for all of a file", async () => {
    assert.deepEqual(await found("option features.field_presence = LEGACY_REQUIRED;"), [
      "2 feature-place option features.field_presence = LEGACY_REQUIRED;",
    ]);
  });
});

describe("the other features of a field", () => {
  test("repeated_field_encoding is for lists, and packed for those of numbers", async () => {
    const packed = "features.repeated_field_encoding = PACKED";
    assert.deepEqual(await field(`int32 a = 1 [${packed}];`), [`2 feature-field ${packed}`]);
    assert.deepEqual(await field(`repeated string a = 1 [${packed}];`), [`2 feature-field ${packed}`]);
    assert.deepEqual(await field(`map<int32, int32> a = 1 [${packed}];`), [`2 feature-field ${packed}`]);
    assert.deepEqual(await field(`repeated Open a = 1 [${packed}];`), []);
    assert.deepEqual(await field("repeated string a = 1 [features.repeated_field_encoding = EXPANDED];"), []);
  });

  test("utf8_validation is for strings, those in maps included", async () => {
    const none = "features.utf8_validation = NONE";
    assert.deepEqual(await field(`bytes a = 1 [${none}];`), [`2 feature-field ${none}`]);
    assert.deepEqual(await field(`map<int32, bytes> a = 1 [${none}];`), [`2 feature-field ${none}`]);
    assert.deepEqual(await field(`string a = 1 [${none}]; map<string, bytes> b = 2 [${none}];`), []);
  });

  test("message_encoding is for messages, and not for maps", async () => {
    const delimited = "features.message_encoding = DELIMITED";
    assert.deepEqual(await field(`int32 a = 1 [${delimited}];`), [`2 feature-field ${delimited}`]);
    assert.deepEqual(await field(`map<int32, Box> a = 1 [${delimited}];`), [`2 feature-field ${delimited}`]);
    assert.deepEqual(await field(`Box a = 1 [${delimited}];`), []);
  });
});

describe("what features have replaced", () => {
  test("packed is gone since editions", async () => {
    assert.deepEqual(await field("repeated int32 a = 1 [packed = true];"), ["2 feature-field packed = true"]);
  });

  test("ctype is gone since 2024, whatever its value", async () => {
    assert.deepEqual(await field("string a = 1 [ctype = CORD];"), []);
    assert.deepEqual(await field("string a = 1 [ctype = STRING];", "2024"), ["2 feature-field ctype = STRING"]);
    assert.deepEqual(await field("string a = 1 [ctype = CORD];", "2024"), ["2 feature-field ctype = CORD"]);
  });

  test("java_string_check_utf8 is gone since editions", async () => {
    const [first, ...others] = await found("option java_string_check_utf8 = true;");
    assert.match(first ?? "", /^1 option-edition edition = /);
    assert.deepEqual(others, []);
    assert.deepEqual(await found("option java_string_check_utf8 = false;"), []);
    for (const syntax of ["proto2", "proto3"])
      assert.deepEqual(await findings(`syntax = "${syntax}"; option java_string_check_utf8 = true;`), []);
  });
});
