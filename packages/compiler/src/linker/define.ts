import type {
  DescriptorProto,
  EnumDescriptorProto,
  FieldDescriptorProto,
  ServiceDescriptorProto,
} from "@bufbuild/protobuf/wkt";
import { indexExtensionRanges } from "./check-ranges.ts";
import {
  type Definition,
  describeKind,
  type EnumDefinition,
  type EnumValueDefinition,
  type FieldDefinition,
  type MessageDefinition,
  type ServiceDefinition,
} from "./definition.ts";
import type { LinkedFile } from "./linked-file.ts";
import { NameIndex } from "./name-index.ts";
import type { Pool } from "./pool.ts";

/** protoc's limit too. */
export const MAX_FULL_NAME = 65535;
const MAX_SHOWN = 80;
/** Takes the place of a full name that is longer, so that those of what is in it do not add up. No name has this in it. */
const TOO_LONG = "…";

/** Makes all that a file defines known to the pool, and reports names that are taken. */
export function define(pool: Pool, file: LinkedFile): void {
  new Definer(pool, file).run();
}

class Definer {
  readonly #pool: Pool;
  readonly #file: LinkedFile;
  /** Whether what is being defined is in something whose name is taken: then its own names are, and need no word. */
  #isInTaken = false;

  constructor(pool: Pool, file: LinkedFile) {
    this.#pool = pool;
    this.#file = file;
  }

