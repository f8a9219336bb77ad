import {
  type DescriptorProto,
  Edition,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import { nameOfType } from "../descriptor/index.ts";
import { editionOf } from "../features/index.ts";
import type { Definition, EnumDefinition, FieldDefinition, LinkedFile, MessageDefinition } from "../linker/index.ts";

/** protoc's limits too. */
const MAX_PACKAGE = 511;
const MAX_NAME = 65535;

const EDITIONS: ReadonlySet<Edition> = new Set([
  Edition.EDITION_PROTO2,
  Edition.EDITION_PROTO3,
  Edition.EDITION_2023,
  Edition.EDITION_2024,
  Edition.EDITION_2026,
  Edition.EDITION_UNSTABLE,
]);
const SYNTAXES: ReadonlySet<string> = new Set(["", "proto2", "proto3"]);

const ONLY_PROTO3 = "only fields of proto3 can have `proto3_optional`";

/** What may stand in a name. Unlike in a text, a digit may come first. */
const NAME = /^[A-Za-z0-9_]+$/;
const INTEGER = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/;
const NUMBER = /^[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|inf|infinity|nan)$/i;
const ESCAPED = /^(?:[^\\]|\\(?:[abfnrtv\\?'"]|[0-7]{1,3}|[xX][0-9a-fA-F]+|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}))*$/;

/** Checks of a file that came as a descriptor what a text has by its grammar. */
export function checkShape(file: LinkedFile): void {
  new ShapeChecker(file).run();
}

class ShapeChecker {
  readonly #file: LinkedFile;
  readonly #edition: Edition;

  constructor(file: LinkedFile) {
    this.#file = file;
    this.#edition = editionOf(file);
  }

  run(): void {
    const file = this.#file;
    file.subject = "";
    if (file.path.includes("\0")) this.#error("name-invalid", "the name of a file has no NUL in it");
    this.#checkEdition();
    this.#checkPackage();
    this.#checkImports();
    for (const message of file.messages) this.#message(message);
    for (const enumeration of file.enums) this.#enum(enumeration);
    for (const extension of file.extensions) this.#extension(extension);
    for (const service of file.services) {
      this.#name(service);
      for (const method of service.methods) this.#name(method);
    }
    file.subject = "";
  }

  #error(id: string, message: string): void {
    this.#file.error(undefined, id, message);
  }

  #checkEdition(): void {
    const { proto } = this.#file;
    const hasEdition = Object.hasOwn(proto, "edition");
    const isKnown = hasEdition ? EDITIONS.has(proto.edition) : SYNTAXES.has(proto.syntax);
    if (isKnown) return;
    if (!hasEdition) this.#error("syntax-unknown", `there is no syntax "${proto.syntax}"`);
    else this.#error("edition-unknown", `there is no edition ${Edition[proto.edition] ?? proto.edition}`);
  }

  #checkPackage(): void {
    const name = this.#file.proto.package;
    if (name === "") return;
    if (name.length > MAX_PACKAGE)
      this.#error("name-invalid", `a package has at most ${MAX_PACKAGE} characters: \`${name}\``);
    else if (!name.split(".").every((part) => NAME.test(part)))
      this.#error("name-invalid", `${JSON.stringify(name)} is no name of a package`);
  }

  #checkImports(): void {
    const { dependency, optionDependency, publicDependency, weakDependency } = this.#file.proto;
    const seen = new Set<string>();
    for (const path of [...dependency, ...optionDependency]) {
      if (seen.has(path)) this.#error("import-duplicate", `"${path}" is imported twice`);
      seen.add(path);
    }
    for (const index of [...publicDependency, ...weakDependency]) {
      if (dependency[index] === undefined)
        this.#error("descriptor-invalid", `import ${index} is public or weak, and there is no such import`);
    }
    if (optionDependency.length > 0 && this.#edition < Edition.EDITION_2024)
      this.#error("import-option", "`import option` needs edition 2024");
    if (weakDependency.length > 0 && this.#edition >= Edition.EDITION_2024)
      this.#error("import-weak", "there is no `import weak` since edition 2024");
  }

  #name({ name, fullName }: Exclude<Definition, { kind: "package" }>): void {
    this.#file.subject = fullName;
    if (!NAME.test(name))
      this.#error("name-invalid", name === "" ? "a name is missing" : `${JSON.stringify(name)} is no name`);
  }

  #message(message: MessageDefinition): void {
    this.#name(message);
    for (const oneof of message.oneofs) this.#name(oneof);
    for (const field of message.fields) {
      this.#field(field);
      if (field.proto.extendee !== "")
        this.#error("descriptor-invalid", "a field of a message extends nothing, and has an `extendee`");
    }
    this.#file.subject = message.fullName;
    this.#checkReservedNames(message.proto.reservedName);
    this.#checkOneofs(message);
    for (const extension of message.extensions) this.#extension(extension);
    for (const enumeration of message.enums) this.#enum(enumeration);
    for (const nested of message.messages) this.#message(nested);
  }

  #enum(enumeration: EnumDefinition): void {
    this.#name(enumeration);
    this.#checkReservedNames(enumeration.proto.reservedName);
    for (const value of enumeration.values) this.#name(value);
  }

  #checkReservedNames(names: readonly string[]): void {
    if (names.some((name) => name.length > MAX_NAME))
      this.#error("reserved-name", `a reserved name has at most ${MAX_NAME} characters`);
  }

  #extension(field: FieldDefinition): void {
    this.#field(field);
    const { proto } = field;
    if (proto.proto3Optional && this.#edition !== Edition.EDITION_PROTO3)
      this.#error("descriptor-invalid", ONLY_PROTO3);
    if (proto.extendee === "") this.#error("descriptor-invalid", "an extension needs an `extendee`");
    if (Object.hasOwn(proto, "oneofIndex")) this.#error("descriptor-invalid", "an extension is in no oneof");
  }

  #field(field: FieldDefinition): void {
    const { proto } = field;
    this.#name(field);
    this.#checkType(proto);
    this.#checkDefault(proto);
    if (this.#edition < Edition.EDITION_2023) return;
    if (proto.label === Label.REQUIRED) this.#error("label-edition", "there is no `required` in editions");
    if (proto.type === Type.GROUP) this.#error("group-edition", "there are no groups in editions");
  }

  #checkType(proto: FieldDescriptorProto): void {
    if (Object.hasOwn(proto, "typeName") && proto.typeName === "")
      this.#error("type-unknown", "the name of its type is empty");
    if (!Object.hasOwn(proto, "type")) return;
    const { type, typeName } = proto;
    if (isNamed(type) && typeName === "")
      this.#error("descriptor-invalid", `${nameOfType(type)} is no type without a name`);
  }

  #checkDefault(proto: FieldDescriptorProto): void {
    if (!Object.hasOwn(proto, "defaultValue") || !Object.hasOwn(proto, "type")) return;
    // Of what has a name of its own, it is looked at where that is resolved.
    if (isNamed(proto.type) || isDefaultOf(proto.type, proto.defaultValue)) return;
    const value = JSON.stringify(proto.defaultValue);
    this.#error("default-type", `${value} is no default value for ${nameOfType(proto.type)}`);
  }

  #checkOneofs({ proto, fullName }: MessageDefinition): void {
    const ended = new Set<number>();
    const members = countMembers(proto);
    let previous: FieldDescriptorProto | undefined;
    for (const field of proto.field) {
      const index = oneofOf(field);
      const last = previous === undefined ? undefined : oneofOf(previous);
      if (last !== undefined && index !== last) ended.add(last);
      this.#file.subject = `${fullName}.${previous?.name}`;
      if (index !== undefined && ended.has(index))
        this.#error(
          "descriptor-invalid",
          `this field stands between those of oneof \`${proto.oneofDecl[index]?.name}\``,
        );
      this.#file.subject = `${fullName}.${field.name}`;
      if (field.proto3Optional) this.#checkOptional(index === undefined ? undefined : members.get(index));
      if (index !== undefined && proto.oneofDecl[index] === undefined)
        this.#error("descriptor-invalid", `there is no oneof with the index ${index}`);
      if (index !== undefined && field.label !== Label.OPTIONAL)
        this.#error("oneof-label", "a field of a oneof has no label but `optional`");
      previous = field;
    }
    this.#file.subject = fullName;
    const synthetic = new Set(proto.field.filter((field) => field.proto3Optional).map((field) => field.oneofIndex));
    const first = proto.oneofDecl.findIndex((_, index) => synthetic.has(index));
    if (first >= 0 && proto.oneofDecl.some((_, index) => index > first && !synthetic.has(index)))
      this.#error("descriptor-invalid", "the oneofs of `optional` fields come behind all others");
  }

  /** A field that is `optional` in proto3 has a oneof of its own. */
  #checkOptional(members: number | undefined): void {
    if (this.#edition !== Edition.EDITION_PROTO3) this.#error("descriptor-invalid", ONLY_PROTO3);
    else if (members !== 1)
      this.#error("descriptor-invalid", "a field with `proto3_optional` needs a oneof of its own");
  }
}

function oneofOf(field: FieldDescriptorProto): number | undefined {
  return Object.hasOwn(field, "oneofIndex") ? field.oneofIndex : undefined;
}

/** How many fields each oneof of a message has. */
function countMembers({ field }: DescriptorProto): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const index of field.map((one) => oneofOf(one)))
    if (index !== undefined) counts.set(index, (counts.get(index) ?? 0) + 1);
  return counts;
}

/** Whether a default value is in the notation of its type. What number is beyond it, protoc brings to its limit. */
function isDefaultOf(type: Type, text: string): boolean {
  switch (type) {
    case Type.STRING:
      return true;
    case Type.BYTES:
      return ESCAPED.test(text);
    case Type.BOOL:
      return text === "true" || text === "false";
    case Type.FLOAT:
    case Type.DOUBLE:
      return NUMBER.test(text);
    default:
      return INTEGER.test(text);
  }
}

/** Whether fields of a type say by name which one it is. */
function isNamed(type: Type): boolean {
  return type === Type.MESSAGE || type === Type.GROUP || type === Type.ENUM;
}
