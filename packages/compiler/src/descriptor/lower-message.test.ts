import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { DescriptorProto } from "@bufbuild/protobuf/wkt";
import { descriptorOf, findings } from "../testing/index.ts";

async function messageOf(body: string): Promise<DescriptorProto> {
  const [message] = (await descriptorOf(`syntax = "proto3"; message A { ${body} }`)).messageType;
  assert.ok(message !== undefined);
  return message;
}

async function oneofsOf(body: string): Promise<readonly string[]> {
  return (await messageOf(body)).oneofDecl.map(({ name }) => name);
}

describe("an optional field of proto3", () => {
  test("stands in a oneof of its own, behind those that are written", async () => {
    const message = await messageOf(
      "optional int32 a = 1; oneof b { int32 c = 2; } optional int32 d = 3; int32 e = 4;",
    );
    assert.deepEqual(
      message.oneofDecl.map(({ name }) => name),
      ["b", "_a", "_d"],
    );
    const indexes = message.field.map((field) => (Object.hasOwn(field, "oneofIndex") ? field.oneofIndex : undefined));
    assert.deepEqual(indexes, [1, 0, 2, undefined]);
    assert.deepEqual(
      message.field.map(({ proto3Optional }) => proto3Optional),
      [true, false, true, false],
    );
  });

  test("gives its oneof a name that no field or oneof has", async () => {
    assert.deepEqual(await oneofsOf("optional int32 a = 1; int32 _a = 2;"), ["X_a"]);
    assert.deepEqual(await oneofsOf("optional int32 a = 1; optional int32 _a = 2;"), ["X_a", "XX_a"]);
    assert.deepEqual(await oneofsOf("optional int32 a = 1; oneof _a { int32 b = 2; } int32 X_a = 3;"), ["_a", "XX_a"]);
    assert.deepEqual(await oneofsOf("optional int32 _a = 1;"), ["X_a"]);
  });

  test("is a plain field in proto2", async () => {
    const [message] = (await descriptorOf('syntax = "proto2"; message A { optional int32 a = 1; }')).messageType;
    assert.equal(message?.oneofDecl.length, 0);
    assert.equal(message?.field[0]?.proto3Optional, false);
  });
});

describe("a message", () => {
  test("has all that is in it in the order in which it is written, kind by kind", async () => {
    const message = await messageOf(`
      enum E { X = 0; } int32 b = 2; message M {} reserved 5, 7 to 9; string a = 1; reserved "x"; enum F { Y = 0; }`);
    assert.deepEqual(
      message.field.map(({ name }) => name),
      ["b", "a"],
    );
    assert.deepEqual(
      message.enumType.map(({ name }) => name),
      ["E", "F"],
    );
    assert.deepEqual(
      message.reservedRange.map(({ start, end }) => [start, end]),
      [
        [5, 6],
        [7, 10],
      ],
    );
    assert.deepEqual(message.reservedName, ["x"]);
  });

  test("reserves numbers to the largest there are with `max`", async () => {
    assert.deepEqual((await messageOf("reserved 5 to max;")).reservedRange[0]?.end, 536870912);
    const text = 'syntax = "proto2"; message A { option message_set_wire_format = true; extensions 4 to max; }';
    assert.equal((await descriptorOf(text)).messageType[0]?.extensionRange[0]?.end, 2147483647);
  });

  test("cannot be the entry of a map by hand", async () => {
    const text = 'syntax = "proto3";\nmessage A {\n  option map_entry = true;\n}';
    assert.deepEqual(await findings(text), ["3 map-entry-option option map_entry = true;"]);
  });
});
