import {
  FieldDescriptorProto_Label as Label,
  type FieldOptions_OptionTargetType as Target,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import type { FieldValueNode, MessageValueNode, Node, ScalarValueNode } from "../ast/index.ts";
import type { DiagnosticNote } from "../diagnostics/index.ts";
import { type FieldDefinition, isWellNumbered, type MessageDefinition, resolveName } from "../linker/index.ts";
import { checkLifetime } from "./check-lifetime.ts";
import { ANY, findField } from "./find-field.ts";
import { checkTarget, type OptionContext } from "./option-context.ts";
import { isMisfit, readOptionValue, type WireValue } from "./option-value.ts";
import {
  concatenate,
  encodeMessageField,
  encodeMessageSetItem,
  encodePackedField,
  encodeScalarField,
} from "./wire-field.ts";

/** So many required fields that are not set are named. */
const MAX_LISTED = 8;

/** A message's value on the wire, and which of its fields are set: by number, fields of messages in it behind a dot. */
export interface EncodedMessage {
  readonly bytes: Uint8Array;
  readonly paths: ReadonlySet<string>;
}

/**
 * Encodes a value in text format as a message of type `message`, for the options of a `target`. Undefined where something
 * in it does not fit; that has been reported.
 */
export function encodeMessage(
  context: OptionContext,
  target: Target,
  message: MessageDefinition,
  node: MessageValueNode,
): EncodedMessage | undefined {
  return new MessageEncoder(context, target, message, node).run();
}

interface FieldEntry {
  readonly definition: FieldDefinition;
  readonly node: Node;
  readonly pieces: Uint8Array[];
  /** Values of a packed field, which are written together. */
  readonly packed: WireValue[];
}

class MessageEncoder {
  readonly #context: OptionContext;
  readonly #target: Target;
  readonly #message: MessageDefinition;
  readonly #node: MessageValueNode;
  readonly #entries = new Map<FieldDefinition, FieldEntry>();
  /** The field that is set, for each oneof that has one. */
  readonly #oneofs = new Map<number, FieldDefinition>();
  readonly #paths = new Set<string>();
  #isWrong: boolean;

  constructor(context: OptionContext, target: Target, message: MessageDefinition, node: MessageValueNode) {
    this.#context = context;
    this.#target = target;
    this.#message = message;
    this.#node = node;
    this.#isWrong = node.problem !== undefined;
  }

  run(): EncodedMessage | undefined {
    for (const field of this.#node.fields) {
      if (field.name.kind === "any") this.#any(field);
      else this.#field(field);
    }
    if (!this.#isWrong) this.#checkRequired();
    if (this.#isWrong) return undefined;
    if (this.#message.proto.options?.mapEntry === true) this.#completeMapEntry();
    const entries = [...this.#entries.values()].sort((a, b) => a.definition.proto.number - b.definition.proto.number);
    return { bytes: concatenate(entries.map((entry) => finishEntry(entry))), paths: this.#paths };
  }

  #error(
    node: Node,
    id: string,
    message: string,
    extras?: { hint?: string | undefined; notes?: readonly DiagnosticNote[] },
  ): void {
    this.#isWrong = true;
    this.#context.file.error(node, id, message, extras);
  }

  #field(node: FieldValueNode): void {
    const definition = findField(this.#context, this.#message, node.name);
    if (definition === undefined) {
      this.#isWrong = true;
      return;
    }
    if ("id" in definition) {
      this.#error(node.name, definition.id, definition.message, { hint: definition.hint });
      return;
    }
    if (!isWellNumbered(definition)) {
      this.#isWrong = true;
      return;
    }
    const values = node.value.kind === "list" ? node.value.values : [node.value];
    if (node.value.kind === "list" && definition.proto.label !== Label.REPEATED) {
      this.#error(node.value, "option-value", `\`${definition.name}\` is not repeated: it takes one value, not a list`);
      return;
    }
    if (!node.hasColon && definition.message === undefined) {
      this.#error(
        node.name,
        "option-value",
        `expected \`:\` behind \`${definition.name}\`: only messages, and lists of them, follow without one`,
      );
      return;
    }
    for (const value of values) this.#value(definition, node, value);
  }

  #value(definition: FieldDefinition, node: FieldValueNode, value: ScalarValueNode | MessageValueNode): void {
    const existing = this.#entries.get(definition);
    if (existing !== undefined && definition.proto.label !== Label.REPEATED) {
      const notes = this.#context.file.noteAtNode(existing.node, "first set here");
      this.#error(node.name, "option-duplicate", `\`${definition.name}\` is set twice`, { notes });
      return;
    }
    if (existing === undefined) this.#checkOneof(definition, node);
    const entry = existing ?? { definition, node: node.name, pieces: [], packed: [] };
    this.#entries.set(definition, entry);
    const { number, type } = definition.proto;
    if (existing === undefined) {
      this.#paths.add(String(number));
      checkTarget(this.#context, definition, this.#target, node.name);
      checkLifetime(this.#context, definition, node.name);
    }
    if (definition.message !== undefined) this.#messageValue(entry, definition.message, value);
    else if (value.kind === "message")
      this.#error(value, "option-value", `\`${definition.name}\` is no message: it takes a single value`);
    else {
      const wire = readOptionValue(this.#context, definition, value, "text");
      if (isMisfit(wire)) this.#error(value, wire.id, wire.message, { hint: wire.hint });
      else if (this.#context.features.isPacked(definition)) entry.packed.push(wire);
      else if (this.#isWritten(definition, wire)) entry.pieces.push(encodeScalarField(number, type, wire));
    }
  }

  /** A field without presence is not written when it has its default. */
  #isWritten(definition: FieldDefinition, value: WireValue): boolean {
    if (definition.proto.label === Label.REPEATED || this.#context.features.hasPresence(definition)) return true;
    if (typeof value === "string" || value instanceof Uint8Array) return value.length > 0;
    return typeof value === "boolean" ? value : !Object.is(Number(value), 0);
  }

  #messageValue(entry: FieldEntry, message: MessageDefinition, value: ScalarValueNode | MessageValueNode): void {
    const { number } = entry.definition.proto;
    if (value.kind !== "message") {
      this.#error(value, "option-value", `\`${entry.definition.name}\` is a message: its value stands in braces`);
      return;
    }
    const isDelimited = this.#context.features.isDelimited(entry.definition);
    const context = isDelimited ? { ...this.#context, isInGroup: true } : this.#context;
    const encoded = encodeMessage(context, this.#target, message, value);
    if (encoded === undefined) {
      this.#isWrong = true;
      return;
    }
    for (const path of encoded.paths) this.#paths.add(`${number}.${path}`);
    const isItem = this.#message.proto.options?.messageSetWireFormat === true;
    entry.pieces.push(
      isItem ? encodeMessageSetItem(number, encoded.bytes) : encodeMessageField(number, isDelimited, encoded.bytes),
    );
  }

  /** `[type.googleapis.com/name] { ... }` fills the two fields of an Any. */
  #any(node: FieldValueNode): void {
    const { pool, file } = this.#context;
    const [typeUrl, value] = [this.#message.fieldsByName.get("type_url"), this.#message.fieldsByName.get("value")];
    if (this.#message.fullName !== ANY || typeUrl === undefined || value === undefined) {
      this.#error(
        node.name,
        "option-any",
        `only a \`${ANY}\` is filled by the URL of a type, not a \`${this.#message.fullName}\``,
      );
      return;
    }
    const { target } = resolveName(pool, file, `.${node.name.text}`, this.#message.fullName, "any");
    if (target === undefined && file.isIncomplete) {
      this.#isWrong = true;
      return;
    }
    const isKnownHost = node.name.urlPrefix === "type.googleapis.com" || node.name.urlPrefix === "type.googleprod.com";
    if (target?.kind !== "message" || !isKnownHost) {
      this.#error(node.name, "option-any", `there is no message \`${node.name.urlPrefix}/${node.name.text}\``);
      return;
    }
    if (this.#entries.has(typeUrl) || this.#entries.has(value)) {
      this.#error(node.name, "option-duplicate", `this \`${ANY}\` is filled twice`);
      return;
    }
    if (node.value.kind !== "message") {
      this.#error(node.value, "option-value", `the value of a \`${ANY}\` stands in braces`);
      return;
    }
    const encoded = encodeMessage({ ...this.#context, isInAny: true }, this.#target, target, node.value);
    if (encoded === undefined) {
      this.#isWrong = true;
      return;
    }
    const url = `${node.name.urlPrefix}/${node.name.text}`;
    this.#entries.set(typeUrl, {
      definition: typeUrl,
      node: node.name,
      pieces: [encodeScalarField(1, Type.STRING, url)],
      packed: [],
    });
    const pieces = encoded.bytes.length === 0 ? [] : [encodeScalarField(2, Type.BYTES, encoded.bytes)];
    this.#entries.set(value, { definition: value, node: node.name, pieces, packed: [] });
  }

  #checkOneof(definition: FieldDefinition, node: FieldValueNode): void {
    const index = oneofOf(definition);
    if (index === undefined) return;
    const other = this.#oneofs.get(index);
    if (other === undefined) this.#oneofs.set(index, definition);
    else
      this.#error(
        node.name,
        "option-oneof",
        `\`${definition.name}\` and \`${other.name}\` are of one oneof: only one of them can be set`,
      );
  }

  #checkRequired(): void {
    if (this.#context.isBeforeFeatures === true && this.#message.file === this.#context.file) return;
    const missing = this.#context.features.requiredFields(this.#message).filter((field) => !this.#entries.has(field));
    if (missing.length > 0) this.#error(this.#node, "option-required", describeMissing(this.#message, missing));
  }

  /** The entry of a map always has both of its fields. */
  #completeMapEntry(): void {
    for (const field of this.#message.fields) {
      const entry = this.#entries.get(field);
      if (entry !== undefined && entry.pieces.length > 0) continue;
      const { number, type } = field.proto;
      const pieces =
        field.message === undefined
          ? [encodeScalarField(number, type, zeroOf(field))]
          : [encodeMessageField(number, false, new Uint8Array(0))];
      this.#entries.set(field, { definition: field, node: this.#node, pieces, packed: [] });
    }
  }
}

/** What is said of required fields that are not set. */
export function describeMissing(message: MessageDefinition, missing: readonly FieldDefinition[]): string {
  const names = missing.slice(0, MAX_LISTED).map((field) => `\`${field.name}\``);
  if (missing.length > names.length) names.push(`${missing.length - names.length} more`);
  return `\`${message.fullName}\` needs ${names.join(", ")}`;
}

function finishEntry({ definition, pieces, packed }: FieldEntry): Uint8Array {
  const { number, type } = definition.proto;
  return packed.length > 0 ? encodePackedField(number, type, packed) : concatenate(pieces);
}

function oneofOf({ proto }: FieldDefinition): number | undefined {
  return Object.hasOwn(proto, "oneofIndex") && !proto.proto3Optional ? proto.oneofIndex : undefined;
}

function zeroOf(field: FieldDefinition): WireValue {
  switch (field.proto.type) {
    case Type.STRING:
    case Type.BYTES:
      return "";
    case Type.BOOL:
      return false;
    case Type.ENUM:
      return field.enum?.values[0]?.proto.number ?? 0;
    default:
      return 0n;
  }
}
