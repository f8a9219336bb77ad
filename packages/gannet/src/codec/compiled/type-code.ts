import type { WireReader } from "../wire/index.ts";

/** What emitted code offers for the messages of one type. */
export interface TypeCode {
  /** An empty message. */
  make(): object;
  /** The most bytes that a message takes. */
  maxBytes(message: object): number;
  /** Writes a message, for which `maxBytes` were asked for, and returns the offset behind it. */
  write(message: object, bytes: Uint8Array, offset: number): number;
  /** Reads what stands before `end`, or before the tag that closes a group, into a message. -1: no such tag. */
  read(message: object, reader: WireReader, end: number, endTag: number): void;
}
