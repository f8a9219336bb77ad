import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { tagOf, WireType } from "../wire/index.ts";
import { type Dialect, declareLocals, emitEnd, emitHead, usedOf } from "./dialect.ts";
import { hasPrototype, isImplicit, isRequired, messageFormOf, quote, valueOfProperty } from "./field-shape.ts";
import { scalarCode } from "./scalar-code.ts";

const MAX_LENGTH_BYTES = 5;
/** From here on the length of text is measured: three bytes for each character would be too much room. */
const MEASURED_CHARACTERS = 1024;

type MessageField = DescField & { readonly message: DescMessage };

/**
 * Emits `maxBytes` and `write`. Both take what `create` takes: a message, or an object with some of its fields, and null
 * stands for what is not set. `maxBytes` says how much room is enough and refuses what has no bytes at all; `write`
 * refuses values that are not of their field's type.
 */
export function emitEncoder(schema: DescMessage, dialect: Dialect): string {
  const fields = [...schema.fields].sort((a, b) => a.number - b.number);
  const declared = new Map(schema.fields.map((field, index) => [field, index]));
  let fixedBytes = 0;
  const sizes: string[] = [];
  const writes: string[] = [];
  const rooms: string[] = [];
  for (const field of fields) {
    const index = declared.get(field) ?? 0;
    const code = new FieldEncoder(field, index);
    fixedBytes += code.fixedBytes;
    sizes.push(...code.size());
    writes.push(...code.write());
    if (code.needsRoom) rooms.push(`let w${index} = 1;`);
  }
  return [
    ...rooms,
    emitHead("maxBytes", [["m", "any"]], dialect),
    `let n = ${fixedBytes};`,
    ...emitLocals(schema, ["v", "o"], sizes, dialect),
    ...sizes,
    "if (m.$unknown !== undefined && m.$typeName !== undefined) n += unknownBytes(m.$unknown);",
    "return n;",
    emitEnd(dialect),
    emitHead(
      "write",
      [
        ["m", "any"],
        ["b", "Uint8Array"],
        ["p", "number"],
      ],
      dialect,
    ),
    ...emitLocals(schema, ["v", "o", "n", "k"], writes, dialect),
    ...writes,
    "if (m.$unknown !== undefined && m.$typeName !== undefined) p = writeUnknown(m.$unknown, b, p);",
    "return p;",
    emitEnd(dialect),
  ].join("\n");
}

/** Declares what the code of fields uses. */
function emitLocals(
  schema: DescMessage,
  names: readonly string[],
  body: readonly string[],
  dialect: Dialect,
): string[] {
  const isPlain = hasPrototype(schema) && (dialect === "evaluated" || usedOf(["isPlain"], body.join("\n")).length > 0);
  const locals = declareLocals(names, body, dialect);
  return isPlain ? [...locals, "const isPlain = m.$typeName === undefined;"] : locals;
}

/** The code for one field. */
class FieldEncoder {
  readonly #field: DescField;
  readonly #index: number;

  constructor(field: DescField, index: number) {
    this.#field = field;
    this.#index = index;
  }

  // ---- size -----------------------------------------------------------------------------

