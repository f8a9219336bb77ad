import type { GrpcError, Metadata } from "../../core/index.ts";
import type { FieldWriter } from "./header-fields.ts";
import { maxMetadataBytes, writeMetadata } from "./metadata-fields.ts";
import { maxStatusBytes, writeStatus } from "./status.ts";

/** Fields that are written together, by a writer that knows more than to write fields. */
export interface HeaderBlock<W extends FieldWriter> {
  /** The most bytes that they take. To be asked right before they are written: metadata may change until then. */
  readonly maxBytes: number;
  /** Writes them at `offset` and returns the offset behind them. */
  write(writer: W, out: Uint8Array, offset: number): number;
}

const TIMEOUT_BYTES = 40;

/** What is the same each time, for a request the time that is left, and metadata. */
export class MetadataBlock<W extends FieldWriter> implements HeaderBlock<W> {
  readonly #fixed: HeaderBlock<W>;
  readonly #timeout: string | undefined;
  readonly #metadata: Metadata | undefined;

  constructor(fixed: HeaderBlock<W>, timeout: string | undefined, metadata: Metadata | undefined) {
    this.#fixed = fixed;
    this.#timeout = timeout;
    this.#metadata = metadata;
  }

  get maxBytes(): number {
    return this.#fixed.maxBytes + TIMEOUT_BYTES + maxMetadataBytes(this.#metadata);
  }

  write(writer: W, out: Uint8Array, offset: number): number {
    let at = this.#fixed.write(writer, out, offset);
    if (this.#timeout !== undefined) at = writer.writeField(out, at, "grpc-timeout", this.#timeout);
    return writeMetadata(writer, out, at, this.#metadata);
  }
}

/** The trailer of a call that failed; where nothing was sent before, `fixed` is the header that it stands in. */
export class ErrorBlock<W extends FieldWriter> implements HeaderBlock<W> {
  readonly #fixed: HeaderBlock<W> | undefined;
  readonly #error: GrpcError;
  readonly #metadata: readonly (Metadata | undefined)[];

  constructor(fixed: HeaderBlock<W> | undefined, error: GrpcError, ...metadata: readonly (Metadata | undefined)[]) {
    this.#fixed = fixed;
    this.#error = error;
    this.#metadata = metadata;
  }

  get maxBytes(): number {
    const metadataBytes = this.#metadata.reduce((sum, one) => sum + maxMetadataBytes(one), 0);
    return (this.#fixed?.maxBytes ?? 0) + maxStatusBytes(this.#error) + metadataBytes;
  }

  write(writer: W, out: Uint8Array, offset: number): number {
    let at = this.#fixed?.write(writer, out, offset) ?? offset;
    at = writeStatus(writer, out, at, this.#error);
    for (const metadata of this.#metadata) at = writeMetadata(writer, out, at, metadata);
    return at;
  }
}
