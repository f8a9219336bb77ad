import { equals, fromBinary, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import type { Difference } from "./difference.ts";
import { listDifferences } from "./list-differences.ts";

/** A file on which the compilers do not agree. */
export interface Disagreement {
  readonly path: string;
  /** Why there is nothing to compare. Undefined where the descriptors differ. */
  readonly reason?: string | undefined;
  /** Where the descriptors differ. Computed when called: some have thousands of differences. */
  readonly differences: () => readonly Difference[];
}

/**
 * Undefined where the two agree: the same bytes, at once or after decoding and encoding, by which known fields come in
 * the order of their numbers. Unknown fields, which custom options are, keep their order and bytes.
 */
export function compareFiles(path: string, theirs: Uint8Array, ours: Uint8Array): Disagreement | undefined {
  if (Buffer.compare(theirs, ours) === 0) return undefined;
  if (Buffer.compare(canonical(theirs), canonical(ours)) === 0) return undefined;
  return {
    path,
    differences: () => {
      const theirFile = fromBinary(FileDescriptorProtoSchema, theirs);
      const ourFile = fromBinary(FileDescriptorProtoSchema, ours);
      const found = listDifferences(theirFile, ourFile);
      if (found.length > 0) return found;
      const equal = equals(FileDescriptorProtoSchema, theirFile, ourFile);
      return [{ path: "bytes", theirs: "(other bytes)", ours: equal ? "(equal messages)" : "(unequal messages)" }];
    },
  };
}

function canonical(bytes: Uint8Array): Uint8Array {
  return toBinary(FileDescriptorProtoSchema, fromBinary(FileDescriptorProtoSchema, bytes));
}