  /** What the field takes at most whatever its value is. */
  get fixedBytes(): number {
    const field = this.#field;
    if (field.fieldKind !== "scalar" && field.fieldKind !== "enum") return 2 * (this.#tagBytes + MAX_LENGTH_BYTES);
    return this.#tagBytes + (scalarCode(field.scalar).maxBytes ?? MAX_LENGTH_BYTES);
  }

  /** Whether room is left for a length that is not known before. */
  get needsRoom(): boolean {
    const field = this.#field;
    if (field.fieldKind === "map") return true;
    if (field.message !== undefined) return !isDelimited(field as MessageField);
    return field.fieldKind === "list" && field.packed;
  }

  get #tagBytes(): number {
    return tagBytes(tagOf(this.#field.number, WireType.Varint)).length;
  }

  size(): string[] {
    const field = this.#field;
    switch (field.fieldKind) {
      case "enum":
        return [];
      case "scalar": {
        const size = sizeOfScalar(field.scalar, String(this.#index));
        return size === "" ? [] : [this.#ifSet(size)];
      }
      case "message":
        return [this.#ifSet(this.#sizeOfMessage(field))];
      case "list":
        return [this.#ifSet(this.#sizeOfList(field))];
      case "map":
        return [this.#ifSet(this.#sizeOfMap(field))];
    }
  }

  #sizeOfMessage(field: MessageField): string {
    return `${this.#toMessage(field, String(this.#index))} n += ${this.#type}.maxBytes(v);`;
  }

  #sizeOfList(field: DescField & { readonly fieldKind: "list" }): string {
    const isArray = `if (!Array.isArray(v)) bad(${this.#index}, v);`;
    const each = this.#tagBytes + (field.packed ? 0 : MAX_LENGTH_BYTES);
    if (field.message !== undefined) {
      const item = `${this.#toMessage(field as MessageField, `${this.#index}, i`)} n += ${this.#type}.maxBytes(v);`;
      return `${isArray} n += v.length * ${each + this.#tagBytes}; ${loop(item)}`;
    }
    const { maxBytes } = scalarCode(field.scalar);
    if (maxBytes !== undefined) return `${isArray} n += v.length * ${maxBytes + this.#tagBytes};`;
    return `${isArray} n += v.length * ${each}; ${loop(sizeOfScalar(field.scalar, `${this.#index}, i`))}`;
  }

  #sizeOfMap(field: DescField & { readonly fieldKind: "map" }): string {
    const key = scalarCode(field.mapKey).maxBytes;
    const value = field.message === undefined ? scalarCode(field.scalar).maxBytes : undefined;
    const each = this.#tagBytes + 2 + 3 * MAX_LENGTH_BYTES + (key ?? 0) + (value ?? 0);
    const keySize = key === undefined ? "n += o.length * 3;" : "";
    const valueSize =
      field.message !== undefined
        ? `${this.#toMessage(field as MessageField, `${this.#index}, o`)} n += ${this.#type}.maxBytes(v);`
        : sizeOfScalar(field.scalar, `${this.#index}, o`);
    const item = valueSize === "" ? "" : `v = l[o]; ${valueSize}`;
    // What is an object and nothing else needs no closer look, which takes as long as a few entries.
    const isMap = `if (v.constructor !== Object) mapOf(${this.#index}, v);`;
    return `${isMap} const l = v; for (o of Object.keys(l)) { n += ${each}; ${keySize} ${item} }`;
  }

  // ---- writing --------------------------------------------------------------------------

  write(): string[] {
    const field = this.#field;
    const index = String(this.#index);
    switch (field.fieldKind) {
      case "scalar":
      case "enum": {
        const { check, write } = scalarCode(field.scalar);
        return [this.#ifSet(`${check(index)} ${this.#writeTag(scalarCode(field.scalar).wireType)} ${write}`, true)];
      }
      case "message":
        return [this.#ifSet(`${this.#toMessageAgain(field, index)} ${this.#writeMessage(field)}`, true)];
      case "list":
        return [this.#ifSet(this.#writeList(field), true)];
      case "map":
        return [this.#ifSet(this.#writeMap(field), true)];
    }
  }

  #writeMessage(field: MessageField): string {
    if (isDelimited(field)) {
      const body = `p = ${this.#type}.write(v, b, p);`;
      return `${this.#writeTag(WireType.StartGroup)} ${body} ${this.#writeTag(WireType.EndGroup)}`;
    }
    return `${this.#writeTag(WireType.LengthDelimited)} ${this.#withLength(`p = ${this.#type}.write(v, b, p);`)}`;
  }

  /** Leaves as much room for the length as it took last time: mostly nothing has to move then. */
  #withLength(body: string): string {
    const room = `w${this.#index}`;
    return (
      `{ const q = p, w = ${room}; p += w; ${body} n = p - q - w;` +
      ` if (n < 128 && w === 1) b[q] = n; else { p = close(b, q, w, p); ${room} = p - q - n; } }`
    );
  }

  #writeList(field: DescField & { readonly fieldKind: "list" }): string {
    const place = `${this.#index}, i`;
    if (field.message !== undefined) {
      const message = field as MessageField;
      return loop(`${this.#toMessageAgain(message, place)} ${this.#writeMessage(message)}`);
    }
    const { check, write, wireType } = scalarCode(field.scalar);
    if (!field.packed) return loop(`${check(place)} ${this.#writeTag(wireType)} ${write}`);
    const items = this.#withLength(loop(`${check(place)} ${write}`));
    return `if (v.length > 0) { ${this.#writeTag(WireType.LengthDelimited)} ${items} }`;
  }

  #writeMap(field: DescField & { readonly fieldKind: "map" }): string {
    const place = `${this.#index}, k`;
    const key = scalarCode(field.mapKey);
    // The names of properties are text already.
    const toKey = field.mapKey === ScalarType.STRING ? "v = k;" : `v = keyOf(${this.#index}, k);`;
    const writeKey = `${toKey} b[p++] = ${tagOf(1, key.wireType)}; ${key.write}`;
    let writeValue: string;
    if (field.message !== undefined) {
      const body = `{ const s = p; p = ${this.#type}.write(v, b, p + 1); p = close(b, s, 1, p); }`;
      const toMessage = this.#toMessageAgain(field as MessageField, place);
      writeValue = `${toMessage} b[p++] = ${tagOf(2, WireType.LengthDelimited)}; ${body}`;
    } else {
      const { check, write, wireType } = scalarCode(field.scalar);
      writeValue = `${check(place)} b[p++] = ${tagOf(2, wireType)}; ${write}`;
    }
    const entry = this.#withLength(`${writeKey} v = l[k]; ${writeValue}`);
    const tag = this.#writeTag(WireType.LengthDelimited);
    return `const l = v; for (k of Object.keys(l)) { ${tag} ${entry} }`;
  }

  // ---- parts ----------------------------------------------------------------------------

  /** The code of the field's message type, linked when it is first used. */
  get #type(): string {
    return `(t${this.#index} ??= type(${this.#index}))`;
  }

  /** Checks that `v` is a message or what makes one, and makes one of what is held in another form. */
  #toMessage(field: MessageField, place: string): string {
    switch (messageFormOf(field)) {
      case "wrapper":
        return `v = { $typeName: ${quote(field.message.typeName)}, value: v };`;
      case "json":
        return `v = structOf(${place.split(",")[0]}, v);`;
      case "message": {
        const name = quote(field.message.typeName);
        const isOther = `typeof v !== "object" || v === null || (v.$typeName !== undefined && v.$typeName !== ${name})`;
        return `if (${isOther}) bad(${place}, v);`;
      }
    }
  }

  /** The same when the message is written: it has been checked when its room was asked for. */
  #toMessageAgain(field: MessageField, place: string): string {
    return messageFormOf(field) === "message" ? "" : this.#toMessage(field, place);
  }

  #writeTag(wireType: WireType): string {
    return tagBytes(tagOf(this.#field.number, wireType))
      .map((byte) => `b[p++] = ${byte};`)
      .join(" ");
  }

  /** Runs `code` with the value in `v`, where the field is set. */
  #ifSet(code: string, isWriting = false): string {
    const field = this.#field;
    const { localName } = field;
    if (field.oneof !== undefined) {
      // A message that is not there is an empty one.
      const empty = field.fieldKind === "message" ? " if (v === undefined) v = {};" : "";
      const group = valueOfProperty("m", field.oneof.localName);
      return `o = ${group}; if (o != null && o.case === ${quote(localName)}) { v = o.value;${empty} ${code} }`;
    }
    const value = `v = ${valueOfProperty("m", localName)};`;
    if (field.fieldKind === "list" || field.fieldKind === "map" || field.fieldKind === "message") {
      const missing = isWriting && isRequired(field) ? ` else missing(${this.#index});` : "";
      return `${value} if (v != null) { ${code} }${missing}`;
    }
    if (isImplicit(field)) {
      const zero = field.fieldKind === "enum" ? field.enum.values[0]?.number : 0;
      const isSet = field.fieldKind === "enum" && zero !== 0 ? `v !== ${zero}` : scalarCode(field.scalar).isSet;
      return `${value} if (v != null && ${isSet}) { ${code} }`;
    }
    const isOwn = hasPrototype(field.parent) ? ` && (isPlain || has.call(m, ${quote(localName)}))` : "";
    const missing = isWriting && isRequired(field) ? ` else missing(${this.#index});` : "";
    return `${value} if (v != null${isOwn}) { ${code} }${missing}`;
  }
}

/** Whether a message stands between two tags, as groups do, rather than behind its length. */
export function isDelimited(field: DescField): boolean {
  return "delimitedEncoding" in field && field.delimitedEncoding;
}

/** Adds to `n` what a value of varying length takes beside its tag and length; nothing for others. */
function sizeOfScalar(scalar: DescField["scalar"], place: string): string {
  const { maxBytes, check, wireType, zero } = scalarCode(scalar);
  if (maxBytes !== undefined || wireType !== WireType.LengthDelimited) return "";
  if (zero !== '""') return `${check(place)} n += v.length;`;
  return `${check(place)} n += v.length <= ${MEASURED_CHARACTERS} ? v.length * 3 : utf8Length(v);`;
}

/** Runs `code` for each item of the list in `v`, with the item in `v`. */
function loop(code: string): string {
  return `{ const l = v; for (let i = 0; i < l.length; i++) { v = l[i]; ${code} } }`;
}

/** The bytes of a tag. */
function tagBytes(tag: number): number[] {
  const bytes: number[] = [];
  let rest = tag;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
  return bytes;
}
