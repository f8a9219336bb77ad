import {
  type DescriptorProto,
  type EnumDescriptorProto,
  type FieldDescriptorProto,
  type FileDescriptorProto,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import type { SeededChoice } from "../../simulation/seeded-choice.ts";
import { pickOne } from "./damage.ts";
import { FIELD_OPTIONS, SCALARS } from "./vocabulary.ts";

const PROTO2 = 'syntax = "proto2";';
const EDITION_2024 = 'edition = "2024";';
const HEADERS = [PROTO2, 'syntax = "proto3";', 'edition = "2023";', EDITION_2024] as const;
const IMPORTS = ["import", "import", "import", "import", "import public", "import weak"] as const;
const MAX_USES = 3;

/** A file that imports the one of `path`, and uses of its types, options and extensions what it had as `file`, if that is known. */
export function makeImporter(path: string, file: FileDescriptorProto | undefined, choice: SeededChoice): string {
  const header = choice.pick(HEADERS);
  const statement = choice.pick(header === EDITION_2024 ? [...IMPORTS, "import option"] : IMPORTS);
  const home = choice.pick(["", "importer", file?.package ?? "", `${file?.package || "importer"}.within`]);
  const lines = [header, ...(home === "" ? [] : [`package ${home};`]), `${statement} "${path}";`];
  if (file !== undefined) {
    const user = new User(listElements(file), home, header, choice);
    for (let uses = choice.between(0, MAX_USES); uses > 0; uses--) lines.push(user.write() ?? "");
  }
  return `${lines.join("\n")}\n`;
}

/** What a file has that others can use, by full names without a dot in front. */
interface Elements {
  readonly messages: Map<string, DescriptorProto>;
  readonly enums: Map<string, EnumDescriptorProto>;
  readonly extensions: Map<string, FieldDescriptorProto>;
}

type Scope = Pick<DescriptorProto, "nestedType" | "enumType" | "extension">;

function listElements(file: FileDescriptorProto): Elements {
  const elements: Elements = { messages: new Map(), enums: new Map(), extensions: new Map() };
  const add = (scope: string, { nestedType, enumType, extension }: Scope): void => {
    const join = (name: string): string => (scope === "" ? name : `${scope}.${name}`);
    for (const one of enumType) elements.enums.set(join(one.name), one);
    for (const one of extension) elements.extensions.set(join(one.name), one);
    for (const one of nestedType) {
      if (one.options?.mapEntry !== true) elements.messages.set(join(one.name), one);
      add(join(one.name), one);
    }
  };
  add(file.package, { nestedType: file.messageType, enumType: file.enumType, extension: file.extension });
  return elements;
}

/** Writes statements, each of which uses something of an imported file. */
class User {
  readonly #elements: Elements;
  readonly #home: string;
  readonly #label: string;
  readonly #choice: SeededChoice;
  #written = 0;

  constructor(elements: Elements, home: string, header: string, choice: SeededChoice) {
    this.#elements = elements;
    this.#home = home;
    this.#label = header === PROTO2 ? "optional " : "";
    this.#choice = choice;
  }

  /** Undefined where there is nothing to use in the way that was drawn. */
  write(): string | undefined {
    const id = `Use${++this.#written}`;
    const ways = [this.#field, this.#field, this.#enumField, this.#map, this.#extend, this.#service, this.#redefine];
    return this.#choice.pick([...ways, this.#option, this.#option, this.#option]).call(this, id);
  }

  #field(id: string): string | undefined {
    const type = this.#pick(this.#elements.messages);
    if (type === undefined) return undefined;
    const label = this.#choice.pick([this.#label, this.#label, "repeated ", "required "]);
    const option = this.#choice.chance(0.3) ? ` [${this.#choice.pick(FIELD_OPTIONS)}]` : "";
    return `message ${id} { ${label}${this.#refer(type[0])} used = 1${option}; }`;
  }

  #enumField(id: string): string | undefined {
    const type = this.#pick(this.#elements.enums);
    const value = pickOne(this.#choice, type?.[1].value ?? []);
    if (type === undefined || value === undefined) return undefined;
    const option = this.#choice.chance(0.5) ? ` [default = ${value.name}]` : "";
    return `message ${id} { ${this.#label}${this.#refer(type[0])} used = 1${option}; }`;
  }

  #map(id: string): string | undefined {
    const { messages, enums } = this.#elements;
    const type = this.#choice.chance(0.5) ? this.#pick(messages) : this.#pick(enums);
    if (type === undefined) return undefined;
    return `message ${id} { map<string, ${this.#refer(type[0])}> used = 1; }`;
  }

  #extend(id: string): string | undefined {
    const extendable = [...this.#elements.messages].filter(([, { extensionRange }]) => extensionRange.length > 0);
    const type = pickOne(this.#choice, extendable) ?? this.#pick(this.#elements.messages);
    if (type === undefined) return undefined;
    const [name, { extensionRange }] = type;
    const range = pickOne(this.#choice, extensionRange);
    const number = range === undefined ? 100 : this.#choice.pick([range.start, range.end - 1, range.start + 1]);
    const label = this.#choice.pick([this.#label, "repeated "]);
    const fieldType = this.#choice.chance(0.7) ? this.#choice.pick(SCALARS) : this.#refer(name);
    return `extend ${this.#refer(name)} { ${label}${fieldType} extended_${id.toLowerCase()} = ${number}; }`;
  }

  #service(id: string): string | undefined {
    const [input, output] = [this.#pick(this.#elements.messages), this.#pick(this.#elements.messages)];
    if (input === undefined || output === undefined) return undefined;
    return `service ${id} { rpc Call(${this.#refer(input[0])}) returns (stream ${this.#refer(output[0])}); }`;
  }

  /** Defines what the other file has: an error only where the package is the same. */
  #redefine(): string | undefined {
    const type = this.#pick(this.#elements.messages);
    return type === undefined ? undefined : `message ${lastOf(type[0])} {}`;
  }

  #option(id: string): string | undefined {
    const { extensions } = this.#elements;
    const options = [...extensions].filter(([, { extendee }]) => /^\.google\.protobuf\.\w+$/.test(extendee));
    const extension = pickOne(this.#choice, options);
    if (extension === undefined) return undefined;
    const [name, field] = extension;
    const assigned = this.#assign(`(${this.#refer(name)})`, field);
    if (lastOf(field.extendee) === "FeatureSet") return `option features.${assigned};`;
    return placeOption(lastOf(field.extendee), assigned, id, this.#label);
  }

  /** An option with a value: of a message in one of the ways in which it can have one. */
  #assign(name: string, field: FieldDescriptorProto): string {
    const type = field.typeName.slice(1);
    const inner = pickOne(this.#choice, this.#elements.messages.get(type)?.field ?? []);
    if (field.type !== Type.MESSAGE && field.type !== Type.GROUP) return `${name} = ${this.#value(field)}`;
    if (inner === undefined || this.#choice.chance(0.2)) return `${name} = {}`;
    if (this.#choice.chance(0.5)) return this.#assign(`${name}.${inner.name}`, inner);
    const isNested = inner.type === Type.MESSAGE || inner.type === Type.GROUP;
    return `${name} = { ${inner.name}: ${isNested ? "{}" : this.#value(inner)} }`;
  }

  #value({ type, typeName }: FieldDescriptorProto): string {
    if (type === Type.STRING || type === Type.BYTES) return '"text"';
    if (type === Type.BOOL) return "true";
    if (type === Type.ENUM)
      return pickOne(this.#choice, this.#elements.enums.get(typeName.slice(1))?.value ?? [])?.name ?? "NONE";
    return this.#choice.pick(["0", "1", "1", "-1"]);
  }

  #pick<T>(from: ReadonlyMap<string, T>): readonly [string, T] | undefined {
    return pickOne(this.#choice, [...from]);
  }

  /** A full name in one of the ways in which it can be written. */
  #refer(name: string): string {
    const isNear = this.#home !== "" && name.startsWith(`${this.#home}.`);
    const near = isNear ? name.slice(this.#home.length + 1) : name;
    return this.#choice.pick([`.${name}`, name, near]);
  }
}

/** A statement with an option that goes where its extendee says. */
function placeOption(extendee: string, option: string, id: string, label: string): string | undefined {
  switch (extendee) {
    case "FileOptions":
      return `option ${option};`;
    case "MessageOptions":
      return `message ${id} { option ${option}; }`;
    case "FieldOptions":
      return `message ${id} { ${label}int32 a = 1 [${option}]; }`;
    case "OneofOptions":
      return `message ${id} { oneof o { option ${option}; int32 a = 1; } }`;
    case "ExtensionRangeOptions":
      return `message ${id} { extensions 4 to 9 [${option}]; }`;
    case "EnumOptions":
      return `enum ${id} { option ${option}; ${id.toUpperCase()}_ZERO = 0; }`;
    case "EnumValueOptions":
      return `enum ${id} { ${id.toUpperCase()}_ZERO = 0 [${option}]; }`;
    case "ServiceOptions":
      return `service ${id} { option ${option}; }`;
    case "MethodOptions":
      return `message ${id} {} service ${id}Api { rpc Call(${id}) returns (${id}) { option ${option}; } }`;
    default:
      return undefined;
  }
}

function lastOf(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}
