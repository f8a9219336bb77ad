import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** How deep messages may be in each other, as in protoc. */
const MAX_DEPTH = 100;

/** A field as it is on the wire. */
export interface WireField {
  readonly number: number;
  readonly wireType: WireType;
  /** What is behind the tag; of text, bytes, messages and groups what is in them, without a length or an end. */
  readonly data: Uint8Array;
}

/** Bytes that are no message. */
export class MalformedError extends Error {}

/**
 * The fields of a message, in order.
 *
 * @param depth how many messages this one is in
 * @throws MalformedError
 */
export function readWireFields(bytes: Uint8Array, depth = 0): WireField[] {
  if (depth > MAX_DEPTH) throw new MalformedError("messages are in each other too deep");
  const reader = new BinaryReader(bytes);
  const fields: WireField[] = [];
  try {
    while (reader.pos < reader.len) {
      const [number, wireType] = reader.tag();
      fields.push({ number, wireType, data: readData(reader, bytes, number, wireType) });
    }
  } catch (error) {
    throw new MalformedError(error instanceof Error ? error.message : String(error), { cause: error });
  }
  return fields;
}

function readData(reader: BinaryReader, bytes: Uint8Array, number: number, wireType: WireType): Uint8Array {
  switch (wireType) {
    case WireType.LengthDelimited:
      return reader.bytes();
    case WireType.StartGroup: {
      const start = reader.pos;
      for (;;) {
        const end = reader.pos;
        const [inner, innerType] = reader.tag();
        if (innerType !== WireType.EndGroup) readData(reader, bytes, inner, innerType);
        else if (inner === number) return bytes.subarray(start, end);
        else throw new Error("a group ends that has not begun");
      }
    }
    case WireType.EndGroup:
      throw new Error("a group ends that has not begun");
    default: {
      const start = reader.pos;
      reader.skip(wireType, number);
      return bytes.subarray(start, reader.pos);
    }
  }
}

/** The bytes of fields, in the order given. */
export function writeWireFields(fields: readonly WireField[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const { number, wireType, data } of fields) {
    writer.tag(number, wireType);
    if (wireType === WireType.LengthDelimited) writer.bytes(data);
    else writer.raw(data);
    if (wireType === WireType.StartGroup) writer.tag(number, WireType.EndGroup);
  }
  return writer.finish();
}

/** An item of a message set, as a field: its type is the number, and its message the value. */
const ITEM = 1;
const ITEM_TYPE = 2;
const ITEM_MESSAGE = 3;

/** The items of a message set as fields of the numbers of their types. */
export function openMessageSet(fields: readonly WireField[]): WireField[] {
  return fields.map((field) => {
    if (field.number !== ITEM || field.wireType !== WireType.StartGroup) return field;
    const inner = readWireFields(field.data);
    const type = inner.find(({ number, wireType }) => number === ITEM_TYPE && wireType === WireType.Varint);
    const message = inner.find(
      ({ number, wireType }) => number === ITEM_MESSAGE && wireType === WireType.LengthDelimited,
    );
    if (type === undefined || message === undefined) return field;
    return { number: new BinaryReader(type.data).uint32(), wireType: WireType.LengthDelimited, data: message.data };
  });
}

/** Fields as the items of a message set. */
export function closeMessageSet(fields: readonly WireField[]): WireField[] {
  return fields.map(({ number, data }) => {
    const type = new BinaryWriter().uint32(number).finish();
    const inner = [
      { number: ITEM_TYPE, wireType: WireType.Varint, data: type },
      { number: ITEM_MESSAGE, wireType: WireType.LengthDelimited, data },
    ];
    return { number: ITEM, wireType: WireType.StartGroup, data: writeWireFields(inner) };
  });
}
