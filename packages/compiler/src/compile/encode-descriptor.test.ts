import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { clone, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { descriptorOf } from "../testing/index.ts";
import { encodeDescriptor } from "./encode-descriptor.ts";

const LONG_NAME = "long".repeat(100);
const TEXT = [
  "// Detached, in other than ASCII: größer.",
  "",
  '/* Leading. */ syntax = "proto3"; // Trailing: 長い.',
  `// ${"A comment that is longer than a length of one byte can say. ".repeat(3)}`,
  `message ${LONG_NAME} {`,
  ...Array.from({ length: 300 }, (_, index) => `  string field_${index} = ${index + 1}; // ${index}`),
  "}",
  ...Array.from({ length: 31 }, (_, depth) => `message M${depth} {`),
  "  map<string, int32> counts = 536870911;",
  "}".repeat(31),
].join("\n");

function encodeByMessages(file: FileDescriptorProto): Uint8Array {
  return toBinary(FileDescriptorProtoSchema, clone(FileDescriptorProtoSchema, file));
}

describe("encoding a descriptor", () => {
  test("gives the bytes that toBinary gives, whether or not its positions were looked at before", async () => {
    const file = await descriptorOf(TEXT);
    const bytes = encodeDescriptor(file);
    const read = fromBinary(FileDescriptorProtoSchema, bytes);
    assert.equal(file.sourceCodeInfo?.location.length, read.sourceCodeInfo?.location.length);
    assert.deepEqual(Buffer.from(encodeByMessages(file)), Buffer.from(bytes));
    assert.deepEqual(Buffer.from(encodeDescriptor(file)), Buffer.from(bytes));
  });

  test("reads back to what the descriptor has", async () => {
    const file = await descriptorOf(TEXT);
    assert.deepEqual(fromBinary(FileDescriptorProtoSchema, encodeDescriptor(file)), file);
  });

  test("leaves the positions of the descriptor as they are", async () => {
    const file = await descriptorOf(TEXT);
    encodeDescriptor(file);
    const { location } = (await descriptorOf(TEXT)).sourceCodeInfo ?? {};
    assert.deepEqual(file.sourceCodeInfo?.location, location);
    assert.equal(file.sourceCodeInfo?.location, file.sourceCodeInfo?.location);
  });

  test("gives positions as they have been changed, and as they have been set", async () => {
    const changed = await descriptorOf("// a\nmessage A {}");
    const [root] = changed.sourceCodeInfo?.location.splice(1) ?? [];
    assert.deepEqual(fromBinary(FileDescriptorProtoSchema, encodeDescriptor(changed)), changed);
    const set = await descriptorOf("// a\nmessage A {}");
    if (set.sourceCodeInfo !== undefined && root !== undefined) set.sourceCodeInfo.location = [root];
    assert.equal(fromBinary(FileDescriptorProtoSchema, encodeDescriptor(set)).sourceCodeInfo?.location.length, 1);
  });

  test("takes a descriptor without positions", async () => {
    const file = await descriptorOf("message A {}");
    delete file.sourceCodeInfo;
    assert.deepEqual(fromBinary(FileDescriptorProtoSchema, encodeDescriptor(file)), file);
  });
});
