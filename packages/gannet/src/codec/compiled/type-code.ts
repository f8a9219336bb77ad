import type { WireReader } from "../wire/index.ts";

/** What emitted code offers for the messages of one type. */
export interface TypeCode {
  /** An empty message. */
  // biome-ignore lint/suspicious/noExplicitAny: emitted code looks into messages of which TypeScript knows nothing
  make(): any;
  /** The most bytes that a message takes. */
  maxBytes(message: object): number;
  /** Writes a message, for which `maxBytes` were asked for, and returns the offset behind it. */
  write(message: object, bytes: Uint8Array, offset: number): number;
  /** Reads what stands before `end`, or before the tag that closes a group, into a message. -1: no such tag. */
  read(message: object, reader: TypeReader, end: number, endTag: number): void;
}

/** What emitted code is given to read from: a cursor over the bytes of a message. */
export type TypeReader = Pick<
  WireReader,
  | "bool" | "bytes" | "copy" | "double" | "enter" | "fail" | "fixed32" | "fixed64" | "float" | "int32" | "int64"
  | "keepUnknown" | "leave" | "length" | "position" | "sfixed64" | "sint32" | "sint64" | "skip" | "tag" | "text" | "uint64"
>; // biome-ignore format: a list to scan
