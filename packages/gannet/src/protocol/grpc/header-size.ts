import type { GrpcError, Metadata } from "../../core/index.ts";
import type { FieldWriter } from "./header-fields.ts";
import { maxMetadataBytes, writeMetadata } from "./metadata-fields.ts";
import { maxStatusBytes, writeStatus } from "./status.ts";

/** What each field counts beside its name and value (RFC 9113 §6.5.2). */
const FIELD_BYTES = 32;
/** Room for the fields of HTTP/2 and gRPC themselves. */
const FIXED_BYTES = 512;
const NO_BYTES = new Uint8Array(0);

/** Adds fields up instead of writing them. */
class FieldCounter implements FieldWriter {
  bytes = FIXED_BYTES;

  writeField(_: Uint8Array, offset: number, name: string, value: string): number {
    this.bytes += name.length + value.length + FIELD_BYTES;
    return offset;
  }
}

/**
 * Whether a peer that takes header lists of `maxListBytes` takes one with this status and metadata. Larger ones must not
 * be sent: some peers end the whole connection over them.
 */
export function fitsHeaderList(
  maxListBytes: number,
  error: GrpcError | undefined,
  ...metadata: readonly (Metadata | undefined)[]
): boolean {
  const bound = metadata.reduce(
    (sum, one) => sum + maxMetadataBytes(one),
    error === undefined ? 0 : maxStatusBytes(error),
  );
  // What is encoded has at least half of what is counted.
  if (2 * bound + FIXED_BYTES <= maxListBytes) return true;
  const counter = new FieldCounter();
  if (error !== undefined) writeStatus(counter, NO_BYTES, 0, error);
  for (const one of metadata) writeMetadata(counter, NO_BYTES, 0, one);
  return counter.bytes <= maxListBytes;
}
