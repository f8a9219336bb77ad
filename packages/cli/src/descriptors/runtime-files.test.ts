import assert from "node:assert/strict";
import { test } from "node:test";
import { toBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { compile, formatDiagnostic } from "@gannet/compiler";
import { createRuntimeFiles } from "./runtime-files.ts";

const OPTIONS = `syntax = "proto2";
package o;
import "google/protobuf/descriptor.proto";
message Inner { optional int32 kept = 1; optional int32 gone = 2 [retention = RETENTION_SOURCE]; }
message Outer { optional Inner inner = 1; }
extend google.protobuf.MessageOptions {
  optional int32 late = 50003;
  optional int32 early = 50001;
  repeated int32 packed = 50002 [packed = true];
  // here
}
`;

/** What becomes of a file that imports the options above, and what it was. */
async function strip(body: string, sourceOptions = ""): Promise<{ before: FileDescriptorProto; after: unknown }> {
  const sources = new Map([
    ["o.proto", OPTIONS.replace("// here", sourceOptions)],
    ["a.proto", `syntax = "proto3"; import "o.proto"; ${body}`],
  ]);
  const { files, ok, diagnostics } = await compile({ files: ["a.proto"], read: (path) => sources.get(path) });
  assert.ok(ok, diagnostics.map((diagnostic) => formatDiagnostic(diagnostic)).join("\n"));
  const before = files.at(-1);
  assert.ok(before !== undefined);
  const bytes = toBinary(FileDescriptorProtoSchema, before);
  const after = createRuntimeFiles(files, ["a.proto"]).get("a.proto");
  assert.deepEqual(toBinary(FileDescriptorProtoSchema, before), bytes, "the compiler's own descriptor changed");
  return { before, after };
}

function numbersOf(file: unknown): number[] | undefined {
  return (file as FileDescriptorProto).messageType[0]?.options?.$unknown?.map(({ no }) => no);
}

test("custom options are put in the order of their numbers, and nothing else is copied", async () => {
  const body = "message A { option (o.late) = 1; option (o.early) = 2; string name = 1; } message B {}";
  const { before, after } = await strip(body);
  assert.deepEqual(numbersOf(before), [50003, 50001]);
  assert.deepEqual(numbersOf(after), [50001, 50003]);
  const changed = after as FileDescriptorProto;
  assert.equal(changed.messageType[1], before.messageType[1]);
  assert.equal(changed.messageType[0]?.field[0], before.messageType[0]?.field[0]);
  assert.equal(changed.sourceCodeInfo, before.sourceCodeInfo);
});

test("a file whose options are in order already is left out", async () => {
  const body = "message A { option (o.early) = 2; option (o.late) = 1; }";
  assert.equal((await strip(body)).after, undefined);
  assert.equal((await strip("message A {}")).after, undefined);
});

test("values of a packed option become one", async () => {
  const { before, after } = await strip("message A { option (o.packed) = 1; option (o.packed) = 2; }");
  assert.deepEqual(numbersOf(before), [50002, 50002]);
  assert.deepEqual(numbersOf(after), [50002]);
});

test("what is for the compiler only is taken out, in whatever it stands, with its places", async () => {
  const extension = "optional int32 secret = 50004 [retention = RETENTION_SOURCE]; optional Outer outer = 50005;";
  const secret = await strip("message A { option (o.early) = 1; option (o.secret) = 2; }", extension);
  assert.deepEqual(numbersOf(secret.after), [50001]);
  const places = (file: unknown): number | undefined => (file as FileDescriptorProto).sourceCodeInfo?.location.length;
  assert.ok((places(secret.after) ?? 0) < (places(secret.before) ?? 0));
  const nested = await strip("message A { option (o.outer).inner = { kept: 1 gone: 2 }; }", extension);
  const [outer] = (nested.after as FileDescriptorProto).messageType[0]?.options?.$unknown ?? [];
  assert.deepEqual([...(outer?.data ?? [])], [4, 10, 2, 8, 1]);
});
