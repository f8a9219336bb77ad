import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { WireError, WireReader, WireType } from "../wire/index.ts";

/**
 * The path of the field in which something is wrong with a message, such as `shapes.Large.rows[3].name`. Reading keeps no
 * path: it is found afterwards, by walking over the fields once more.
 *
 * @param position where in `bytes` it went wrong
 */
export function findPath(schema: DescMessage, bytes: Uint8Array, start: number, end: number, position: number): string {
  const reader = new WireReader();
  reader.begin(bytes, start, end);
  return schema.typeName + walk(reader, schema, start, end, position);
}

function walk(reader: WireReader, schema: DescMessage, start: number, end: number, position: number): string {
  const counts = new Map<number, number>();
  let at = start;
  while (at < end && at <= position) {
    let tag: number;
    try {
      reader.position = at;
      tag = reader.tag();
    } catch (error) {
      return stop(error);
    }
    const field = schema.fields.find(({ number }) => number === tag >>> 3);
    const valueStart = reader.position;
    const index = counts.get(tag >>> 3) ?? 0;
    counts.set(tag >>> 3, index + 1);
    let valueEnd: number;
    try {
      valueEnd = reader.skip(tag, valueStart, end);
    } catch (error) {
      stop(error);
      return describeField(field, tag, index) + inside(reader, field, tag, valueStart, end, position);
    }
    if (position < valueEnd) {
      return describeField(field, tag, index) + inside(reader, field, tag, valueStart, valueEnd, position);
    }
    at = valueEnd;
  }
  return "";
}

/** What is wrong here was said before; anything else is a mistake of ours. */
function stop(error: unknown): string {
  if (!(error instanceof WireError)) throw error;
  return "";
}

function describeField(field: DescField | undefined, tag: number, index: number): string {
  if (field === undefined) return `.#${tag >>> 3}`;
  return field.fieldKind === "list" || field.fieldKind === "map" ? `.${field.name}[${index}]` : `.${field.name}`;
}

/** The rest of the path, within the message that a field has. */
function inside(
  reader: WireReader,
  field: DescField | undefined,
  tag: number,
  start: number,
  end: number,
  position: number,
): string {
  if (field?.message === undefined || field.fieldKind === "map") return "";
  if ((tag & 7) === WireType.StartGroup) return walk(reader, field.message, start, end, position);
  if ((tag & 7) !== WireType.LengthDelimited) return "";
  reader.position = start;
  try {
    const length = reader.length(end);
    return walk(reader, field.message, reader.position, reader.position + length, position);
  } catch (error) {
    return stop(error);
  }
}
