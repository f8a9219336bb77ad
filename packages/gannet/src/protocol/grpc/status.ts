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
  let number: number | undefined;
  let message = "";
  let rich: string | undefined;
  let richCount = 0;
  for (const { name, value } of fields) {
    if (name === "grpc-status") number = /^[0-9]{1,3}$/.test(value) ? Number(value) : UNKNOWN;
    else if (name === "grpc-message") message = decodeStatusMessage(value);
    else if (name === "grpc-status-details-bin") {
      rich = value;
      richCount++;
    }
  }
  if (number === undefined) return undefined;
  // Of several nobody could say which one counts.
  if (rich !== undefined && richCount === 1) return withRichStatus(number, message, rich);
  return { code: codeFromNumber(number), message, details: [] };
}

const UNKNOWN = codeToNumber("UNKNOWN");

/**
 * Adds what `grpc-status-details-bin` says. What is no `google.rpc.Status` is passed over. One with another code shows
 * that somebody on the way has changed one of the two, so that neither can be trusted.
 */
function withRichStatus(number: number, message: string, text: string): Status {
  const code = codeFromNumber(number);
  const bytes = decodeBase64(text);
  const rich = bytes === undefined || bytes.length === 0 ? undefined : decodeRichStatus(bytes);
  if (rich === undefined) return { code, message, details: [] };
  if (rich.code === number) return { code, message: rich.message, details: rich.details };
  const told = `grpc-status ${number} with the message ${JSON.stringify(message)}`;
  const detailed = `${rich.code} with ${JSON.stringify(rich.message)}`;
  return { code: "INTERNAL", message: `the server said ${told}, but grpc-status-details-bin ${detailed}`, details: [] };
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

/**
 * What an HTTP status means where there is no `grpc-status` (doc/http-grpc-status-mapping.md). The newest version of
 * that table has 431 as INTERNAL; grpc-go and the Connect conformance suite keep to UNKNOWN, and so does this.
 */
export function codeOfHttpStatus(status: number): ErrorCode {
  switch (status) {
    case 400:
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
