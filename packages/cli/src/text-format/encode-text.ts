import { type DescMessage, type Registry, toBinary } from "@bufbuild/protobuf";
import { fromText } from "@bufbuild/protobuf/txtpb";
import type { FieldType } from "./message-fields.ts";
import { readScalar, wireTypeOf, zeroOf } from "./scalar-value.ts";
import { closeMessageSet, readWireFields, type WireField, writeWireFields } from "./wire-field.ts";

/**
 * The bytes of a message that is written as text: fields and extensions in the order of their numbers, and entries of maps
 * in that of their keys, so that one text is always the same bytes.
 *
 * @throws Error with what is wrong with the text, and where
 */
export function encodeText(type: DescMessage, text: string, registry: Registry): Uint8Array {
  const message = fromText(type, text, { registry });
  return order(toBinary(type, message), type, registry);
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

function orderEntry(
  field: FieldType & { readonly fieldKind: "map" },
  wire: WireField,
  registry: Registry,
): OrderedField {
  const keyType = { scalar: field.mapKey };
  let key = zeroOf(keyType);
  const parts = readWireFields(wire.data).map((part) => {
    if (part.number === 1 && part.wireType === wireTypeOf(keyType)) key = readScalar(keyType, part) ?? key;
    if (part.number !== 2 || field.message === undefined) return part;
    return { ...part, data: order(part.data, field.message, registry) };
  });
  return { wire: { ...wire, data: writeWireFields(parts) }, key };
}
