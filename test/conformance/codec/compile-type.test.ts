import assert from "node:assert/strict";
import { test } from "node:test";
import { create, createFileRegistry, type DescMessage } from "@bufbuild/protobuf";
import {
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  file_google_protobuf_descriptor,
} from "@bufbuild/protobuf/wkt";
import { createCodec } from "gannet/codec";
import { compileType } from "./compile-type.ts";

/** What encodes, what decodes, and what makes an empty message. */
const PIECES = 3;

test("code is made for a type and those of its fields, whatever their fields require, and for none behind that", (t) => {
  const file = [file_google_protobuf_descriptor.proto];
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file }));
  const schema = registry.getMessage(FileDescriptorProtoSchema.typeName);
  assert.ok(schema !== undefined);
  const types = typesOf(schema);
  assert.ok(types.size > 20);
  const evaluated = t.mock.method(globalThis, "Function");
  const pieces = (): number =>
    evaluated.mock.calls.filter(({ arguments: [name] }) => (name as unknown) === "rt").length;
  compileType(schema, createCodec);
  assert.equal(pieces(), PIECES * types.size);
  for (const type of types) {
    const codec = createCodec(type);
    codec.maxBytes({});
    codec.decode(new Uint8Array(0));
  }
  assert.equal(pieces(), PIECES * types.size);
});

function typesOf(schema: DescMessage): ReadonlySet<DescMessage> {
  const types = new Set([schema]);
  for (const type of types) for (const { message } of type.fields) if (message !== undefined) types.add(message);
  return types;
}
