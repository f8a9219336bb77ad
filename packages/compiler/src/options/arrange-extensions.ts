import type { Message, UnknownField } from "@bufbuild/protobuf";
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/**
 * Extensions that protoc has code for, by the message that they extend. It reads options with that code, so that what is
 * set in pieces becomes one, sorted by number, and comes before the extensions that it only knows from descriptors.
 */
const KNOWN_TO_PROTOC: ReadonlyMap<string, readonly number[]> = new Map([
  ["google.protobuf.FileOptions", [990]],
  ["google.protobuf.FeatureSet", [1000, 1001]],
]);

/** Puts the extensions in options, and in their features, into the order in which protoc writes them. */
export function arrangeExtensions(options: Message & { features?: Message | undefined }): void {
  arrange(options);
  if (options.features !== undefined) arrange(options.features);
}

function arrange(message: Message): void {
  const fields = message.$unknown;
  const known = KNOWN_TO_PROTOC.get(message.$typeName);
  if (fields === undefined || known === undefined) return;
  const first = known.flatMap((number) => merge(fields.filter(({ no }) => no === number)));
  if (first.length > 0) message.$unknown = [...first, ...fields.filter(({ no }) => !known.includes(no))];
}

/** One field of all that have a number, with what is in them in the order of numbers. */
function merge(fields: readonly UnknownField[]): readonly UnknownField[] {
  const [first] = fields;
  if (first === undefined || fields.length === 1) return fields;
  const parts = fields.flatMap(({ data }) => splitFields(new BinaryReader(data).bytes()));
  const writer = new BinaryWriter();
  for (const { bytes } of parts.sort((a, b) => a.number - b.number)) writer.raw(bytes);
  const data = new BinaryWriter().bytes(writer.finish()).finish();
  return [{ no: first.no, wireType: WireType.LengthDelimited, data }];
}

function splitFields(bytes: Uint8Array): { readonly number: number; readonly bytes: Uint8Array }[] {
  const reader = new BinaryReader(bytes);
  const parts: { readonly number: number; readonly bytes: Uint8Array }[] = [];
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [number, wireType] = reader.tag();
    reader.skip(wireType, number);
    parts.push({ number, bytes: bytes.subarray(start, reader.pos) });
  }
  return parts;
}
