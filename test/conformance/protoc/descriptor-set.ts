import { BinaryReader } from "@bufbuild/protobuf/wire";

/** The number of `file` in FileDescriptorSet, of `name` in FileDescriptorProto. Both are their message's first field. */
const FIRST_FIELD = 1;

/**
 * Splits a serialised FileDescriptorSet into the bytes of its files, by name and in their order. Decoding all at once
 * would cost a gigabyte for the whole corpus, and most files are equal byte for byte.
 */
export function splitDescriptorSet(bytes: Uint8Array): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const file = readFirstField(reader);
    files.set(new TextDecoder().decode(readFirstField(new BinaryReader(file))), file);
  }
  return files;
}

function readFirstField(reader: BinaryReader): Uint8Array {
  const [number] = reader.tag();
  if (number !== FIRST_FIELD) throw new Error(`field ${number} where field ${FIRST_FIELD} was expected`);
  return reader.bytes();
}
