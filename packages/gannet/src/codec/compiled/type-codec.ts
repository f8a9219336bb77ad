import type { DescMessage } from "@bufbuild/protobuf";
import { describeValue } from "../../base/index.ts";
import { checkEmptyMessage } from "../check-empty-message.ts";
import type { Codec, CodecKind } from "../codec.ts";
import { DecodeError } from "../decode-error.ts";
import { WireError, WireReader } from "../wire/index.ts";
import { EncodeProblem, locateProblem } from "./encode-problem.ts";
import { findPath } from "./find-path.ts";
import type { TypeLinker } from "./link-type.ts";
import type { TypeCode } from "./type-code.ts";

/** Buffers of more than that are not kept until the next message comes. */
const KEPT_BYTES = 1024 * 1024;

/** One for all: a message is read to its end before anything else happens. */
const reader = new WireReader();

/** Encodes and decodes with the code of one type, which is linked when it is needed first. */
export class TypeCodec implements Codec {
  readonly #schema: DescMessage;
  readonly #linker: TypeLinker;
  readonly #onLinked: ((kind: CodecKind) => void) | undefined;
  #code: TypeCode | undefined;

  /** @param onLinked called once there is code */
  constructor(schema: DescMessage, linker: TypeLinker, onLinked?: (kind: CodecKind) => void) {
    this.#schema = schema;
    this.#linker = linker;
    this.#onLinked = onLinked;
  }

  get kind(): CodecKind {
    return this.#linker.link(this.#schema).kind;
  }

  #link(): TypeCode {
    const { kind, code } = this.#linker.link(this.#schema);
    this.#code = code;
    this.#onLinked?.(kind);
    return code;
  }

  maxBytes(message: object): number {
    const { typeName } = this.#schema;
    const isObject = typeof message === "object" && message !== null;
    const actual = isObject ? (message as { readonly $typeName?: unknown }).$typeName : undefined;
    if (!isObject || (actual !== undefined && actual !== typeName)) {
      throw new TypeError(`expected a message of type ${typeName}, got ${describeValue(message)}`);
    }
    const code = this.#code ?? this.#link();
    try {
      return code.maxBytes(message);
    } catch (error) {
      throw this.#located(message, error);
    }
  }

  encodeInto(message: object, out: Uint8Array, offset: number): number {
    const code = this.#code ?? this.#link();
    let end: number;
    try {
      end = code.write(message, out, offset);
    } catch (error) {
      throw this.#located(message, error);
    }
    if (end === offset) checkEmptyMessage(message, this.#schema);
    if (end > out.length)
      throw new TypeError(`a message of type ${this.#schema.typeName} changed while it was encoded`);
    return end;
  }

  /** The error with its path, where it says what is wrong with a value. */
  #located(message: object, error: unknown): unknown {
    if (!(error instanceof EncodeProblem)) return error;
    return locateProblem(this.#schema, message, error, (schema) => this.#linker.link(schema).code);
  }

  decode(bytes: Uint8Array, start: number, end: number): object {
    const code = this.#code ?? this.#link();
    reader.begin(bytes, start, end);
    try {
      const message = code.make();
      code.read(message, reader, end, -1);
      reader.finish();
      return message;
    } catch (error) {
      reader.release();
      if (!(error instanceof WireError)) throw error;
      const position = Math.min(error.position, end);
      const path = findPath(this.#schema, bytes, start, end, position);
      throw new DecodeError(error.message, { offset: position - start, path, cause: error });
    } finally {
      if (bytes.length > KEPT_BYTES) reader.release();
    }
  }
}
