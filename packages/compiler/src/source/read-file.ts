import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { decodeRaw } from "./raw-bytes.ts";

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

/** The contents of a file as text. */
export interface DecodedSource {
  /** What is no UTF-8, or could not be written as such, is U+FFFD. */
  readonly text: string;
  /** The same, but for bytes that are no UTF-8, as `decodeRaw` has them. */
  readonly raw: string;
  /** Whether there was nothing to replace. */
  readonly valid: boolean;
}

/** Turns a file's contents into text. */
export function decodeSource(contents: FileContents): DecodedSource {
  if (typeof contents === "string") {
    const text = contents.replace(LONE_SURROGATES, "\ufffd");
    return { text, raw: text, valid: text === contents };
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(contents);
    return { text, raw: text, valid: true };
  } catch {
    const raw = decodeRaw(contents);
    return { text: raw.replace(LONE_SURROGATES, "\ufffd"), raw, valid: false };
  }
}
