import {
  type Code,
  codeFromNumber,
  codeToNumber,
  type ErrorCode,
  type ErrorDetail,
  type GrpcError,
  type ReceivedMetadata,
  receivedError,
} from "../../core/index.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import type { Field, FieldWriter } from "./header-fields.ts";
import { decodeRichStatus, encodeRichStatus } from "./rich-status.ts";
import { decodeStatusMessage, encodeStatusMessage } from "./status-message.ts";

/** What a trailer says of how a call ended. */
export interface Status {
  readonly code: Code;
  readonly message: string;
  readonly details: readonly ErrorDetail[];
}

/** The status in a trailer, or in a header that is one; undefined where there is none. */
export function readStatus(fields: readonly Field[]): Status | undefined {
  let code: Code | undefined;
  let message = "";
  let details: readonly ErrorDetail[] = [];
  for (const { name, value } of fields) {
    if (name === "grpc-status") code = /^[0-9]{1,3}$/.test(value) ? codeFromNumber(Number(value)) : "UNKNOWN";
    else if (name === "grpc-message") message = decodeStatusMessage(value);
    else if (name === "grpc-status-details-bin") details = decodeRichStatus(decodeBase64(value));
  }
  return code === undefined ? undefined : { code, message, details };
}

/** The error that a status stands for; undefined for OK. */
export function errorOfStatus({ code, message, details }: Status, trailer: ReceivedMetadata): GrpcError | undefined {
  if (code === "OK") return undefined;
  return receivedError(code, message, { details, trailer: trailer.metadata() });
}

const FIELD_OVERHEAD_BYTES = 64;
/** A message may become three times as long when it is percent-encoded, and each of its characters be three bytes. */
const MESSAGE_GROWTH = 9;

/** The most bytes that the status of an error takes in a header block. */
export function maxStatusBytes(error: GrpcError): number {
  const details = error.details.reduce(
    (sum, { typeName, value }) => sum + typeName.length + value.length + FIELD_OVERHEAD_BYTES,
    0,
  );
  return (error.reason.length * MESSAGE_GROWTH + details) * 2 + 4 * FIELD_OVERHEAD_BYTES;
}

/** Writes the status of an error into a header block and returns the offset behind it. */
export function writeStatus(writer: FieldWriter, out: Uint8Array, offset: number, error: GrpcError): number {
  let at = writer.writeField(out, offset, "grpc-status", String(codeToNumber(error.code)));
  if (error.reason !== "") at = writer.writeField(out, at, "grpc-message", encodeStatusMessage(error.reason));
  if (error.details.length === 0) return at;
  const bytes = encodeRichStatus(codeToNumber(error.code), error.reason, error.details);
  return writer.writeField(out, at, "grpc-status-details-bin", encodeBase64(bytes));
}

/** What an HTTP status means where there is no `grpc-status` (doc/http-grpc-status-mapping.md). */
export function codeOfHttpStatus(status: number): ErrorCode {
  switch (status) {
    case 400:
    case 431:
      return "INTERNAL";
    case 401:
      return "UNAUTHENTICATED";
    case 403:
      return "PERMISSION_DENIED";
    case 404:
      return "UNIMPLEMENTED";
    case 429:
    case 502:
    case 503:
    case 504:
      return "UNAVAILABLE";
    default:
      return "UNKNOWN";
  }
}

/** What it means for a call that its stream was reset with this HTTP/2 error code (PROTOCOL-HTTP2, "Errors"). */
export function codeOfReset(http2Code: number): ErrorCode {
  switch (http2Code) {
    case 0x7:
      return "UNAVAILABLE";
    case 0x8:
      return "CANCELLED";
    case 0xb:
      return "RESOURCE_EXHAUSTED";
    case 0xc:
      return "PERMISSION_DENIED";
    default:
      return "INTERNAL";
  }
}
