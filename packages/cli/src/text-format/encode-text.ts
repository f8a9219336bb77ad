import { type DescMessage, type Registry, toBinary } from "@bufbuild/protobuf";
import { fromText } from "@bufbuild/protobuf/txtpb";
import { WireType } from "@bufbuild/protobuf/wire";
import type { FieldType } from "./message-fields.ts";
import { readScalar, type ValueType, wireTypeOf, type zeroOf } from "./scalar-value.ts";
import { closeMessageSet, readWireFields, type WireField, writeWireFields } from "./wire-field.ts";

/** How many bytes 0 takes; text, bytes and messages are empty. */
const ZERO_BYTES: Readonly<Partial<Record<WireType, number>>> = {
  [WireType.Varint]: 1,
  [WireType.Bit32]: 4,
  [WireType.Bit64]: 8,
};

/** What types are looked up in: as they are, and as texts are read by (`makeLenient`). */
export interface TextRegistries {
  readonly registry: Registry;
  readonly lenient: Registry;
}

/**
 * The bytes of a message that is written as text: fields and extensions in the order of their numbers, and entries of maps
 * in that of their keys, so that one text is always the same bytes.
 *
 * @throws Error with what is wrong with the text, and where
 */
export function encodeText(type: DescMessage, text: string, { registry, lenient }: TextRegistries): Uint8Array {
  const readBy = lenient.getMessage(type.typeName) ?? type;
  const message = fromText(readBy, text, { registry: lenient });
  return order(toBinary(readBy, message), type, registry);
}

function order(bytes: Uint8Array, type: DescMessage, registry: Registry): Uint8Array {
  const known = new Map<number, FieldType>(type.fields.map((field) => [field.number, field]));
  const fields = readWireFields(bytes).map((wire) => {
    const field = known.get(wire.number) ?? registry.getExtensionFor(type, wire.number);
    return field === undefined ? { wire, key: 0 } : orderWithin(field, wire, registry);
  });
  fields.sort((a, b) => {
    if (a.wire.number !== b.wire.number) return a.wire.number - b.wire.number;
    return a.key === b.key ? 0 : a.key < b.key ? -1 : 1;
  });
  const ordered = fields.map(({ wire }) => wire);
  const isSet = type.proto.options?.messageSetWireFormat === true;
  return writeWireFields(isSet ? closeMessageSet(ordered) : ordered);
}

interface OrderedField {
  readonly wire: WireField;
  /** What entries of a map are ordered by; the same for all else, which keeps its order. */
  readonly key: ReturnType<typeof zeroOf>;
}

function orderWithin(field: FieldType, wire: WireField, registry: Registry): OrderedField {
  if (field.fieldKind === "map") return orderEntry(field, wire, registry);
  if (field.message === undefined) return { wire, key: 0 };
  return { wire: { ...wire, data: order(wire.data, field.message, registry) }, key: 0 };
}

/** Both parts of an entry are written, whatever they are. */
function orderEntry(
  field: FieldType & { readonly fieldKind: "map" },
  wire: WireField,
  registry: Registry,
): OrderedField {
  const keyType = { scalar: field.mapKey };
  const parts = readWireFields(wire.data);
  const key = parts.find(({ number }) => number === 1) ?? zeroField(1, keyType);
  const value = parts.find(({ number }) => number === 2) ?? zeroField(2, field);
  const data = field.message === undefined ? value.data : order(value.data, field.message, registry);
  return { wire: { ...wire, data: writeWireFields([key, { ...value, data }]) }, key: readScalar(keyType, key) ?? 0 };
}

function zeroField(number: number, type: ValueType): WireField {
  const wireType = wireTypeOf(type);
  return { number, wireType, data: new Uint8Array(ZERO_BYTES[wireType] ?? 0) };
}
