import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FieldDescriptorProto_Label as Label, FieldDescriptorProto_Type as Type } from "@bufbuild/protobuf/wkt";
import { descriptorOf, findings } from "../testing/index.ts";

describe("a map", () => {
  test("is a repeated field of a message with a key and a value", async () => {
    const file = await descriptorOf('syntax = "proto3"; package p; message A { map<string, A> book_notes = 3; }');
    const [message] = file.messageType;
    const [field] = message?.field ?? [];
    const [entry] = message?.nestedType ?? [];
    assert.deepEqual(
      [field?.label, field?.type, field?.typeName],
      [Label.REPEATED, Type.MESSAGE, ".p.A.BookNotesEntry"],
    );
    assert.equal(entry?.name, "BookNotesEntry");
    assert.equal(entry?.options?.mapEntry, true);
    assert.deepEqual(
      entry?.field.map(({ name, number, label, type, typeName, jsonName }) => [
        name,
        number,
        label,
        type,
        typeName,
        jsonName,
      ]),
      [
        ["key", 1, Label.OPTIONAL, Type.STRING, "", "key"],
        ["value", 2, Label.OPTIONAL, Type.MESSAGE, ".p.A", "value"],
      ],
    );
  });

  test("stands among the nested messages where its field stands among the fields", async () => {
    const text = 'syntax = "proto3"; message A { message B {} map<int32, B> a = 1; message C {} map<int32, C> b = 2; }';
    const [message] = (await descriptorOf(text)).messageType;
    assert.deepEqual(
      message?.nestedType.map(({ name }) => name),
      ["B", "AEntry", "C", "BEntry"],
    );
  });

  const refused: readonly (readonly [field: string, found: string])[] = [
    ["repeated map<string, string> a = 1;", "map-label repeated"],
    ["optional map<string, string> a = 1;", "map-label optional"],
    ["oneof a { map<string, string> b = 1; }", "map-place map<string, string>"],
    ["map<float, string> a = 1;", "map-key float"],
    ["map<bytes, string> a = 1;", "map-key bytes"],
    ["map<A, string> a = 1;", "map-key A"],
    ["map<string, Nothing> a = 1;", "type-unknown Nothing"],
  ];
  for (const [field, found] of refused) {
    test(`cannot be ${field}`, async () => {
      assert.deepEqual(await findings(`syntax = "proto3";\nmessage A {\n${field}\n}`), [`3 ${found}`]);
    });
  }

  test("takes the name of its entry, which nothing else may have", async () => {
    const text = 'syntax = "proto3";\nmessage A {\n  map<string, string> a_b = 1;\n  message ABEntry {}\n}';
    assert.deepEqual(await findings(text), ["4 name-duplicate ABEntry"]);
  });

  test("keeps its entry to itself", async () => {
    const text = 'syntax = "proto3";\nmessage A {\n  map<string, string> a = 1;\n  AEntry b = 2;\n}';
    assert.deepEqual(await findings(text), ["4 map-entry-type AEntry"]);
  });
});

describe("a group", () => {
  test("is a field in lower case, and a message beside it", async () => {
    const text = 'syntax = "proto2"; message A { repeated group BookNote = 1 { optional int32 a = 1; } }';
    const [message] = (await descriptorOf(text)).messageType;
    const [field] = message?.field ?? [];
    assert.deepEqual(
      [field?.name, field?.type, field?.typeName, field?.label],
      ["booknote", Type.GROUP, ".A.BookNote", Label.REPEATED],
    );
    assert.deepEqual(
      message?.nestedType.map(({ name, field: fields }) => [name, fields.length]),
      [["BookNote", 1]],
    );
  });

  test("may be an extension, or in a oneof, and have groups in it", async () => {
    const text = `syntax = "proto2";
message A { extensions 1 to 9; oneof b { group C = 11 { optional group D = 1 {} } } }
extend A { optional group E = 1 {} }`;
    const file = await descriptorOf(text);
    assert.deepEqual(
      file.messageType.map(({ name }) => name),
      ["A", "E"],
    );
    assert.equal(file.messageType[0]?.nestedType[0]?.nestedType[0]?.name, "D");
    assert.equal(file.messageType[0]?.field[0]?.oneofIndex, 0);
    assert.equal(file.extension[0]?.typeName, ".E");
  });

  test("has a capital letter before it, a label in proto2, and no place in proto3 or an edition", async () => {
    const group = "group C = 1 {}";
    assert.deepEqual(await findings('syntax = "proto2"; message A { optional group c = 1 {} }'), ["1 group-name c"]);
    assert.deepEqual(await findings(`syntax = "proto2"; message A { ${group} }`), ["1 label-missing group"]);
    assert.deepEqual(await findings(`syntax = "proto3"; message A { ${group} }`), ["1 proto3-group group"]);
    assert.deepEqual(await findings(`edition = "2023"; message A { ${group} }`), ["1 group-edition group"]);
  });
});

describe("a label", () => {
  test("is asked for in proto2, and missing nowhere else", async () => {
    assert.deepEqual(await findings('syntax = "proto2"; message A { int32 a = 1; }'), ["1 label-missing int32"]);
    assert.deepEqual(await findings('syntax = "proto3"; message A { int32 a = 1; optional int32 b = 2; }'), []);
    assert.deepEqual(await findings('edition = "2023"; message A { int32 a = 1; repeated int32 b = 2; }'), []);
  });

  test("is a feature in editions, other than `repeated`", async () => {
    const text = 'edition = "2023"; message A { optional int32 a = 1; required int32 b = 2; }';
    assert.deepEqual(await findings(text), ["1 label-edition optional", "1 label-edition required"]);
  });

  test("has no place in a oneof", async () => {
    const text = 'syntax = "proto3"; message A { oneof a { optional int32 b = 1; } }';
    assert.deepEqual(await findings(text), ["1 oneof-label optional"]);
  });
});
