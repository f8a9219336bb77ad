import { isUtf8 } from "node:buffer";
import { type DescExtension, type DescField, type DescMessage, type Registry, ScalarType } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { FeatureSet_FieldPresence as FieldPresence } from "@bufbuild/protobuf/wkt";
import { type FieldValue, readScalar, wireTypeOf, zeroOf } from "./scalar-value.ts";
import { MalformedError, openMessageSet, readWireFields, type WireField } from "./wire-field.ts";

/** A field of a message type, or an extension of it. */
export type FieldType = DescField | DescExtension;

type MapType = DescField & { readonly fieldKind: "map" };

/** An entry of a map. */
export interface MapEntry {
  readonly key: FieldValue;
  readonly value: FieldValue | MessageFields;
}

/** The values of a field: one where it is not repeated, entries in the order of their keys where it is a map. */
export interface FieldContent {
  readonly field: FieldType;
  readonly values: readonly (FieldValue | MessageFields)[];
  readonly entries: readonly MapEntry[];
}

/** What is in a message: known fields in the order of their numbers, others in that of their coming. */
export interface MessageFields {
  readonly type: DescMessage;
  readonly known: readonly FieldContent[];
  readonly unknown: readonly WireField[];
}

/** Whether a value is a message. */
export function isMessageFields(value: FieldValue | MessageFields): value is MessageFields {
  return typeof value === "object";
}

/** How a message is read. */
export interface FieldsReading {
  /** Knows extensions. */
  readonly registry: Registry;
  /**
   * Told of each string that has to be UTF-8 and is not, by the name of its field.
   *
   * @default that is an error
   */
  readonly onInvalidText?: ((fieldName: string) => void) | undefined;
}

/**
 * Reads a message as protoc does: what has another wire type than its field, or a number that its closed enum does not
 * have, is a field that is not known; a message that comes in several parts is one.
 *
 * @param depth how many messages this one is in
 * @throws MalformedError
 */
export function readMessageFields(
  bytes: Uint8Array,
  type: DescMessage,
  reading: FieldsReading,
  depth = 0,
): MessageFields {
  const fields = readWireFields(bytes, depth);
  const isSet = type.proto.options?.messageSetWireFormat === true;
  return new FieldsReader(type, reading, depth).read(isSet ? openMessageSet(fields) : fields);
}

class FieldsReader {
  readonly #type: DescMessage;
  readonly #reading: FieldsReading;
  readonly #depth: number;
  readonly #values = new Map<FieldType, (FieldValue | MessageFields)[]>();
  /** The parts of messages that are not repeated. */
  readonly #parts = new Map<FieldType, Uint8Array[]>();
  readonly #maps = new Map<FieldType, MapEntry[]>();
  readonly #unknown: WireField[] = [];

  constructor(type: DescMessage, reading: FieldsReading, depth: number) {
    this.#type = type;
    this.#reading = reading;
    this.#depth = depth;
  }

