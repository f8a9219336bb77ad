import { type DescField, fromBinary, type Message, type UnknownField } from "@bufbuild/protobuf";
import type { GenMessage } from "@bufbuild/protobuf/codegenv2";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { FieldDescriptorProto_Type as Type } from "@bufbuild/protobuf/wkt";
import { concatenate, WIRE_TYPES } from "./wire-field.ts";

/**
 * Reads options that were written by a descriptor.proto, which may be another one than the schema is of: a field that
 * comes in another wire type than it has in the schema stays as it is, as in protoc.
 */
export function readOptions(schema: GenMessage<Message>, bytes: Uint8Array): Message {
  const reader = new BinaryReader(bytes);
  const fitting: Uint8Array[] = [];
  const others: UnknownField[] = [];
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [number, wireType] = reader.tag();
    const dataStart = reader.pos;
    reader.skip(wireType, number);
    const field = schema.fields.find((candidate) => candidate.number === number);
    if (field === undefined || fits(field, wireType)) fitting.push(bytes.subarray(start, reader.pos));
    else others.push({ no: number, wireType, data: bytes.slice(dataStart, reader.pos) });
  }
  const message = fromBinary(schema, concatenate(fitting));
  if (others.length > 0) message.$unknown = [...(message.$unknown ?? []), ...others];
  return message;
}

function fits({ proto, fieldKind }: DescField, wireType: WireType): boolean {
  if (proto.type === Type.MESSAGE) return wireType === WireType.LengthDelimited;
  const own = WIRE_TYPES.get(proto.type) ?? WireType.Varint;
  return wireType === own || (fieldKind === "list" && wireType === WireType.LengthDelimited);
}
