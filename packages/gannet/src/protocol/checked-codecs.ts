import type { DescField, DescMessage, DescOneof } from "@bufbuild/protobuf";
import { type Codec, type Codecs, isRawMessage } from "../codec/index.ts";
import { misuse, nearestName } from "../core/index.ts";

/** What is sent. */
type Sent = "request" | "reply";

/** A deeper message is the encoder's to refuse. */
const MAX_DEPTH = 100;

/** What stands for what of JavaScript. */
const HINTS = {
  Date: "write timestampFromDate(date), of @bufbuild/protobuf/wkt",
  Map: "write Object.fromEntries(map)",
  Set: "write a plain object",
};

/** The same codecs, which refuse to encode a message with a property that its type does not have. */
export class CheckedCodecs implements Codecs {
  readonly #codecs: Codecs;
  readonly #check: PropertyCheck;

  constructor(codecs: Codecs, sent: Sent) {
    this.#codecs = codecs;
    this.#check = new PropertyCheck(sent);
  }

  get counts(): Codecs["counts"] {
    return this.#codecs.counts;
  }

  get(schema: DescMessage): Codec {
    return this.#check.before(this.#codecs.get(schema), schema);
  }
}

/** Looks for properties that a message does not have: TypeScript finds some of these slips and not others. */
export class PropertyCheck {
  readonly #checker: PropertyChecker;
  readonly #checked = new WeakMap<Codec, Codec>();

  constructor(sent: Sent) {
    this.#checker = new PropertyChecker(sent);
  }

  /** The codec of a type with the check before it, the same each time. */
  before(codec: Codec, schema: DescMessage): Codec {
    // Bytes have no properties to be wrong in.
    if (isRawMessage(schema)) return codec;
    let checked = this.#checked.get(codec);
    if (checked === undefined) {
      checked = new CheckedCodec(codec, schema, this.#checker);
      this.#checked.set(codec, checked);
    }
    return checked;
  }
}

class CheckedCodec implements Codec {
  readonly #codec: Codec;
  readonly #message: DescMessage;
  readonly #checker: PropertyChecker;

  constructor(codec: Codec, message: DescMessage, checker: PropertyChecker) {
    this.#codec = codec;
    this.#message = message;
    this.#checker = checker;
  }

  get kind(): Codec["kind"] {
    return this.#codec.kind;
  }

  maxBytes(message: object): number {
    this.#checker.check(this.#message, message, "", 0);
    return this.#codec.maxBytes(message);
  }

  encodeInto(message: object, out: Uint8Array, offset: number): number {
    return this.#codec.encodeInto(message, out, offset);
  }

  decode(bytes: Uint8Array, start: number, end: number): object {
    return this.#codec.decode(bytes, start, end);
  }
}

class PropertyChecker {
  readonly #sent: Sent;
  readonly #members = new Map<DescMessage, ReadonlyMap<string, DescField | DescOneof>>();

  constructor(sent: Sent) {
    this.#sent = sent;
  }

  /** @throws TypeError GANNET_UNKNOWN_PROPERTY with the path of the property */
  check(type: DescMessage, message: unknown, path: string, depth: number): void {
    // A Struct is any JSON; where something else than an object stands for a message, the encoder knows what to say.
    if (typeof message !== "object" || message === null || type.typeName === "google.protobuf.Struct") return;
    if (depth > MAX_DEPTH) return;
    this.#refuseBuiltIn(type, message, path);
    const members = this.#membersOf(type);
    for (const [key, value] of Object.entries(message)) {
      if (key === "$typeName" || key === "$unknown") continue;
      const member = members.get(key);
      if (member === undefined) throw unknownProperty(this.#sent, type, path + key, key);
      if (member.kind === "field") this.#checkField(member, value, path + key, depth + 1);
      else {
        const chosen = value as { readonly case?: string; readonly value?: unknown } | undefined;
        const field = member.fields.find(({ localName }) => localName === chosen?.case);
        if (field !== undefined) this.#checkField(field, chosen?.value, `${path}${key}.value`, depth + 1);
      }
    }
  }

  #checkField(field: DescField, value: unknown, path: string, depth: number): void {
    const { message } = field;
    if (message === undefined || value === undefined || value === null) return;
    if (field.fieldKind === "map") this.#refuseBuiltIn(message, value, path);
    if (field.fieldKind === "message") this.check(message, value, `${path}.`, depth);
    else if (typeof value === "object") {
      for (const [key, item] of Object.entries(value)) this.check(message, item, `${path}[${key}].`, depth);
    }
  }

  /** What is in a Date, a Map or a Set are no properties: it would be sent as if it were empty. */
  #refuseBuiltIn(type: DescMessage, value: unknown, path: string): void {
    const given =
      value instanceof Date ? "Date" : value instanceof Map ? "Map" : value instanceof Set ? "Set" : undefined;
    if (given === undefined) return;
    const place = path === "" ? "is" : `has ${path.replace(/\.$/, "")} as`;
    throw misuse(
      TypeError,
      "GANNET_UNKNOWN_PROPERTY",
      `a ${this.#sent} ${place} a ${given}, which has no properties of ${type.typeName}; ${HINTS[given]}`,
    );
  }

  #membersOf(type: DescMessage): ReadonlyMap<string, DescField | DescOneof> {
    let members = this.#members.get(type);
    if (members === undefined) {
      members = new Map(type.members.map((member) => [member.localName, member]));
      this.#members.set(type, members);
    }
    return members;
  }
}

function unknownProperty(sent: Sent, type: DescMessage, path: string, key: string): TypeError {
  return misuse(
    TypeError,
    "GANNET_UNKNOWN_PROPERTY",
    `a ${sent} has ${path}, but ${type.typeName} has no ${key}; ${hintFor(type, key)}`,
  );
}

function hintFor(type: DescMessage, key: string): string {
  const field = type.fields.find(({ name, jsonName, localName }) => [name, jsonName, localName].includes(key));
  if (field?.oneof !== undefined) {
    return `a oneof is written { ${field.oneof.localName}: { case: "${field.localName}", value: … } }`;
  }
  const names = type.members.map(({ localName }) => localName);
  const meant = field?.localName ?? nearestName(key, names);
  return meant === undefined ? `it has ${names.join(", ") || "none"}` : `did you mean ${meant}?`;
}
