import assert from "node:assert/strict";
import { test } from "node:test";
import { create, createFileRegistry, type DescMessage } from "@bufbuild/protobuf";
import {
  DescriptorProtoSchema,
  DurationSchema,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  FieldOptionsSchema,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  ValueSchema,
} from "@bufbuild/protobuf/wkt";
import { emitFunction } from "./emit-function.ts";
import { fingerprintOf } from "./fingerprint.ts";

test("a function is set as people set it, and declares what it uses", () => {
  const text = emitFunction(DurationSchema, "js");
  assert.match(text, /^\(rt\) => \{\n {2}const \{ bad, int32, long, unknownBytes, varint64, writeUnknown \} = rt;\n/);
  assert.match(
    text,
    /\n {2}const make = \(\) => \(\{\n {4}"\$typeName": "google.protobuf.Duration",\n {4}"seconds": 0n,\n/,
  );
  assert.match(text, /\n {4}v = m\.nanos;\n {4}if \(v != null && v !== 0\) \{\n {6}if \(typeof v !== "number"/);
  assert.match(text, /\n {8}\} else v = |\n {8}case 16: \{\n/);
  assert.match(text, /\n\}$/);
});

test("TypeScript says the types, which is all that it has beside JavaScript", () => {
  for (const schema of [DurationSchema, ValueSchema, FieldOptionsSchema] as const) {
    const typed = emitFunction(schema as DescMessage, "ts");
    assert.match(typed, /function write\(m: any, b: Uint8Array, p: number\) \{/);
    const untyped = typed
      .replaceAll(" as unknown as new () => any", "")
      .replaceAll("this: any", "")
      .replace(/(?<=\b\w+): (?:any|number|Uint8Array|TypeReader|TypeCode \| undefined)(?=[,;) ])/g, "");
    assert.equal(untyped, emitFunction(schema as DescMessage, "js"));
  }
});

test("names of all kinds stay within their quotes", () => {
  const names = ['a"; }}', "{", "}", "// b", "\u2028", "`", "v", "string"];
  const file = create(FileDescriptorProtoSchema, { name: "a.proto", syntax: "proto3" });
  const type = FieldDescriptorProto_Type.STRING;
  const field = names.map((_, index) => ({ name: `f${index}`, number: index + 1, type }));
  file.messageType.push(create(DescriptorProtoSchema, { name: "M", field }));
  const schema = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] })).getMessage("M");
  assert.ok(schema !== undefined);
  for (const [index, name] of names.entries()) Object.assign(schema.fields[index] ?? {}, { name, localName: name });
  const text = emitFunction(schema, "js");
  assert.doesNotMatch(text, /\u2028/);
  const depths = text.split("\n").map((line) => /^ */.exec(line)?.[0].length ?? 0);
  assert.equal(Math.max(...depths), 12);
  // Text in quotes is no use of a name.
  assert.doesNotMatch(text, /let [^;]*\bo\b/);
  assert.doesNotThrow(() => new Function(`return ${text}`));
});

test("a fingerprint is that of the type's state", () => {
  const fingerprint = (change: (field: Record<string, unknown>, file: Record<string, unknown>) => void): string => {
    const file = create(FileDescriptorProtoSchema, { name: "a.proto", syntax: "proto3" });
    const field = create(FieldDescriptorProtoSchema, { name: "a", number: 1, type: FieldDescriptorProto_Type.INT32 });
    file.messageType.push(create(DescriptorProtoSchema, { name: "M", field: [field] }));
    change(field as never, file as never);
    const [only] = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] })).files;
    const schema = only?.messages[0];
    assert.ok(schema !== undefined);
    return fingerprintOf(schema);
  };
  const all = [
    fingerprint(() => {}),
    fingerprint((field) => Object.assign(field, { name: "b" })),
    fingerprint((field) => Object.assign(field, { number: 2 })),
    fingerprint((field) => Object.assign(field, { type: FieldDescriptorProto_Type.SINT32 })),
    fingerprint((field) => Object.assign(field, { label: 3 })),
    fingerprint((_, file) => Object.assign(file, { syntax: "proto2" })),
    fingerprint((_, file) => Object.assign(file, { package: "p" })),
  ];
  assert.equal(new Set(all).size, all.length);
  for (const one of all) assert.match(one, /^[0-9a-f]{8}$/);
  assert.equal(
    fingerprint(() => {}),
    all[0],
  );
});
