import { create, createFileRegistry, type DescMessage } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  Edition,
  EnumDescriptorProtoSchema,
  FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import type { ByteChoice } from "./byte-choice.ts";

/** What a peer that one asks for its descriptors could call things, to have code of its own run or take things over. */
// biome-ignore format: a list to scan
const HOSTILE_NAMES = [
  "__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "valueOf", "$typeName", "$unknown", "case", "value",
  '"', "'", "`", "\\", "*/", "//", `$\{globalThis.hostile = 1}`, "\n", "\r", "\u2028", "\u2029", "\0", "]", ");", "",
  '"]; globalThis.hostile = 1; //', "`; globalThis.hostile = 1; `", "*/ globalThis.hostile = 1; /*", "\ud800", "a b", "0", "-1",
  "m", "b", "p", "r", "v", "n", "o", "l", "t0", "w0", "e0", "rt", "read", "write", "bad", "type", "end", "tag", "eval", "let",
] as const;

const MAX_MESSAGES = 3;
const MAX_FIELDS = 8;
const MAX_NUMBER = 536_870_911;
const SCALARS = [
  Type.DOUBLE, Type.FLOAT, Type.INT64, Type.UINT64, Type.INT32, Type.FIXED64, Type.FIXED32, Type.BOOL, Type.STRING, Type.BYTES,
  Type.UINT32, Type.SFIXED32, Type.SFIXED64, Type.SINT32, Type.SINT64,
] as const; // biome-ignore format: a list to scan
const NUMBERS = [1, 12, 100, 2_044, 20_000, 2 ** 21 - 3, MAX_NUMBER - 7, MAX_NUMBER] as const;
const SYNTAXES = ["proto2", "proto3", "editions"] as const;
const ENUM = create(EnumDescriptorProtoSchema, {
  name: "E",
  value: [
    { name: "ZERO", number: 0 },
    { name: "ONE", number: 1 },
    { name: "NEGATIVE", number: -1 },
  ],
});

/**
 * The message types of a descriptor that an input decides on: what they are called, what kinds of fields they have, whose
 * messages are theirs.
 *
 * @param isRenamed whether they have hostile names, which are put in where `@bufbuild/protobuf` has checked the others
 */
export function createHostileTypes(choice: ByteChoice, isRenamed: boolean): readonly DescMessage[] {
  const syntax = choice.pick(SYNTAXES);
  const messages = 1 + choice.below(MAX_MESSAGES);
  const messageType = Array.from({ length: messages }, (_, index) => createMessage(choice, index, messages, syntax));
  const file = create(FileDescriptorProtoSchema, { name: "hostile.proto", syntax, messageType, enumType: [ENUM] });
  if (syntax === "editions") file.edition = Edition.EDITION_2023;
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] }));
  const schemas = messageType.flatMap(({ name }) => registry.getMessage(name) ?? []);
  if (isRenamed) for (const schema of schemas) rename(schema, choice);
  return schemas;
}

function createMessage(choice: ByteChoice, index: number, messages: number, syntax: string): DescriptorProto {
  const start = choice.pick(NUMBERS);
  const fields = Math.min(choice.below(MAX_FIELDS + 1), MAX_NUMBER - start + 1);
  const field = Array.from({ length: fields }, (_, place) => {
    const label = choice.below(3) === 0 ? Label.REPEATED : Label.OPTIONAL;
    const common = { name: `f${place}`, number: start + place, label } as const;
    const kind = choice.below(SCALARS.length + 5);
    const type = SCALARS[kind];
    if (type !== undefined) return create(FieldDescriptorProtoSchema, { ...common, type });
    if (kind < SCALARS.length + 2)
      return create(FieldDescriptorProtoSchema, { ...common, type: Type.ENUM, typeName: ".E" });
    const isGroup = kind === SCALARS.length + 4 && syntax === "proto2";
    const typeName = `.M${choice.below(messages)}`;
    return create(FieldDescriptorProtoSchema, { ...common, type: isGroup ? Type.GROUP : Type.MESSAGE, typeName });
  });
  const single = field.filter(({ label }) => label === Label.OPTIONAL);
  const grouped = choice.below(3) === 0 ? single.slice(0, 1 + choice.below(MAX_FIELDS)) : [];
  for (const one of grouped) one.oneofIndex = 0;
  return create(DescriptorProtoSchema, {
    name: `M${index}`,
    field,
    oneofDecl: grouped.length > 0 ? [{ name: "group" }] : [],
  });
}

/** Gives a type, and what is in it, hostile names; no two fields the same, as no compiler lets that through. */
function rename(schema: DescMessage, choice: ByteChoice): void {
  const used = new Set<string>(["$typeName", "$unknown"]);
  // There `create` of @bufbuild/protobuf makes the prototype, which never calls a field so, and would change it.
  if (schema.file.edition !== Edition.EDITION_PROTO3) used.add("__proto__");
  const nameOf = (before: string): string => {
    const name = choice.below(4) === 0 ? Buffer.from(choice.some()).toString("latin1") : choice.pick(HOSTILE_NAMES);
    const free = used.has(name) ? before : name;
    used.add(free);
    return free;
  };
  for (const member of [...schema.fields, ...schema.oneofs]) {
    const name = nameOf(member.localName);
    Object.assign(member, { name, localName: name });
  }
  if (choice.below(2) === 0) Object.assign(schema, { typeName: choice.pick(HOSTILE_NAMES) });
}
