import { type DescExtension, type DescFile, type DescMessage, type DescService, toBinary } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";

/** Finds files by what is in them: those of some services, what these import, and nothing else. */
export class SymbolIndex {
  /** By name as it is imported, `google/protobuf/any.proto`. */
  readonly files: ReadonlyMap<string, DescFile>;
  /** By full name: of messages, enums, services and extensions, and of what is in them. */
  readonly symbols: ReadonlyMap<string, DescFile>;
  /** By the full name of the message that is extended, and the number. */
  readonly extensions: ReadonlyMap<string, ReadonlyMap<number, DescFile>>;
  readonly #descriptors = new Map<DescFile, Uint8Array>();

  constructor(services: readonly DescService[], files: readonly DescFile[]) {
    this.files = withImports([...services.map(({ file }) => file), ...files]);
    const symbols = new Map<string, DescFile>();
    const extensions = new Map<string, Map<number, DescFile>>();
    for (const file of this.files.values()) {
      for (const name of namesIn(file)) if (!symbols.has(name)) symbols.set(name, file);
      for (const extension of extensionsIn(file)) {
        const { typeName } = extension.extendee;
        const numbers = extensions.get(typeName) ?? new Map<number, DescFile>();
        extensions.set(typeName, numbers.set(extension.number, file));
      }
    }
    this.symbols = symbols;
    this.extensions = extensions;
  }

  /** A file as `google.protobuf.FileDescriptorProto`, encoded when it is first asked for. */
  descriptorOf(file: DescFile): Uint8Array {
    const known = this.#descriptors.get(file);
    if (known !== undefined) return known;
    const bytes = toBinary(FileDescriptorProtoSchema, file.proto);
    this.#descriptors.set(file, bytes);
    return bytes;
  }
}

/** These files and all that they import, by name, each once; importers come before what they import. */
export function withImports(files: readonly DescFile[]): Map<string, DescFile> {
  const found = new Map<string, DescFile>();
  const open = [...files];
  // The list grows while it is gone through.
  for (const file of open) {
    if (found.has(file.proto.name)) continue;
    found.set(file.proto.name, file);
    open.push(...file.dependencies);
  }
  return found;
}

function* namesIn(file: DescFile): Generator<string> {
  for (const type of nestedTypes(file)) {
    yield type.typeName;
    if (type.kind === "message") yield* memberNames(type);
    // The values of an enum are its siblings, as in C.
    else if (type.kind === "enum")
      for (const value of type.values) yield `${type.typeName.slice(0, -type.name.length)}${value.name}`;
    else if (type.kind === "service") for (const method of type.methods) yield `${type.typeName}.${method.name}`;
  }
}

function* memberNames(message: DescMessage): Generator<string> {
  for (const { name } of message.fields) yield `${message.typeName}.${name}`;
  for (const { name } of message.oneofs) yield `${message.typeName}.${name}`;
}

function* extensionsIn(file: DescFile): Generator<DescExtension> {
  for (const type of nestedTypes(file)) if (type.kind === "extension") yield type;
}
