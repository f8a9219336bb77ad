import type { DescField, DescMessage } from "@bufbuild/protobuf";
import type { TypeCode, TypeRuntime } from "../compiled/index.ts";
import { hasPrototype, isDelimited, isImplicit, isRequired, type MessageForm, messageFormOf } from "../emit/index.ts";
import { closeLength, tagOf, WireType, writeVarint32 } from "../wire/index.ts";
import { propertyReader } from "./property-reader.ts";
import { type Scalar, scalarOf } from "./scalar.ts";

const MAX_TAG_BYTES = 5;
const MAX_LENGTH_BYTES = 5;
/** Of an entry of a map: its own tag and length, and the tags of key and value. */
const ENTRY_BYTES: number = MAX_TAG_BYTES + MAX_LENGTH_BYTES + 2;
const KEY_NUMBER = 1;
const VALUE_NUMBER = 2;
/** What a field has that is not set: `undefined` is a value where a oneof says that it has one. */
const UNSET = Symbol("unset");

type Properties = Readonly<Record<string, unknown>>;
type MessageField = DescField & { readonly message: DescMessage };

/** Measures and writes the values of one kind: what stands behind a tag. */
interface ValueWriter {
  readonly wireType: WireType;
  /** @param place where the value is: the index in a list, or the key in a map */
  maxBytes(value: unknown, place?: number | string): number;
  write(bytes: Uint8Array, offset: number, value: unknown, place?: number | string): number;
}

/** Writes one field of messages: what `emit-encoder.ts` emits code for. */
export class FieldWriter {
  readonly #field: DescField;
  readonly #index: number;
  readonly #runtime: TypeRuntime;
  readonly #values: ValueWriter;
  readonly #hasPrototype: boolean;
  /** Whether a zero is a value that is not set. */
  readonly #isImplicit: boolean;
  readonly #isSet: (value: unknown) => boolean;
  readonly #tag: number;
  readonly #valueOf: (message: Properties) => unknown;

  constructor(field: DescField, index: number, runtime: TypeRuntime) {
    this.#field = field;
    this.#isImplicit = isImplicit(field);
    const zero = field.fieldKind === "enum" ? (field.enum.values[0]?.number ?? 0) : 0;
    this.#isSet = zero === 0 ? scalarOf(field.scalar).isSet : (value) => value !== zero;
    this.#index = index;
    this.#runtime = runtime;
    this.#values = valueWriterOf(field, index, runtime);
    this.#hasPrototype = hasPrototype(field.parent);
    this.#valueOf = propertyReader(field.oneof?.localName ?? field.localName);
    this.#tag = tagOf(field.number, this.#values.wireType);
  }

  maxBytes(message: Properties): number {
    const value = this.#valueIn(message);
    if (value === UNSET) return 0;
    const { fieldKind } = this.#field;
    if (fieldKind === "list") return this.#maxBytesOfList(value);
    if (fieldKind === "map") return this.#maxBytesOfMap(value);
    return 2 * MAX_TAG_BYTES + this.#values.maxBytes(value);
  }

  write(message: Properties, bytes: Uint8Array, offset: number): number {
    const value = this.#valueIn(message);
    if (value === UNSET) {
      if (isRequired(this.#field)) this.#runtime.missing(this.#index);
      return offset;
    }
    const { fieldKind } = this.#field;
    if (fieldKind === "list") return this.#writeList(value as readonly unknown[], bytes, offset);
    if (fieldKind === "map") return this.#writeMap(value as Properties, bytes, offset);
    return this.#writeTagged(bytes, offset, value);
  }

  /** The value where the field is set, and `UNSET` where it is not. */
  #valueIn(message: Properties): unknown {
    const field = this.#field;
    const { localName, fieldKind } = field;
    if (field.oneof !== undefined) {
      const chosen = this.#valueOf(message) as { readonly case?: unknown; readonly value?: unknown } | undefined;
      if (chosen === undefined || chosen === null || chosen.case !== localName) return UNSET;
      // A message that is not there is an empty one; other values are checked, whatever they are.
      return chosen.value === undefined && fieldKind === "message" ? {} : chosen.value;
    }
    const value = this.#valueOf(message);
    if (value === undefined || value === null) return UNSET;
    if (fieldKind === "list" || fieldKind === "map" || fieldKind === "message") return value;
    if (this.#isImplicit) return this.#isSet(value) ? value : UNSET;
    const isDefault = this.#hasPrototype && message["$typeName"] !== undefined && !Object.hasOwn(message, localName);
    return isDefault ? UNSET : value;
  }

  #maxBytesOfList(value: unknown): number {
    if (!Array.isArray(value)) return this.#runtime.bad(this.#index, value);
    const each = this.#field.fieldKind === "list" && this.#field.packed ? 0 : 2 * MAX_TAG_BYTES;
    let sum = MAX_TAG_BYTES + MAX_LENGTH_BYTES;
    for (let index = 0; index < value.length; index++) sum += each + this.#values.maxBytes(value[index], index);
    return sum;
  }

  #writeList(list: readonly unknown[], bytes: Uint8Array, offset: number): number {
    const { number } = this.#field;
    const isPacked = this.#field.fieldKind === "list" && this.#field.packed;
    let at = offset;
    if (!isPacked) {
      for (let index = 0; index < list.length; index++) at = this.#writeTagged(bytes, at, list[index], index);
      return at;
    }
    if (list.length === 0) return at;
    const start = writeVarint32(bytes, at, tagOf(number, WireType.LengthDelimited));
    at = start + 1;
    for (let index = 0; index < list.length; index++) at = this.#values.write(bytes, at, list[index], index);
    return closeLength(bytes, start, 1, at);
  }

