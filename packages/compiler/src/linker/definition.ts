import type {
  DescriptorProto,
  EnumDescriptorProto,
  EnumValueDescriptorProto,
  FieldDescriptorProto,
  MethodDescriptorProto,
  OneofDescriptorProto,
  ServiceDescriptorProto,
} from "@bufbuild/protobuf/wkt";
import type { FileSet } from "./file-set.ts";
import type { LinkedFile } from "./linked-file.ts";
import type { NameIndex } from "./name-index.ts";
import type { RangeIndex } from "./range-index.ts";

/** Anything that has a full name. */
export type Definition =
  | PackageDefinition
  | MessageDefinition
  | FieldDefinition
  | OneofDefinition
  | EnumDefinition
  | EnumValueDefinition
  | ServiceDefinition
  | MethodDefinition;

interface Named {
  /** Without a leading dot. */
  readonly fullName: string;
  readonly name: string;
  readonly file: LinkedFile;
}

/** A package, or the beginning of its name. */
export interface PackageDefinition {
  readonly kind: "package";
  readonly fullName: string;
  /** The files that are in it, or in one below it. */
  readonly files: FileSet;
}

export interface MessageDefinition extends Named {
  readonly kind: "message";
  readonly proto: DescriptorProto;
  readonly parent: MessageDefinition | undefined;
  readonly fields: FieldDefinition[];
  readonly extensions: FieldDefinition[];
  readonly oneofs: OneofDefinition[];
  readonly messages: MessageDefinition[];
  readonly enums: EnumDefinition[];
  readonly fieldsByName: NameIndex<FieldDefinition>;
  /** The numbers that it sets aside for extensions; undefined where there are none. */
  readonly extensionRanges: RangeIndex<DescriptorProto["extensionRange"][number]> | undefined;
}

/** A field or an extension. */
export interface FieldDefinition extends Named {
  readonly kind: "field";
  readonly proto: FieldDescriptorProto;
  /** The message that it is written in: none for an extension at the top of a file. */
  readonly scope: MessageDefinition | undefined;
  /** The message that it is a field of. Of an extension it is the extendee, once that is resolved. */
  parent: MessageDefinition | undefined;
  /** The type of a message or group field, once it is resolved. */
  message: MessageDefinition | undefined;
  /** The type of an enum field, once it is resolved. */
  enum: EnumDefinition | undefined;
}

export interface OneofDefinition extends Named {
  readonly kind: "oneof";
  readonly proto: OneofDescriptorProto;
  readonly parent: MessageDefinition;
}

export interface EnumDefinition extends Named {
  readonly kind: "enum";
  readonly proto: EnumDescriptorProto;
  readonly parent: MessageDefinition | undefined;
  readonly values: EnumValueDefinition[];
  readonly valuesByName: NameIndex<EnumValueDefinition>;
}

/** An enum value. Its full name is that of a sibling of its enum, as in C++. */
export interface EnumValueDefinition extends Named {
  readonly kind: "enum-value";
  readonly proto: EnumValueDescriptorProto;
  readonly parent: EnumDefinition;
}

export interface ServiceDefinition extends Named {
  readonly kind: "service";
  readonly proto: ServiceDescriptorProto;
  readonly methods: MethodDefinition[];
}

export interface MethodDefinition extends Named {
  readonly kind: "method";
  readonly proto: MethodDescriptorProto;
  readonly parent: ServiceDefinition;
  /** What it takes, once that is resolved. */
  input: MessageDefinition | undefined;
  /** What it returns, once that is resolved. */
  output: MessageDefinition | undefined;
}

/** Whether a field is an extension. */
export function isExtension(field: FieldDefinition): boolean {
  return field.proto.extendee !== "";
}

const MAX_FIELD_NUMBER = 0x1fffffff;

/** Whether a field has a number that it can be encoded under. One that has none was reported where it is defined. */
export function isWellNumbered(field: FieldDefinition): boolean {
  const { number } = field.proto;
  if (!isExtension(field)) return number > 0 && number <= MAX_FIELD_NUMBER;
  if (field.parent === undefined || number <= 0) return false;
  const isSetAside = field.parent.extensionRanges?.at(number) !== undefined;
  return isSetAside && !field.parent.proto.field.some((other) => other.number === number);
}

const KIND_NAMES: Readonly<Record<Definition["kind"], string>> = {
  package: "a package",
  message: "a message",
  field: "a field",
  oneof: "a oneof",
  enum: "an enum",
  "enum-value": "an enum value",
  service: "a service",
  method: "a method",
};

/** What a definition is, for a sentence: `a message`. */
export function describeKind(definition: Definition): string {
  return definition.kind === "field" && isExtension(definition) ? "an extension" : KIND_NAMES[definition.kind];
}
