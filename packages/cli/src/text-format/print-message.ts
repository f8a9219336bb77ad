import { WireType } from "@bufbuild/protobuf/wire";
import { type FieldContent, type FieldType, isMessageFields, type MessageFields } from "./message-fields.ts";
import { escapeBytes, formatDouble, formatFloat } from "./print-scalar.ts";
import { bytesToText, type FieldValue, FLOAT_TYPES, isTextType, type ValueType } from "./scalar-value.ts";
import { guessWireFields, MalformedError, type WireField } from "./wire-field.ts";

/** protoc looks no deeper for messages in bytes of which it does not know whether they are one. */
const MAX_UNKNOWN_DEPTH = 10;

/** A message as `protoc --decode` prints it: a field a line, and those that are not known by their numbers, last. */
export function printMessage(message: MessageFields): string {
  const printer = new Printer();
  printer.message(message);
  return printer.text;
}

/** Fields without a type, as `protoc --decode_raw` prints them. */
export function printUnknownFields(fields: readonly WireField[]): string {
  const printer = new Printer();
  printer.unknown(fields, MAX_UNKNOWN_DEPTH);
  return printer.text;
}

class Printer {
  readonly #lines: string[] = [];
  #indent = "";

  get text(): string {
    return this.#lines.join("");
  }

  message({ known, unknown }: MessageFields): void {
    for (const content of known) this.#field(content);
    this.unknown(unknown, MAX_UNKNOWN_DEPTH);
  }

  #field({ field, values, entries }: FieldContent): void {
    const name = nameOf(field);
    for (const value of values) this.#value(name, field, value);
    for (const { key, value } of entries) {
      this.#block(name, () => {
        if (field.fieldKind === "map") this.#value("key", { scalar: field.mapKey }, key);
        this.#value("value", field, value);
      });
    }
  }

  #value(name: string, type: ValueType, value: FieldValue | MessageFields): void {
    if (isMessageFields(value)) this.#block(name, () => this.message(value));
    else this.#line(`${name}: ${formatValue(type, value)}`);
  }

  /** `depth`: how many more messages are looked for in bytes. */
  unknown(fields: readonly WireField[], depth: number): void {
    for (const { number, wireType, data } of fields) {
      if (wireType === WireType.StartGroup)
        this.#block(`${number}`, () => this.unknown(guessWireFields(data), depth - 1));
      else if (wireType === WireType.LengthDelimited) this.#bytes(number, data, depth);
      else this.#line(`${number}: ${formatUnknown(wireType, data)}`);
    }
  }

  #bytes(number: number, data: Uint8Array, depth: number): void {
    const fields = depth > 0 && data.length > 0 ? readIfMessage(data) : undefined;
    if (fields === undefined) this.#line(`${number}: "${escapeBytes(bytesToText(data))}"`);
    else this.#block(`${number}`, () => this.unknown(fields, depth - 1));
  }

  #block(name: string, print: () => void): void {
    this.#line(`${name} {`);
    const indent = this.#indent;
    this.#indent += "  ";
    print();
    this.#indent = indent;
    this.#line("}");
  }

  #line(text: string): void {
    this.#lines.push(`${this.#indent}${text}\n`);
  }
}

function nameOf(field: FieldType): string {
  if (field.kind === "extension") return `[${isMessageSetItem(field) ? field.message?.typeName : field.typeName}]`;
  const { message, parent } = field;
  // A field that a group made has the name of that in lower case, and stands in its message.
  const isGroup = "delimitedEncoding" in field && field.delimitedEncoding && message?.name.toLowerCase() === field.name;
  return isGroup && message?.parent === parent ? (message?.name ?? field.name) : field.name;
}

function isMessageSetItem(field: FieldType): boolean {
  if (field.kind !== "extension" || field.fieldKind !== "message") return false;
  return field.extendee.proto.options?.messageSetWireFormat === true && field.parent === field.message;
}

function formatValue(type: ValueType, value: FieldValue): string {
  if (type.enum !== undefined) return type.enum.value[Number(value)]?.name ?? String(value);
  if (isTextType(type)) return `"${escapeBytes(String(value))}"`;
  const format = FLOAT_TYPES.get(type.scalar);
  return format === undefined
    ? String(value)
    : format === "float"
      ? formatFloat(Number(value))
      : formatDouble(Number(value));
}

function formatUnknown(wireType: WireType, data: Uint8Array): string {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (wireType === WireType.Bit32) return `0x${view.getUint32(0, true).toString(16).padStart(8, "0")}`;
  if (wireType === WireType.Bit64) return `0x${view.getBigUint64(0, true).toString(16).padStart(16, "0")}`;
  let value = 0n;
  for (const [index, byte] of data.entries()) value |= BigInt(byte & 0x7f) << BigInt(7 * index);
  return BigInt.asUintN(64, value).toString();
}

function readIfMessage(bytes: Uint8Array): WireField[] | undefined {
  try {
    return guessWireFields(bytes);
  } catch (error) {
    if (error instanceof MalformedError) return undefined;
    throw error;
  }
}
