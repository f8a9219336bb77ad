import type { DescField, DescMessage } from "@bufbuild/protobuf";

/** Counts up when emitted code and what it is given no longer fit those of before. */
const FORMAT = 1;
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * A number for all that the code of a type depends on, as eight digits: code in a file is for one state of its .proto file, and
 * would read and write something else than another one says.
 */
export function fingerprintOf({ typeName, file, proto, members, fields }: DescMessage): string {
  const parts = [FORMAT, typeName, file.edition, ...proto.extensionRange.flatMap(({ start, end }) => [start, end])];
  parts.push(...members.map(({ localName }) => localName));
  const text = [...parts, ...fields.flatMap(describeField)].join("\n");
  let hash = FNV_OFFSET;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), FNV_PRIME);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

function describeField(field: DescField): unknown[] {
  const { number, name, localName, fieldKind, scalar, presence, utf8Validation, oneof, message } = field;
  const isPacked = field.fieldKind === "list" && field.packed;
  const isDelimited = "delimitedEncoding" in field && field.delimitedEncoding;
  const isLongAsString = "longAsString" in field && field.longAsString;
  const mapKey = field.fieldKind === "map" ? field.mapKey : undefined;
  // Of a closed enum the values are looked up when they are needed.
  const enumeration = field.enum && [field.enum.open, field.enum.values[0]?.number];
  return [
    [number, name, localName, fieldKind, scalar, mapKey, presence, utf8Validation].join(),
    [oneof?.localName, message?.typeName, isPacked, isDelimited, isLongAsString, enumeration].join(),
  ];
}
