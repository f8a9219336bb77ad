import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import {
  create,
  createFileRegistry,
  type DescMessage,
  fromBinary,
  type Message,
  type MessageInitShape,
} from "@bufbuild/protobuf";
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { createCodec } from "../create-codec.ts";

const { DOUBLE, MESSAGE, STRING } = FieldDescriptorProto_Type;
const FIELDS = 40;
const MANY = 50;

/** A type with 40 fields of each kind: numbers that are always there, messages that are not, and lists of messages. */
function createType(syntax: "proto2" | "proto3"): DescMessage {
  const field = [DOUBLE, MESSAGE, MESSAGE].flatMap((type, kind) =>
    Array.from({ length: FIELDS }, (_, index) => ({
      name: `${"abc"[kind]}${index}`,
      number: kind * FIELDS + index + 1,
      type,
      label: kind === 2 ? FieldDescriptorProto_Label.REPEATED : FieldDescriptorProto_Label.OPTIONAL,
      typeName: type === MESSAGE ? ".Part" : "",
    })),
  );
  const part = { name: "Part", field: [{ name: "text", number: 1, type: STRING }] };
  const messageType = [{ name: "Whole", field }, part];
  const file = create(FileDescriptorProtoSchema, { name: "a.proto", syntax, messageType });
  const schema = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] })).getMessage("Whole");
  assert.ok(schema !== undefined);
  return schema;
}

/** Every field set. */
function initOf(schema: DescMessage): MessageInitShape<DescMessage> {
  const values = schema.fields.map((field, index) => {
    const part = { text: `text ${index}` };
    return [
      field.localName,
      field.fieldKind === "list" ? [part, part] : field.message === undefined ? index / 4 : part,
    ];
  });
  return Object.fromEntries(values) as MessageInitShape<DescMessage>;
}

for (const syntax of ["proto2", "proto3"] as const) {
  describe(`code for a ${syntax} type`, () => {
    test("is made when more than a few messages have come, for the way in which they go", (t) => {
      const schema = createType(syntax);
      const evaluated = t.mock.method(globalThis, "Function");
      const pieces = (): number =>
        evaluated.mock.calls.filter(({ arguments: [name] }) => (name as unknown) === "rt").length;
      const codec = createCodec(schema);
      const bytes = codec.encode({ a0: 1.5 } as never);
      assert.equal(pieces(), 0);
      for (let count = 0; count < MANY; count++) codec.encode({ a0: 1.5 } as never);
      assert.equal(pieces(), 1);
      codec.decode(bytes);
      // What makes an empty message.
      assert.equal(pieces(), 2);
      for (let count = 0; count < MANY; count++) codec.decode(bytes);
      assert.equal(pieces(), 3);
      assert.equal(codec.kind, "compiled");
    });

    test("does what was interpreted before it, the shape of messages included", () => {
      setFlagsFromString("--allow-natives-syntax");
      const haveSameShape = new Function("one", "other", "return %HaveSameMap(one, other)");
      const schema = createType(syntax);
      const codec = createCodec(schema);
      const message = create(schema, initOf(schema));
      const encoded = Array.from({ length: MANY }, () => Buffer.from(codec.encode(message)));
      assert.equal(new Set(encoded.map((bytes) => bytes.toString("hex"))).size, 1);
      const [bytes = Buffer.alloc(0)] = encoded;
      const decoded = encoded.map((each) => codec.decode(each) as Message & Record<string, Message>);
      for (const each of decoded) {
        assert.ok(haveSameShape(each, decoded.at(-1)));
        assert.ok(haveSameShape(each["b7"], decoded.at(-1)?.["b7"]));
        assert.deepEqual(each, fromBinary(schema, bytes));
      }
    });

    test("refuses with the words with which it was refused before", () => {
      const codec = createCodec(createType(syntax));
      const bad = { ...initOf(codec.schema), c3: [{}, { text: 5 }] } as never;
      for (let count = 0; count < MANY; count++) {
        assert.throws(() => codec.encode(bad), { message: "Whole.c3[1].text: expected string, got 5" });
        assert.throws(() => codec.decode(Buffer.from("d202030a05", "hex")), { path: "Whole.b1", offset: 2 });
      }
    });
  });
}
