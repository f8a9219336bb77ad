import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create, createRegistry, type DescMessage, type MessageInitShape } from "@bufbuild/protobuf";
import { AnySchema, anyPack, DescriptorProtoSchema, StructSchema, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { FeatureSchema, PointSchema } from "../client/testdata/route_guide_pb.ts";
import { JsonCodecCache } from "./json-codec.ts";

function encode(schema: DescMessage, message: object, codecs = new JsonCodecCache(undefined)): string {
  const codec = codecs.get(schema);
  const bytes = Buffer.alloc(codec.maxBytes(message) + 2);
  const end = codec.encodeInto(message, bytes, 2);
  return bytes.toString("utf8", 2, end);
}

function decode(schema: DescMessage, json: string | Uint8Array, codecs = new JsonCodecCache(undefined)): object {
  const bytes = Buffer.concat([Buffer.from("{{"), Buffer.from(json), Buffer.from("}}")]);
  return codecs.get(schema).decode(bytes, 2, bytes.length - 2);
}

describe("a message in JSON", () => {
  const init: MessageInitShape<typeof FeatureSchema> = { name: "Zürich", location: { latitude: 5 } };

  test("is what protobuf says, from a message or an object with some of its fields", () => {
    const json = '{"name":"Zürich","location":{"latitude":5}}';
    assert.equal(encode(FeatureSchema, init), json);
    assert.equal(encode(FeatureSchema, create(FeatureSchema, init)), json);
    assert.equal(encode(TimestampSchema, { seconds: 1n }), '"1970-01-01T00:00:01Z"');
    assert.deepEqual(decode(FeatureSchema, json), create(FeatureSchema, init));
  });

  test("may have fields that its type does not, as in binary", () => {
    assert.deepEqual(decode(PointSchema, '{"latitude":3,"altitude":5}'), create(PointSchema, { latitude: 3 }));
  });

  test("is refused where it is none", () => {
    for (const json of ["", "{", '{"latitude":"north"}', "[]", Buffer.from([0x22, 0xff, 0x22])]) {
      assert.throws(() => decode(PointSchema, json), { name: "DecodeError", message: /routeguide\.Point/ });
    }
    assert.throws(() => decode(StructSchema, '{"a":'.repeat(100_000)), { name: "DecodeError" });
    const deep = `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`;
    assert.throws(() => decode(StructSchema, deep), { name: "DecodeError" });
  });

  test("may be as deep as in binary: a message with 100 in it, one in the other", () => {
    const nested = (depth: number): string => `${'{"nestedType":['.repeat(depth)}{}${"]}".repeat(depth)}`;
    decode(DescriptorProtoSchema, nested(100));
    assert.throws(() => decode(DescriptorProtoSchema, nested(101)), {
      name: "DecodeError",
      message: /recursion depth/,
    });
  });

  test("of another type, or that is none, is refused", () => {
    assert.throws(() => encode(PointSchema, create(FeatureSchema)), /type routeguide\.Point, got routeguide\.Feature/);
    assert.throws(() => encode(PointSchema, null as unknown as object), /got null/);
    assert.throws(() => encode(PointSchema, "x" as unknown as object), /got string/);
  });

  test("has an Any only of the types that are known", () => {
    const any = anyPack(PointSchema, create(PointSchema, { latitude: 1 }));
    assert.throws(() => encode(AnySchema, any), /routeguide\.Point/);
    const codecs = new JsonCodecCache(createRegistry(PointSchema));
    const json = encode(AnySchema, any, codecs);
    assert.deepEqual(JSON.parse(json), { "@type": "type.googleapis.com/routeguide.Point", latitude: 1 });
    assert.deepEqual(decode(AnySchema, json, codecs), any);
    assert.throws(() => decode(AnySchema, json), { name: "DecodeError" });
  });
});
