import { create, type DescMessage } from "@bufbuild/protobuf";
import type { TypeCode, TypeRuntime } from "../compiled/index.ts";
import type { UnknownField, WireReader } from "../wire/index.ts";
import { createReaders, type ReadField } from "./field-reader.ts";
import { FieldWriter } from "./field-writer.ts";

/** Does for a type what its emitted code would: it looks every field up as it goes, and no source text is evaluated. */
export function interpretType(schema: DescMessage, runtime: TypeRuntime): TypeCode {
  return new InterpretedType(schema, runtime);
}

class InterpretedType implements TypeCode {
  readonly #schema: DescMessage;
  readonly #runtime: TypeRuntime;
  /** What encodes and what decodes, each made when it is needed: of most types a program does one of the two. */
  #writers: readonly FieldWriter[] | undefined;
  #readers: ReadonlyMap<number, ReadField> | undefined;

  constructor(schema: DescMessage, runtime: TypeRuntime) {
    this.#schema = schema;
    this.#runtime = runtime;
  }

  make(): object {
    return create(this.#schema);
  }

  maxBytes(message: object): number {
    let sum = 0;
    for (const writer of this.#fieldWriters) sum += writer.maxBytes(message as never);
    const unknown = unknownOf(message);
    return unknown === undefined ? sum : sum + this.#runtime.unknownBytes(unknown);
  }

  write(message: object, bytes: Uint8Array, offset: number): number {
    let at = offset;
    for (const writer of this.#fieldWriters) at = writer.write(message as never, bytes, at);
    const unknown = unknownOf(message);
    return unknown === undefined ? at : this.#runtime.writeUnknown(unknown, bytes, at);
  }

  read(message: object, reader: WireReader, end: number, endTag: number): void {
    this.#readers ??= new Map(
      this.#schema.fields.flatMap((field, index) => createReaders(field, index, this.#runtime)),
    );
    reader.enter();
    while (reader.position < end) {
      const tag = reader.tag();
      const read = this.#readers.get(tag);
      if (read !== undefined) read(message as Record<string, unknown>, reader, end);
      else if (tag === endTag) {
        reader.leave(reader.position, reader.position);
        return;
      } else reader.position = reader.keepUnknown(message, tag, reader.position, end, !this.#mayBeExtension(tag));
    }
    if (endTag > 0) reader.fail("a group does not end", reader.position);
    reader.leave(reader.position, end);
  }

  get #fieldWriters(): readonly FieldWriter[] {
    this.#writers ??= this.#schema.fields
      .map((field, index) => [field, index] as const)
      .sort(([a], [b]) => a.number - b.number)
      .map(([field, index]) => new FieldWriter(field, index, this.#runtime));
    return this.#writers;
  }

  #mayBeExtension(tag: number): boolean {
    const number = tag >>> 3;
    return this.#schema.proto.extensionRange.some(({ start, end }) => number >= start && number < end);
  }
}

/** The fields that a message's type does not know; what is no message but some of its fields has none. */
function unknownOf(message: object): readonly UnknownField[] | undefined {
  const { $unknown, $typeName } = message as {
    readonly $unknown?: readonly UnknownField[];
    readonly $typeName?: unknown;
  };
  return $typeName === undefined ? undefined : $unknown;
}
