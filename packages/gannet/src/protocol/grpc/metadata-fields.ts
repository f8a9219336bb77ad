import { Metadata } from "../../core/index.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import type { Field, FieldWriter } from "./header-fields.ts";

/** Fields of HTTP/2 and gRPC, which are no metadata. */
const NO_METADATA: ReadonlySet<string> = new Set([
  "content-type", "te", "grpc-timeout", "grpc-encoding", "grpc-accept-encoding", "grpc-status", "grpc-message",
  "grpc-status-details-bin", "content-length", "grpc-message-type",
]); // biome-ignore format: a list to scan

/** The metadata among the fields of a header or trailer. */
export function readMetadata(fields: readonly Field[]): Metadata {
  const entries: [string, string | Uint8Array][] = [];
  for (const { name, value } of fields) {
    if (name.charCodeAt(0) === 0x3a || NO_METADATA.has(name)) continue;
    if (!name.endsWith("-bin")) {
      entries.push([name, value]);
      continue;
    }
    // Several values may have been joined on the way (PROTOCOL-HTTP2, "Custom-Metadata").
    for (const part of value.split(",")) {
      const bytes = decodeBase64(part.trim());
      if (bytes !== undefined) entries.push([name, bytes]);
    }
  }
  return Metadata.fromWire(entries);
}

/** What one value may take beside its key and text. */
const FIELD_OVERHEAD_BYTES = 16;

/** The most bytes that metadata takes in a header block. */
export function maxMetadataBytes(metadata: Metadata | undefined): number {
  if (metadata === undefined) return 0;
  let bytes = 0;
  for (const [key, value] of metadata) {
    const valueBytes = typeof value === "string" ? value.length : Math.ceil(value.length / 3) * 4;
    bytes += key.length + valueBytes + FIELD_OVERHEAD_BYTES;
  }
  return bytes;
}

/** Writes metadata into a header block and returns the offset behind it. */
export function writeMetadata(
  writer: FieldWriter,
  out: Uint8Array,
  offset: number,
  metadata: Metadata | undefined,
): number {
  if (metadata === undefined) return offset;
  let at = offset;
  for (const [key, value] of metadata) {
    const text = typeof value === "string" ? value : encodeBase64(value);
    at = writer.writeField(out, at, key, text, metadata.isSensitive(key));
  }
  return at;
}