  #maxBytesOfMap(value: unknown): number {
    const record = this.#runtime.mapOf(this.#index, value) as Properties;
    let sum = 0;
    for (const key of Object.keys(record)) {
      // Three bytes for a character of text, and as many for a digit.
      sum += ENTRY_BYTES + MAX_LENGTH_BYTES + Math.max(3 * key.length, 10) + this.#values.maxBytes(record[key], key);
    }
    return sum;
  }

  #writeMap(record: Properties, bytes: Uint8Array, offset: number): number {
    const { number } = this.#field;
    const key = scalarOf(this.#field.fieldKind === "map" ? this.#field.mapKey : undefined);
    let at = offset;
    for (const name of Object.keys(record)) {
      const start = writeVarint32(bytes, at, tagOf(number, WireType.LengthDelimited));
      at = writeVarint32(bytes, start + 1, tagOf(KEY_NUMBER, key.wireType));
      at = key.write(bytes, at, this.#runtime.keyOf(this.#index, name) as never);
      at = writeVarint32(bytes, at, tagOf(VALUE_NUMBER, this.#values.wireType));
      at = this.#values.write(bytes, at, record[name], name);
      at = closeLength(bytes, start, 1, at);
    }
    return at;
  }

  #writeTagged(bytes: Uint8Array, offset: number, value: unknown, place?: number | string): number {
    const at = writeVarint32(bytes, offset, this.#tag);
    const end = this.#values.write(bytes, at, value, place);
    if (this.#values.wireType !== WireType.StartGroup) return end;
    return writeVarint32(bytes, end, tagOf(this.#field.number, WireType.EndGroup));
  }
}

function valueWriterOf(field: DescField, index: number, runtime: TypeRuntime): ValueWriter {
  if (field.message !== undefined) return new MessageWriter(field as MessageField, index, runtime);
  return new ScalarWriter(scalarOf(field.scalar), index, runtime);
}

class ScalarWriter implements ValueWriter {
  readonly wireType: WireType;
  readonly #scalar: Scalar;
  readonly #index: number;
  readonly #runtime: TypeRuntime;

  constructor(scalar: Scalar, index: number, runtime: TypeRuntime) {
    this.wireType = scalar.wireType;
    this.#scalar = scalar;
    this.#index = index;
    this.#runtime = runtime;
  }

  maxBytes(value: unknown, place?: number | string): number {
    if (this.#scalar.wireType !== WireType.LengthDelimited) return this.#scalar.maxBytes(0 as never);
    return this.#scalar.maxBytes(this.#accept(value, place) as never);
  }

  write(bytes: Uint8Array, offset: number, value: unknown, place?: number | string): number {
    return this.#scalar.write(bytes, offset, this.#accept(value, place) as never);
  }

  #accept(value: unknown, place: number | string | undefined): unknown {
    const accepted = this.#scalar.accept(value);
    if (accepted !== undefined) return accepted;
    return place === undefined ? this.#runtime.bad(this.#index, value) : this.#runtime.bad(this.#index, place, value);
  }
}

class MessageWriter implements ValueWriter {
  readonly wireType: WireType;
  readonly #field: MessageField;
  readonly #index: number;
  readonly #runtime: TypeRuntime;
  readonly #form: MessageForm;
  #type: TypeCode | undefined;

  constructor(field: MessageField, index: number, runtime: TypeRuntime) {
    this.wireType = isDelimited(field) ? WireType.StartGroup : WireType.LengthDelimited;
    this.#field = field;
    this.#form = messageFormOf(field);
    this.#index = index;
    this.#runtime = runtime;
  }

  maxBytes(value: unknown, place?: number | string): number {
    return MAX_LENGTH_BYTES + this.#code.maxBytes(this.#messageOf(value, place));
  }

  write(bytes: Uint8Array, offset: number, value: unknown, place?: number | string): number {
    const message = this.#messageOf(value, place);
    if (this.wireType === WireType.StartGroup) return this.#code.write(message, bytes, offset);
    return closeLength(bytes, offset, 1, this.#code.write(message, bytes, offset + 1));
  }

  get #code(): TypeCode {
    this.#type ??= this.#runtime.type(this.#index);
    return this.#type;
  }

  #messageOf(value: unknown, place: number | string | undefined): object {
    const { typeName } = this.#field.message;
    switch (this.#form) {
      case "wrapper":
        return { $typeName: typeName, value };
      case "json":
        return this.#runtime.structOf(this.#index, value);
      case "message": {
        const isObject = typeof value === "object" && value !== null;
        const actual = isObject ? (value as Properties)["$typeName"] : undefined;
        if (isObject && (actual === undefined || actual === typeName)) return value;
        return place === undefined
          ? this.#runtime.bad(this.#index, value)
          : this.#runtime.bad(this.#index, place, value);
      }
    }
  }
}
