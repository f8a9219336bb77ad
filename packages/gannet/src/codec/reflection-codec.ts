import {
  create,
  type DescMessage,
  fromBinary,
  isMessage,
  type Message,
  type MessageInitShape,
  toBinary,
} from "@bufbuild/protobuf";
import { checkEmptyMessage } from "./check-empty-message.ts";
import type { Codec } from "./codec.ts";
import { DecodeError } from "./decode-error.ts";

/** `ScalarType.BYTES`. */
const BYTES = 12;

/** Lets `@bufbuild/protobuf` do the work, which looks every field up as it goes. */
export class ReflectionCodec implements Codec {
  readonly kind = "interpreted";
  readonly #schema: DescMessage;
  /** Fields of bytes, and those that the type does not know, are views of what is decoded. */
  readonly #mustCopy: boolean;
  #encoded: Uint8Array | undefined;
  #encodedMessage: object | undefined;

  constructor(schema: DescMessage) {
    this.#schema = schema;
    this.#mustCopy = holdsBytes(schema);
  }

  maxBytes(message: object): number {
    this.#encoded = this.#encode(message);
    this.#encodedMessage = message;
    return this.#encoded.length;
  }

  encodeInto(message: object, out: Uint8Array, offset: number): number {
    const encoded =
      this.#encodedMessage === message && this.#encoded !== undefined ? this.#encoded : this.#encode(message);
    this.#encoded = undefined;
    this.#encodedMessage = undefined;
    out.set(encoded, offset);
    return offset + encoded.length;
  }

  decode(bytes: Uint8Array, start: number, end: number): object {
    try {
      return this.#decode(bytes.subarray(start, end));
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      // Which field it was is not told.
      throw new DecodeError(what, { offset: 0, path: this.#schema.typeName, cause: error });
    }
  }

  #decode(view: Uint8Array): object {
    if (this.#mustCopy) return fromBinary(this.#schema, new Uint8Array(view));
    const message = fromBinary(this.#schema, view);
    ownUnknownFields(message);
    return message;
  }

  #encode(message: object): Uint8Array {
    const schema = this.#schema;
    if (typeof message !== "object" || message === null) {
      throw new TypeError(
        `expected a message of type ${schema.typeName}, got ${message === null ? "null" : typeof message}`,
      );
    }
    if (isMessage(message)) {
      if (message.$typeName !== schema.typeName)
        throw new TypeError(`expected a message of type ${schema.typeName}, got ${message.$typeName}`);
      return toBinary(schema, message);
    }
    const bytes = toBinary(schema, create(schema, message as MessageInitShape<DescMessage>));
    if (bytes.length === 0) checkEmptyMessage(message, schema);
    return bytes;
  }
}

/** Whether what a message has of bytes may be anywhere, or only in its own unknown fields. */
function holdsBytes(schema: DescMessage): boolean {
  return schema.fields.some((field) => field.message !== undefined || ("scalar" in field && field.scalar === BYTES));
}

/** Gives a message its own copy of the fields that its type does not know. */
function ownUnknownFields(message: Message): void {
  if (message.$unknown === undefined) return;
  message.$unknown = message.$unknown.map((field) => ({ ...field, data: new Uint8Array(field.data) }));
}
