import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create, createFileRegistry, type DescFile, type DescMessage } from "@bufbuild/protobuf";
import {
  DescriptorProtoSchema,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { createCodec } from "../create-codec.ts";
import { registerFile } from "../testdata/outlets.ts";
import { registerCodec, TypeLinker } from "./link-type.ts";
import { TypeCodec } from "./type-codec.ts";

/** A file with a message `Outer` that has an `Inner`, which is in a file of its own. */
function createFiles(name = "a"): { readonly inner: DescFile; readonly outer: DescFile; readonly Outer: DescMessage } {
  const type = FieldDescriptorProto_Type.MESSAGE;
  const text = { name, number: 1, type: FieldDescriptorProto_Type.STRING };
  const inner = create(FileDescriptorProtoSchema, { name: "inner.proto", syntax: "proto3" });
  inner.messageType.push(create(DescriptorProtoSchema, { name: "Inner", field: [text] }));
  const outer = create(FileDescriptorProtoSchema, {
    name: "outer.proto",
    syntax: "proto3",
    dependency: ["inner.proto"],
  });
  const field = [{ name: "inner", number: 1, type, typeName: ".Inner" }];
  outer.messageType.push(create(DescriptorProtoSchema, { name: "Outer", field }));
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [inner, outer] }));
  const [innerFile, outerFile] = [...registry.files];
  const Outer = registry.getMessage("Outer");
  assert.ok(innerFile !== undefined && outerFile !== undefined && Outer !== undefined);
  return { inner: innerFile, outer: outerFile, Outer };
}

describe("code that was generated", () => {
  test("is taken rather than made, and not where codecs are to be interpreted", (t) => {
    const { inner, outer, Outer } = createFiles();
    registerFile(inner);
    registerFile(outer);
    const evaluated = t.mock.method(globalThis, "Function");
    const codec = createCodec(Outer);
    const message = { inner: { a: "text" } };
    assert.equal(codec.kind, "ahead-of-time");
    assert.deepEqual(Buffer.from(codec.encode(message)), Buffer.from("0a060a0474657874", "hex"));
    assert.deepEqual(codec.decode(codec.encode(message)), create(Outer, message));
    const interpreted = createCodec(Outer, { codecs: "interpreted" });
    assert.equal(interpreted.kind, "interpreted");
    assert.deepEqual(interpreted.encode(message), codec.encode(message));
    assert.equal(evaluated.mock.callCount(), 0);
  });

  for (const canEvaluate of [true, false]) {
    for (const part of ["inner", "outer"] as const) {
      test(`of the ${part} type only works with what the other has, evaluation being ${canEvaluate ? "allowed" : "forbidden"}`, () => {
        const files = createFiles();
        registerFile(files[part]);
        const codec = new TypeCodec(files.Outer, new TypeLinker(false, () => canEvaluate));
        assert.equal(codec.kind, part === "outer" ? "ahead-of-time" : canEvaluate ? "compiled" : "interpreted");
        const message = create(files.Outer, { inner: { a: "text" } });
        // The first are interpreted where code is made.
        for (let count = 0; count < 20; count++) {
          const bytes = new Uint8Array(codec.maxBytes(message));
          const end = codec.encodeInto(message, bytes, 0);
          assert.deepEqual(codec.decode(bytes, 0, end), message);
        }
        assert.throws(() => codec.decode(Uint8Array.of(0x0a, 2, 0x0a, 5), 0, 4), { path: "Outer.inner.a", offset: 3 });
      });
    }
  }

  test("for another state of the .proto file is refused when it is to be used", () => {
    const { Outer } = createFiles();
    const inner = Outer.fields[0]?.message;
    assert.ok(inner !== undefined);
    registerCodec(inner, "01234567", () => assert.fail("it is not even asked for"));
    const said = /generated for Inner is for another state of its \.proto file.*gannet gen --codecs/;
    assert.throws(() => createCodec(inner).encode({}), said);
    assert.throws(() => createCodec(Outer).encode({ inner: {} }), said);
    assert.deepEqual(createCodec(Outer, { codecs: "interpreted" }).encode({ inner: {} }), Uint8Array.of(0x0a, 0));
  });

  test("has to be there before a type is used first", () => {
    const { outer, Outer } = createFiles();
    assert.equal(createCodec(Outer).kind, "compiled");
    registerFile(outer);
    assert.equal(createCodec(Outer).kind, "compiled");
  });
});
