import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create, type DescMessage, fromBinary, isMessage, toBinary } from "@bufbuild/protobuf";
import {
  AnySchema,
  BytesValueSchema,
  FieldMaskSchema,
  StringValueSchema,
  StructSchema,
  TimestampSchema,
} from "@bufbuild/protobuf/wkt";
import { CodecCache } from "./codec-cache.ts";
import { compileType } from "./testdata/compile-type.ts";

const codecs = new CodecCache();
for (const schema of [AnySchema, BytesValueSchema, FieldMaskSchema, StringValueSchema, StructSchema, TimestampSchema])
  compileType(schema as DescMessage);

function encode(schema: DescMessage, message: object): Uint8Array {
  const codec = codecs.get(schema);
  const out = new Uint8Array(codec.maxBytes(message) + 2).fill(0xaa);
  const end = codec.encodeInto(message, out, 1);
  assert.deepEqual([out[0], out[end]], [0xaa, 0xaa], "nothing beside its place is touched");
  return out.slice(1, end);
}

/** Decodes from within a larger buffer, which is written over afterwards as a connection would. */
function decode(schema: DescMessage, bytes: Uint8Array): object {
  const chunk = Buffer.concat([Buffer.from([1, 2, 3]), bytes, Buffer.from([4])]);
  const message = codecs.get(schema).decode(chunk, 3, 3 + bytes.length);
  chunk.fill(0xff);
  return message;
}

describe("a message", () => {
  test("is encoded from an instance as from what makes one", () => {
    const expected = toBinary(StringValueSchema, create(StringValueSchema, { value: "hé" }));
    assert.deepEqual(encode(StringValueSchema, { value: "hé" }), expected);
    assert.deepEqual(encode(StringValueSchema, create(StringValueSchema, { value: "hé" })), expected);
    assert.deepEqual(encode(StringValueSchema, {}), new Uint8Array(0));
  });

  for (const [name, schema, init] of [
    ["text", StringValueSchema, { value: "hello" }],
    ["bytes", BytesValueSchema, { value: Uint8Array.of(1, 2, 3) }],
    ["repeated text", FieldMaskSchema, { paths: ["a", "b"] }],
    ["bytes in a field among others", AnySchema, { typeUrl: "x", value: Uint8Array.of(9) }],
    ["messages in messages", StructSchema, { fields: { a: { kind: { case: "stringValue", value: "b" } } } }],
  ] as const) {
    test(`with ${name} comes back, and shares nothing with the buffer it came from`, () => {
      const message = create(schema as DescMessage, init);
      const decoded = decode(schema, encode(schema, message));
      assert.ok(isMessage(decoded, schema as DescMessage));
      assert.deepEqual(toBinary(schema as DescMessage, decoded), toBinary(schema as DescMessage, message));
    });
  }

  for (const schema of [TimestampSchema, StructSchema, StringValueSchema] as const) {
    test(`of type ${schema.typeName} keeps fields that its type does not know, as its own`, () => {
      const bytes = Buffer.from("9a0603616263", "hex");
      const decoded = fromBinary(schema as DescMessage, encode(schema, decode(schema, bytes)));
      assert.deepEqual(Buffer.from(toBinary(schema as DescMessage, decoded)), bytes);
    });
  }
});

test("what is no message of the type is refused in words", () => {
  const codec = codecs.get(StringValueSchema);
  for (const [value, said] of [
    [undefined, /expected a message of type google\.protobuf\.StringValue, got undefined/],
    [null, /got null/],
    ["text", /got "text"/],
    [create(BytesValueSchema), /got google\.protobuf\.BytesValue/],
  ] as const) {
    assert.throws(() => codec.maxBytes(value as unknown as object), said);
  }
});

test("what would pass for an empty message is refused, compiled and interpreted", () => {
  const cases = [
    [Promise.resolve({}), /got a Promise; is an await missing\?/],
    [[], /got an array/],
    [new Map([["name", "x"]]), /got a Map/],
    [new Date(), /got a Date/],
  ] as const;
  for (const kind of ["compiled", "interpreted"] as const) {
    const codec = new CodecCache(kind).get(FieldMaskSchema);
    for (const [message, said] of cases) {
      const encode = () => codec.encodeInto(message, new Uint8Array(codec.maxBytes(message)), 0);
      assert.throws(encode, { name: "TypeError", message: said });
    }
    assert.equal(codec.encodeInto({}, new Uint8Array(codec.maxBytes({})), 0), 0);
  }
});

test("bytes that are no message are refused", () => {
  const codec = codecs.get(StringValueSchema);
  for (const hex of ["0a05", "ff", "0f", "0a01ff"]) {
    assert.throws(() => codec.decode(Buffer.from(hex, "hex"), 0, hex.length / 2));
  }
});

test("a type has one codec", () => {
  assert.equal(codecs.get(AnySchema), codecs.get(AnySchema));
});
