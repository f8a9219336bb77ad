import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";

/**
 * Gives the contents of a file by the path under which it is imported, such as `google/api/http.proto`:
 * text, bytes of UTF-8, or a descriptor that was made before. Undefined where there is no such file; an error thrown
 * (or rejected) says that there is one which cannot be read, and its message is shown at the import.
 */
export type ReadFile = (
  path: string,
) => FileContents | FileDescriptorProto | undefined | Promise<FileContents | FileDescriptorProto | undefined>;

/** Text, or the bytes of UTF-8 text. */
export type FileContents = string | Uint8Array;

/** Half of a surrogate pair without the other half. */
const LONE_SURROGATES = /\p{Surrogate}/gu;

/** Turns a file's contents into text. What is no UTF-8, or could not be written as such, becomes U+FFFD, as `valid` tells. */
export function decodeSource(contents: FileContents): { readonly text: string; readonly valid: boolean } {
  if (typeof contents === "string") {
    const text = contents.replace(LONE_SURROGATES, "\ufffd");
    return { text, valid: text === contents };
  }
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(contents), valid: true };
  } catch {
    return { text: new TextDecoder("utf-8", { ignoreBOM: true }).decode(contents), valid: false };
  }
}
