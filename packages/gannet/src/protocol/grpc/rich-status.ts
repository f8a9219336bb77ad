import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { ErrorDetail } from "../../core/index.ts";

/** Fields of google.rpc.Status and google.protobuf.Any, which are too few to need generated code. */
const STATUS = { code: 1, message: 2, details: 3 } as const;
const ANY = { typeUrl: 1, value: 2 } as const;
const URL_PREFIX = "type.googleapis.com/";

/** A `google.rpc.Status`, as `grpc-status-details-bin` carries it. */
export function encodeRichStatus(code: number, message: string, details: readonly ErrorDetail[]): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(STATUS.code, WireType.Varint).int32(code);
  if (message !== "") writer.tag(STATUS.message, WireType.LengthDelimited).string(message);
  for (const { typeName, value } of details) {
    writer.tag(STATUS.details, WireType.LengthDelimited).fork();
    writer.tag(ANY.typeUrl, WireType.LengthDelimited).string(URL_PREFIX + typeName);
    writer.tag(ANY.value, WireType.LengthDelimited).bytes(value);
    writer.join();
  }
  return writer.finish();
}

/** What a `google.rpc.Status` says. */
export interface RichStatus {
  readonly code: number;
  readonly message: string;
  readonly details: readonly ErrorDetail[];
}

/** Reads a `google.rpc.Status`. Undefined where the bytes are no such message: an error stays one all the same. */
export function decodeRichStatus(bytes: Uint8Array): RichStatus | undefined {
  try {
    return readRichStatus(new BinaryReader(bytes));
  } catch {
    return undefined;
  }
}

function readRichStatus(reader: BinaryReader): RichStatus {
  let code = 0;
  let message = "";
  const details: ErrorDetail[] = [];
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === STATUS.code && wireType === WireType.Varint) code = reader.int32();
    else if (field === STATUS.message && wireType === WireType.LengthDelimited) message = reader.string();
    else if (field === STATUS.details && wireType === WireType.LengthDelimited)
      details.push(readAny(new BinaryReader(reader.bytes())));
    else reader.skip(wireType, field);
  }
  return { code, message, details };
}

function readAny(reader: BinaryReader): ErrorDetail {
  let typeName = "";
  let value: Uint8Array = new Uint8Array(0);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === ANY.typeUrl && wireType === WireType.LengthDelimited) typeName = reader.string().replace(/^.*\//, "");
    else if (field === ANY.value && wireType === WireType.LengthDelimited) value = reader.bytes();
    else reader.skip(wireType, field);
  }
  return { typeName, value };
}
