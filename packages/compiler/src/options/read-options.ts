import { type DescField, type DescMessage, fromBinary, type Message, type UnknownField } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { FieldDescriptorProto_Type as Type } from "@bufbuild/protobuf/wkt";
import { concatenate, WIRE_TYPES } from "./wire-field.ts";

/**
 * Reads options that were written by a descriptor.proto, which may be another one than the schema is of: a field that
 * comes in another wire type than it has in the schema, and a number that its enum does not have, stay as they are, as in
 * protoc.
 *
 * @throws Error where what the schema has as a message is none
 */
export function readOptions(schema: DescMessage, bytes: Uint8Array): Message {
  if (isPlain(schema, bytes)) return fromBinary(schema, bytes);
  const split = new SplitFields(schema, bytes);
  const message = fromBinary(schema, concatenate(split.fitting));
  if (split.others.length > 0) message.$unknown = split.others;
  const reflected = reflect(schema, message);
  for (const [field, payloads] of split.messages) {
    if (field.fieldKind === "list" && field.listKind === "message") {
      const list = reflected.get(field);
      for (const payload of payloads) list.add(reflect(field.message, readOptions(field.message, payload)));
    } else if (field.fieldKind === "message") {
      // What comes in pieces is the same as what comes in one.
      reflected.set(field, reflect(field.message, readOptions(field.message, concatenate(payloads))));
    }
  }
  return message;
}

/** Whether all fields are as the schema has them, or not in it: all that most options have are extensions and flags. */
function isPlain(schema: DescMessage, bytes: Uint8Array): boolean {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    reader.skip(wireType, number);
    const field = schema.fields.find((one) => one.number === number);
    if (field === undefined) continue;
    if (field.message !== undefined || field.enum !== undefined || !fits(field, wireType)) return false;
  }
  return true;
}

/** The fields of a message, by how they are to be read. */
class SplitFields {
  /** What reads as the schema has it. */
  readonly fitting: Uint8Array[] = [];
  /** What the schema does not have, or has otherwise. */
  readonly others: UnknownField[] = [];
  readonly messages = new Map<DescField, Uint8Array[]>();

  constructor(schema: DescMessage, bytes: Uint8Array) {
    const byNumber = new Map(schema.fields.map((field) => [field.number, field]));
    const reader = new BinaryReader(bytes);
    while (reader.pos < reader.len) {
      const start = reader.pos;
      const [number, wireType] = reader.tag();
      const dataStart = reader.pos;
      reader.skip(wireType, number);
      const field = byNumber.get(number);
      const data = bytes.subarray(dataStart, reader.pos);
      if (field === undefined || !fits(field, wireType)) this.others.push({ no: number, wireType, data: data.slice() });
      else if (field.message !== undefined) this.#addMessage(field, new BinaryReader(data).bytes());
      else if (field.enum !== undefined) this.#addEnum(field, wireType, data);
      else this.fitting.push(bytes.subarray(start, reader.pos));
    }
  }

  #addMessage(field: DescField, payload: Uint8Array): void {
    const known = this.messages.get(field);
    if (known === undefined) this.messages.set(field, [payload]);
    else known.push(payload);
  }

  /** One number or several in one piece, each to where it belongs. */
  #addEnum({ number, enum: type }: DescField, wireType: WireType, data: Uint8Array): void {
    const reader = new BinaryReader(wireType === WireType.Varint ? data : new BinaryReader(data).bytes());
    while (reader.pos < reader.len) {
      const value = reader.int32();
      if (type?.value[value] === undefined)
        this.others.push({ no: number, wireType: WireType.Varint, data: new BinaryWriter().int32(value).finish() });
      else this.fitting.push(new BinaryWriter().tag(number, WireType.Varint).int32(value).finish());
    }
  }
}

function fits({ proto, fieldKind }: DescField, wireType: WireType): boolean {
  if (proto.type === Type.MESSAGE) return wireType === WireType.LengthDelimited;
  const own = WIRE_TYPES.get(proto.type) ?? WireType.Varint;
  return wireType === own || (fieldKind === "list" && wireType === WireType.LengthDelimited);
}
