import type { DescFile, DescMessage, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { rawFileProto, rawMessageProto } from "./raw-protos.ts";

/** `Edition`. */
const EDITION_PROTO3 = 999;

/** The type of messages that are bytes, of which nothing more is known: `Uint8Array`, on both sides. */
export interface RawMessage extends DescMessage {
  readonly isRaw: true;
}

/** What is received of a type. */
export type ReceivedMessage<D extends DescMessage> = D extends RawMessage ? Uint8Array : MessageShape<D>;
/** What may be sent of a type. */
export type SentMessage<D extends DescMessage> = D extends RawMessage ? Uint8Array : MessageInitShape<D>;

/** Whether messages of a type are bytes. */
export function isRawMessage(schema: DescMessage): schema is RawMessage {
  return (schema as Partial<RawMessage>).isRaw === true;
}

/** Where descriptors stand that come from no .proto file. It declares nothing that anybody could look up. */
export const RAW_FILE: DescFile = {
  kind: "file",
  edition: EDITION_PROTO3,
  name: "gannet/raw",
  dependencies: [],
  enums: [],
  messages: [],
  extensions: [],
  services: [],
  deprecated: false,
  get proto() {
    return rawFileProto("gannet/raw.proto");
  },
  toString: () => "file gannet/raw.proto",
};

/** The one type of its kind. */
export const RAW_MESSAGE: RawMessage = {
  kind: "message",
  isRaw: true,
  typeName: "bytes",
  name: "bytes",
  file: RAW_FILE,
  parent: undefined,
  fields: [],
  field: {},
  oneofs: [],
  members: [],
  nestedEnums: [],
  nestedMessages: [],
  nestedExtensions: [],
  deprecated: false,
  get proto() {
    return rawMessageProto("bytes");
  },
  toString: () => "message bytes",
};
