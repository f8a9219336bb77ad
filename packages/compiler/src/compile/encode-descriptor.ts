import { create, toBinary } from "@bufbuild/protobuf";
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  type SourceCodeInfo,
  SourceCodeInfoSchema,
} from "@bufbuild/protobuf/wkt";
import { encodedSourceInfo } from "../source-info/index.ts";

const LOCATION_FIELD = 1;
const LENGTH_DELIMITED = 2;

/**
 * The bytes of a file's descriptor, as `toBinary` of `@bufbuild/protobuf` gives them. For a descriptor that a compiler made
 * this is sooner done, and takes less memory: the positions of what is in it are not made messages for it.
 */
export function encodeDescriptor(file: FileDescriptorProto): Uint8Array<ArrayBuffer> {
  const bytes = encodedSourceInfo(file.sourceCodeInfo);
  if (bytes === undefined) return toBinary(FileDescriptorProtoSchema, file);
  const sourceCodeInfo = rawSourceInfo(bytes);
  return toBinary(
    FileDescriptorProtoSchema,
    Object.assign(create(FileDescriptorProtoSchema), file, { sourceCodeInfo }),
  );
}

/** Source info that is only good for writing: a field that is not known is written as it was read, whatever it holds. */
function rawSourceInfo(bytes: Uint8Array): SourceCodeInfo {
  const info = create(SourceCodeInfoSchema);
  // The tag of the first location is written before the bytes behind it, those of all others among them.
  info.$unknown = [{ no: LOCATION_FIELD, wireType: LENGTH_DELIMITED, data: bytes.subarray(1) }];
  return info;
}