  read(fields: readonly WireField[]): MessageFields {
    const known = new Map<number, FieldType>(this.#type.fields.map((field) => [field.number, field]));
    for (const wire of fields) {
      const field = known.get(wire.number) ?? this.#reading.registry.getExtensionFor(this.#type, wire.number);
      if (field === undefined || !this.#take(field, wire)) this.#unknown.push(wire);
    }
    return { type: this.#type, known: this.#collect(), unknown: this.#unknown };
  }

  #collect(): FieldContent[] {
    for (const [field, parts] of this.#parts)
      this.#values.set(field, [this.#message(field.message, concatenate(parts))]);
    const contents: FieldContent[] = [];
    for (const [field, values] of this.#values)
      if (!isAbsent(field, values)) contents.push({ field, values, entries: [] });
    for (const [field, entries] of this.#maps) {
      contents.push({ field, values: [], entries: entries.sort((a, b) => compareKeys(a.key, b.key)) });
    }
    return contents.sort((a, b) => a.field.number - b.field.number);
  }

  /** False where the field cannot have that on the wire. */
  #take(field: FieldType, wire: WireField): boolean {
    if (field.fieldKind === "map") return this.#takeEntry(field, wire);
    if (field.message !== undefined) return this.#takeMessage(field, wire);
    const wireType = wireTypeOf(field);
    if (wire.wireType === wireType) return this.#takeScalar(field, wire);
    const isPacked = field.fieldKind === "list" && wireType !== WireType.LengthDelimited;
    if (!isPacked || wire.wireType !== WireType.LengthDelimited) return false;
    for (const data of splitPacked(wire, wireType)) {
      const one = { number: wire.number, wireType, data };
      if (!this.#takeScalar(field, one)) this.#unknown.push(one);
    }
    return true;
  }

  #takeScalar(field: FieldType, wire: WireField): boolean {
    const value = readScalar(field, wire);
    if (value === undefined) return false;
    this.#checkText(field, field.scalar, wire);
    this.#clearOthersOfOneof(field);
    const values = this.#values.get(field);
    if (field.fieldKind !== "list" || values === undefined) this.#values.set(field, [value]);
    else values.push(value);
    return true;
  }

  #takeMessage(field: FieldType, { wireType, data }: WireField): boolean {
    if (wireType !== wireTypeOf(field)) return false;
    this.#clearOthersOfOneof(field);
    const table = field.fieldKind === "list" ? this.#values : this.#parts;
    const item = field.fieldKind === "list" ? this.#message(field.message, data) : data;
    const items = table.get(field) as unknown[] | undefined;
    if (items === undefined) table.set(field, [item as never]);
    else items.push(item);
    return true;
  }

  /** An entry of a map is a message. Of several with one key the last counts for a program, but protoc shows all. */
  #takeEntry(field: MapType, { wireType, data }: WireField): boolean {
    if (wireType !== WireType.LengthDelimited) return false;
    const keyType = { scalar: field.mapKey };
    let key = zeroOf(keyType);
    let value: FieldValue | undefined = field.message === undefined ? zeroOf(field) : 0;
    const parts: Uint8Array[] = [];
    for (const wire of readWireFields(data, this.#depth + 1)) {
      if (wire.number === 1 && wire.wireType === wireTypeOf(keyType)) {
        key = readScalar(keyType, wire) ?? key;
        this.#checkText(field, field.mapKey, wire);
      } else if (wire.number === 2 && wire.wireType === wireTypeOf(field)) {
        this.#checkText(field, field.scalar, wire);
        if (field.message === undefined) value = readScalar(field, wire);
        else parts.push(wire.data);
      }
    }
    // An enum that is closed does not have this value, and the map has no such entry.
    if (value === undefined) return false;
    const entry = {
      key,
      value: field.message === undefined ? value : this.#message(field.message, concatenate(parts)),
    };
    const entries = this.#maps.get(field);
    if (entries === undefined) this.#maps.set(field, [entry]);
    else entries.push(entry);
    return true;
  }

  #message(type: DescMessage | undefined, bytes: Uint8Array): MessageFields {
    if (type === undefined) throw new TypeError("a message field has no message type");
    return readMessageFields(bytes, type, this.#reading, this.#depth + 1);
  }

  #checkText(field: FieldType, scalar: ScalarType | undefined, { data }: WireField): void {
    if (scalar !== ScalarType.STRING || !field.utf8Validation || isUtf8(data)) return;
    const name = field.kind === "extension" ? field.typeName : `${field.parent.typeName}.${field.name}`;
    const { onInvalidText } = this.#reading;
    if (onInvalidText === undefined) throw new MalformedError(`a string of ${name} is not UTF-8`);
    onInvalidText(name);
  }

  #clearOthersOfOneof(field: FieldType): void {
    if (field.kind === "extension" || field.oneof === undefined) return;
    for (const other of field.oneof.fields) {
      if (other === field) continue;
      this.#values.delete(other);
      this.#parts.delete(other);
    }
  }
}

function compareKeys(a: FieldValue, b: FieldValue): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Whether a field without presence has the value that it has anyway. */
function isAbsent(field: FieldType, values: readonly (FieldValue | MessageFields)[]): boolean {
  if (field.fieldKind !== "scalar" && field.fieldKind !== "enum") return false;
  const isImplicit = field.kind === "field" && field.presence === FieldPresence.IMPLICIT;
  return isImplicit && field.oneof === undefined && Object.is(values[0], zeroOf(field));
}

function splitPacked({ data }: WireField, wireType: WireType): Uint8Array[] {
  const reader = new BinaryReader(data);
  const parts: Uint8Array[] = [];
  try {
    while (reader.pos < reader.len) {
      const start = reader.pos;
      reader.skip(wireType);
      parts.push(data.subarray(start, reader.pos));
    }
  } catch (error) {
    throw new MalformedError("a packed field ends within a value", { cause: error });
  }
  return parts;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const [first, ...rest] = parts;
  return first !== undefined && rest.length === 0 ? first : Buffer.concat(parts);
}
