import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findings } from "../testing/index.ts";

const FILE_ONLY = "targets = TARGET_TYPE_FILE";

/** What is found on the second line, where options of messages are defined on the first. */
function found(definitions: string, option: string): Promise<readonly string[]> {
  return findings(
    `edition = "2023"; import "google/protobuf/descriptor.proto"; ${definitions}\nmessage M { option ${option}; }`,
  );
}

describe("a field that is meant for files", () => {
  const inner = `message Inner { int32 a = 1 [${FILE_ONLY}]; }`;
  const extend = (field: string): string => `${inner} extend google.protobuf.MessageOptions { ${field} }`;

  test("cannot be set in the options of a message, by a name or in braces", async () => {
    assert.deepEqual(await found(extend(`int32 x = 5000 [${FILE_ONLY}];`), "(x) = 1"), ["2 option-target (x)"]);
    assert.deepEqual(await found(extend("Inner x = 5000;"), "(x).a = 1"), ["2 option-target a"]);
    assert.deepEqual(await found(extend("Inner x = 5000;"), "(x) = { a: 1 }"), ["2 option-target a"]);
  });

  test("can be set in a group of them, or in an Any", async () => {
    const group = extend("Inner x = 5000 [features.message_encoding = DELIMITED];");
    assert.deepEqual(await found(group, "(x).a = 1"), []);
    assert.deepEqual(await found(group, "(x) = { a: 1 }"), []);
    const any = `import "google/protobuf/any.proto"; ${extend("google.protobuf.Any x = 5000;")}`;
    assert.deepEqual(await found(any, "(x) = { [type.googleapis.com/Inner] { a: 1 } }"), []);
  });

  test("cannot be set in what a map has, whose values are no groups whatever the file says", async () => {
    const map = `message Outer { map<string, Inner> map = 1; } ${extend(
      "Outer x = 5000 [features.message_encoding = LENGTH_PREFIXED];",
    )}`;
    const delimited = `option features.message_encoding = DELIMITED; ${map}`;
    assert.deepEqual(await found(delimited, '(x) = { map { key: "k" value { a: 1 } } }'), ["2 option-target a"]);
  });
});