  run(): void {
    const file = this.#file;
    const { proto } = file;
    this.#pool.addFile(file);
    if (proto.package !== "") this.#definePackage(proto.package);
    for (const message of proto.messageType) file.messages.push(this.#message(message, undefined));
    for (const enumeration of proto.enumType) file.enums.push(this.#enum(enumeration, undefined));
    for (const extension of proto.extension) file.extensions.push(this.#field(extension, undefined));
    for (const service of proto.service) file.services.push(this.#service(service));
  }

  #definePackage(name: string): void {
    const conflict = this.#pool.definePackage(name, this.#file);
    if (conflict === undefined || conflict.kind === "package") return;
    const node = this.#file.lowered?.tree.body.find((element) => element.kind === "package");
    this.#file.error(
      node,
      "name-duplicate",
      `package \`${name}\` has the name of ${describeKind(conflict)}, \`${conflict.fullName}\``,
      {
        notes: conflict.file.noteAt(conflict.proto, "defined here"),
      },
    );
  }

  #message(proto: DescriptorProto, parent: MessageDefinition | undefined): MessageDefinition {
    const fields: FieldDefinition[] = [];
    const definition: MessageDefinition = {
      kind: "message",
      name: proto.name,
      fullName: this.#fullName(proto.name, parent?.fullName),
      file: this.#file,
      proto,
      parent,
      fields,
      extensions: [],
      oneofs: [],
      messages: [],
      enums: [],
      fieldsByName: new NameIndex(fields),
      extensionRanges: proto.extensionRange.length > 0 ? indexExtensionRanges(proto) : undefined,
    };
    const wasInTaken = this.#isInTaken;
    this.#isInTaken = this.#isTaken(definition);
    for (const nested of proto.nestedType) definition.messages.push(this.#message(nested, definition));
    for (const oneof of proto.oneofDecl) {
      const { name } = oneof;
      const fullName = this.#fullName(name, definition.fullName);
      const named = { kind: "oneof", name, fullName, file: this.#file, proto: oneof, parent: definition } as const;
      definition.oneofs.push(this.#define(named));
    }
    for (const field of proto.field) fields.push(this.#field(field, definition));
    for (const enumeration of proto.enumType) definition.enums.push(this.#enum(enumeration, definition));
    for (const extension of proto.extension) definition.extensions.push(this.#field(extension, definition));
    this.#isInTaken = wasInTaken;
    return definition;
  }

  #field(proto: FieldDescriptorProto, scope: MessageDefinition | undefined): FieldDefinition {
    const parent = proto.extendee === "" ? scope : undefined;
    const { name } = proto;
    return this.#define({
      kind: "field",
      name,
      fullName: this.#fullName(name, scope?.fullName),
      file: this.#file,
      proto,
      scope,
      parent,
      message: undefined,
      enum: undefined,
    });
  }

  #enum(proto: EnumDescriptorProto, parent: MessageDefinition | undefined): EnumDefinition {
    const { name } = proto;
    const values: EnumValueDefinition[] = [];
    const definition: EnumDefinition = {
      kind: "enum",
      name,
      fullName: this.#fullName(name, parent?.fullName),
      file: this.#file,
      proto,
      parent,
      values,
      valuesByName: new NameIndex(values),
    };
    const wasInTaken = this.#isInTaken;
    this.#isInTaken = this.#isTaken(definition);
    for (const value of proto.value) {
      const fullName = this.#fullName(value.name, parent?.fullName);
      values.push(
        this.#define({
          kind: "enum-value",
          name: value.name,
          fullName,
          file: this.#file,
          proto: value,
          parent: definition,
        }),
      );
    }
    this.#isInTaken = wasInTaken;
    return definition;
  }

  #service(proto: ServiceDescriptorProto): ServiceDefinition {
    const definition: ServiceDefinition = {
      kind: "service",
      name: proto.name,
      fullName: this.#fullName(proto.name, undefined),
      file: this.#file,
      proto,
      methods: [],
    };
    this.#isInTaken = this.#isTaken(definition);
    for (const method of proto.method) {
      definition.methods.push(
        this.#define({
          kind: "method",
          name: method.name,
          fullName: this.#fullName(method.name, definition.fullName),
          file: this.#file,
          proto: method,
          parent: definition,
          input: undefined,
          output: undefined,
        }),
      );
    }
    this.#isInTaken = false;
    return definition;
  }

  #fullName(name: string, scope: string | undefined): string {
    const outer = scope ?? this.#file.proto.package;
    const fullName = outer === "" ? name : `${outer}.${name}`;
    return fullName.length > MAX_FULL_NAME ? TOO_LONG : fullName;
  }

  /** Defines something that has members, and tells whether its name, or that of what it is in, was taken. */
  #isTaken(definition: MessageDefinition | EnumDefinition | ServiceDefinition): boolean {
    this.#define(definition);
    return this.#isInTaken || this.#pool.get(definition.fullName) !== definition;
  }

  #define<D extends NamedDefinition>(definition: D): D {
    if (definition.fullName === TOO_LONG) {
      this.#reportTooLong(definition);
      return definition;
    }
    const existing = this.#pool.define(definition);
    if (existing !== undefined && !this.#isInTaken) this.#reportTaken(definition, existing);
    return definition;
  }

  #reportTooLong(definition: NamedDefinition): void {
    if (this.#isInTaken) return;
    this.#file.subject = definition.proto.name.slice(0, MAX_SHOWN);
    const message = `a name has at most ${MAX_FULL_NAME} characters, those of the package and of what is around it included`;
    this.#file.error(this.#file.nameNode(definition.proto), "name-invalid", message);
  }

  #reportTaken(definition: NamedDefinition, existing: Definition): void {
    const file = this.#file;
    file.subject = definition.fullName;
    if (existing.kind === "package") {
      file.error(
        file.nameNode(definition.proto),
        "name-duplicate",
        `\`${definition.fullName}\` is the name of a package`,
      );
      return;
    }
    // What a message contains is defined before what stands around it: of two in one file, the later in the text is at fault.
    const [first, second] = this.#isBefore(definition, existing) ? [definition, existing] : [existing, definition];
    const elsewhere = first.file === file ? "" : ` in "${first.file.path}"`;
    const kind = first.kind === second.kind ? "" : `, as ${describeKind(first)}`;
    file.error(
      file.nameNode(second.proto),
      "name-duplicate",
      `\`${second.fullName}\` is already defined${elsewhere}${kind}`,
      {
        notes: first.file.noteAt(first.proto, "first defined here"),
        hint: hintFor(second, first),
      },
    );
  }

  #isBefore(definition: NamedDefinition, other: NamedDefinition): boolean {
    const node = this.#file.nameNode(definition.proto);
    const otherNode = other.file === this.#file ? this.#file.nameNode(other.proto) : undefined;
    return node !== undefined && otherNode !== undefined && node.first < otherNode.first;
  }
}

/** Something that stands in the text. */
type NamedDefinition = Exclude<Definition, { kind: "package" }>;

function hintFor(definition: Definition, existing: Definition): string | undefined {
  if (definition.kind === "enum-value" && existing.kind === "enum-value" && definition.parent !== existing.parent) {
    return `values of an enum are siblings of the enum, so their names must differ between enums: \`${definition.parent.name.toUpperCase()}_${definition.name}\` is customary`;
  }
  const entry = [definition, existing].find((one) => one.kind === "message" && one.proto.options?.mapEntry === true);
  return entry?.kind === "message" ? `a map brings a message \`${entry.name}\` with it` : undefined;
}
