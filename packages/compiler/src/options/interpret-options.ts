import { fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import { Edition, FieldDescriptorProto_Label as Label } from "@bufbuild/protobuf/wkt";
import type { Node, OptionNode } from "../ast/index.ts";
import type { OptionsOwner } from "../descriptor/index.ts";
import type { DiagnosticNote } from "../diagnostics/index.ts";
import { editionOf } from "../features/index.ts";
import {
  type FieldDefinition,
  isExtension,
  isWellNumbered,
  type MessageDefinition,
  resolveName,
} from "../linker/index.ts";
import { arrangeExtensions } from "./arrange-extensions.ts";
import { checkLifetime } from "./check-lifetime.ts";
import { checkSetOptions } from "./check-set-options.ts";
import { describeMissing, encodeMessage } from "./encode-message.ts";
import { checkTarget, type OptionContext } from "./option-context.ts";
import { type OwnerWithOptions, ownersWithOptions } from "./option-owners.ts";
import { isMisfit, readOptionValue } from "./option-value.ts";
import { readOptions } from "./read-options.ts";
import { describeMisplaced, guessOption, placeOf, reportUnknownExtension } from "./report-option.ts";
import { concatenate, encodeMessageField, encodeScalarField } from "./wire-field.ts";

/** What goes through more messages, no reader of descriptors takes. */
const MAX_PARTS = 101;

/**
 * Where the value of each option went: the numbers of the fields that its name goes through, with an index behind the
 * last where that is repeated. An option that was not understood has none.
 */
export type OptionPaths = ReadonlyMap<OptionNode, readonly number[]>;

/**
 * Gives the options of a file their meaning: looks up their names among the fields and extensions of the options
 * messages, and puts their values into the descriptors. Options that are extensions become unknown fields, as in protoc.
 */
export function interpretOptions(context: OptionContext): OptionPaths {
  const interpreter = new OptionInterpreter(context);
  const owners = ownersWithOptions(context.file).map((owner) => new OwnerState(owner));
  if (context.file.lowered === undefined) for (const owner of owners) interpreter.takeSet(owner);
  // Built-in options first: features are among them, and decide how the others are written.
  for (const owner of owners) interpreter.interpret(owner, false);
  for (const owner of owners) interpreter.interpret(owner, true);
  for (const owner of owners) interpreter.checkRequired(owner);
  return interpreter.paths;
}

/** A name this short begins too many others. */
const MIN_PREFIX = 4;
/** What stands among the options of a field, and is none. */
const PSEUDO_OPTIONS: readonly string[] = ["default", "json_name"];

/** A message of which an option sets one field, as in `(a).b = 1`. */
interface EnteredMessage {
  readonly message: MessageDefinition;
  readonly name: OptionNode["name"];
}

/** What is known of one element's options so far. */
class OwnerState {
  readonly owner: OwnerWithOptions;
  readonly pieces: Uint8Array[] = [];
  /** The paths of fields that are set, each with the name that set it first. */
  readonly set = new Map<string, OptionNode["name"]>();
  readonly repeats = new Map<string, number>();
  /** The messages that names of options went through, by their paths, each with the first name that did. */
  readonly entered = new Map<string, EnteredMessage>();

  constructor(owner: OwnerWithOptions) {
    this.owner = owner;
  }
}

class OptionInterpreter {
  readonly paths = new Map<OptionNode, readonly number[]>();
  readonly #context: OptionContext;

  constructor(context: OptionContext) {
    this.#context = context;
  }

  /** Begins with the options that a descriptor has already. */
  takeSet({ owner, pieces }: OwnerState): void {
    const { proto, schema } = owner;
    const root = this.#findSchema(schema.typeName);
    if (root === undefined || proto.options === undefined) return;
    this.#lookAt(owner);
    checkSetOptions(this.#context, owner, root);
    pieces.push(toBinary(schema, proto.options));
  }

  #lookAt({ proto, scope }: OwnerWithOptions): void {
    const { file } = this.#context;
    file.subject = proto === file.proto ? "" : scope;
  }

  interpret(state: OwnerState, extensions: boolean): void {
    const { proto, schema } = state.owner;
    const root = this.#findSchema(schema.typeName);
    if (root === undefined) return;
    const options = this.#context.file
      .options(proto)
      .filter((option) => (option.name.parts[0]?.isExtension ?? false) === extensions);
    if (options.length === 0) return;
    this.#lookAt(state.owner);
    // What is set by one way of naming it may be set by the other once more.
    state.set.clear();
    state.entered.clear();
    for (const option of options) this.#interpretOne(state, root, option);
    const bytes = concatenate(state.pieces);
    const message = this.#read(state, root, bytes);
    if (message === undefined) return;
    arrangeExtensions(message);
    setOptions(proto, message);
  }

  /** As protoc does, which looks into what it was built with where the files have no such message. */
  #findSchema(typeName: string): MessageDefinition | undefined {
    const found = this.#context.pool.get(typeName);
    return found?.kind === "message" ? found : this.#context.findBundled(typeName);
  }

  /** Undefined where a descriptor.proto of the files' own has made what no other can read; that is reported. */
  #read({ owner }: OwnerState, root: MessageDefinition, bytes: Uint8Array): Message | undefined {
    if (root.file === this.#context.bundled) return fromBinary(owner.schema, bytes);
    try {
      return readOptions(owner.schema, bytes);
    } catch {
      const [first] = this.#context.file.options(owner.proto);
      const message = `\`${root.fullName}\` has other types in "${root.file.path}" than protobuf has, and these options do not fit those`;
      this.#error(first ?? { first: 0, last: 0 }, "option-value", message, {
        hint: "leave out that file: the compiler brings it",
      });
      return undefined;
    }
  }

  /** A message that was set field by field needs the same fields as one that was set at once. */
  checkRequired({ owner, entered, set }: OwnerState): void {
    if (entered.size === 0) return;
    this.#lookAt(owner);
    const options = this.#context.file.options(owner.proto);
    // Of a name that was not understood, nobody knows what it would have set.
    if (!options.every((option) => this.paths.has(option))) return;
    for (const [key, { message, name }] of entered) {
      const isMissing = ({ proto }: FieldDefinition): boolean => !set.has(`${key}.${proto.number}`);
      const missing = this.#context.features.requiredFields(message).filter(isMissing);
      if (missing.length > 0) this.#error(name, "option-required", describeMissing(message, missing));
    }
  }

  #error(
    node: Node,
    id: string,
    message: string,
    extras?: { hint?: string | undefined; notes?: readonly DiagnosticNote[] },
  ): void {
    this.#context.file.error(node, id, message, extras);
  }

  #interpretOne(state: OwnerState, root: MessageDefinition, option: OptionNode): void {
    if (option.name.parts.length > MAX_PARTS) {
      this.#error(option.name, "nesting-too-deep", `an option's name goes through at most ${MAX_PARTS - 1} messages`);
      return;
    }
    const fields = this.#resolvePath(state, root, option);
    const last = fields?.at(-1);
    if (fields === undefined || last === undefined) return;
    const isFeature = fields[0]?.name === "features" && !isExtension(fields[0]);
    if (isFeature && editionOf(this.#context.file) < Edition.EDITION_2023) {
      const hint = 'write `edition = "2023";` in place of `syntax`, or remove the feature';
      const message = "features need `edition` at the top of the file, not `syntax`";
      this.#error(option.name, "feature-syntax", message, { hint });
      return;
    }
    const own = isFeature ? fields.findIndex((field) => isExtension(field) && field.file === this.#context.file) : -1;
    if (own > 0) {
      const message = `\`${fields[own]?.name}\` cannot be set in the file that defines it`;
      this.#error(option.name.parts[own] ?? option.name, "feature-place", message, {
        hint: "define it in a file of its own, and import that",
      });
      return;
    }
    const numbers = fields.map((field) => field.proto.number);
    const key = numbers.join(".");
    if (last.proto.label !== Label.REPEATED && state.set.has(key)) {
      const notes = this.#context.file.noteAtNode(state.set.get(key), "first set here");
      this.#error(option.name, "option-duplicate", `option \`${nameOf(option)}\` is set twice`, { notes });
      return;
    }
    const { features } = this.#context;
    let context = this.#context;
    for (const [index, field] of fields.entries()) {
      const part = option.name.parts[index] ?? option.name;
      checkTarget(context, field, state.owner.target, part);
      checkLifetime(context, field, part);
      if (features.isDelimited(field)) context = { ...context, isInGroup: true };
    }
    let bytes = this.#encodeValue(context, state, last, option, key);
    if (bytes === undefined) return;
    for (const field of fields.slice(0, -1).reverse()) {
      bytes = encodeMessageField(field.proto.number, features.isDelimited(field), bytes);
    }
    for (let length = 1; length <= numbers.length; length++) {
      const path = numbers.slice(0, length).join(".");
      const message = fields[length - 1]?.message;
      if (length < numbers.length && message !== undefined && !state.set.has(path))
        state.entered.set(path, { message, name: option.name });
      if (!state.set.has(path)) state.set.set(path, option.name);
    }
    state.pieces.push(bytes);
    if (last.proto.label === Label.REPEATED) {
      const index = state.repeats.get(key) ?? 0;
      state.repeats.set(key, index + 1);
      this.paths.set(option, [...numbers, index]);
    } else {
      this.paths.set(option, numbers);
    }
  }

  #encodeValue(
    context: OptionContext,
    state: OwnerState,
    field: FieldDefinition,
    option: OptionNode,
    key: string,
  ): Uint8Array | undefined {
    const { value } = option;
    const { number, type } = field.proto;
    if (field.message !== undefined) {
      if (value.kind !== "message") {
        this.#error(value, "option-value", `option \`${nameOf(option)}\` is a message: its value stands in braces`, {
          hint: `write \`${nameOf(option)} = { ... }\`, or \`${nameOf(option)}.field = ...\` for one of its fields`,
        });
        return undefined;
      }
      const isBeforeFeatures = option.name.parts[0]?.isExtension !== true;
      const encoded = encodeMessage({ ...context, isBeforeFeatures }, state.owner.target, field.message, value);
      if (encoded === undefined) return undefined;
      for (const path of encoded.paths) state.set.set(`${key}.${path}`, option.name);
      return encodeMessageField(number, this.#context.features.isDelimited(field), encoded.bytes);
    }
    if (value.kind === "message") {
      this.#error(value, "option-value", `option \`${nameOf(option)}\` is no message: it takes a single value`);
      return undefined;
    }
    const wire = readOptionValue(this.#context, field, value, "option");
    if (!isMisfit(wire)) return encodeScalarField(number, type, wire);
    this.#error(value, wire.id, wire.message, { hint: wire.hint });
    return undefined;
  }

  /** The fields that the parts of an option's name stand for. Undefined where one stands for none; that is reported. */
  #resolvePath(state: OwnerState, root: MessageDefinition, option: OptionNode): FieldDefinition[] | undefined {
    const fields: FieldDefinition[] = [];
    let message = root;
    const { parts } = option.name;
    for (const [index, part] of parts.entries()) {
      const field = part.isExtension
        ? this.#findExtension(state.owner, message, part)
        : this.#findField(state.owner, message, option.name, index);
      // Under a number that is another field's, or none, its value would be read as something else. That was reported.
      if (field === undefined || !isWellNumbered(field)) return undefined;
      fields.push(field);
      if (index === parts.length - 1) return fields;
      if (field.message === undefined) {
        this.#error(part, "option-path", `\`${field.name}\` is no message, so it has no fields to set`);
        return undefined;
      }
      if (field.proto.label === Label.REPEATED) {
        this.#error(part, "option-path", `\`${field.name}\` is repeated: set a whole message of it at once`, {
          hint: `write \`${part.isExtension ? `(${part.text})` : part.text} = { ... }\``,
        });
        return undefined;
      }
      message = field.message;
    }
    return undefined;
  }

  #findField(
    owner: OwnerWithOptions,
    message: MessageDefinition,
    name: OptionNode["name"],
    index: number,
  ): FieldDefinition | undefined {
    const part = name.parts[index] ?? { ...name, text: "" };
    const isFirst = index === 0;
    const field = message.fieldsByName.get(part.text);
    if (field !== undefined && !(isFirst && part.text === "uninterpreted_option")) return field;
    const { file } = this.#context;
    if (field !== undefined) {
      file.error(
        part,
        "option-unknown",
        "`uninterpreted_option` cannot be set: it holds what has not been understood yet",
      );
      return undefined;
    }
    const what = isFirst
      ? `there is no option \`${part.text}\` ${placeOf(message)}`
      : `message \`${message.fullName}\` has no field \`${part.text}\``;
    const guess = isFirst ? guessOption(this.#context, owner, message, name) : undefined;
    const near = guess === undefined ? this.#nearestField(message, part.text, isFirst) : undefined;
    const hint = guess?.hint ?? (near === undefined ? undefined : `did you mean \`${near}\`?`);
    file.error(guess?.node ?? part, "option-unknown", guess?.message ?? what, { hint });
    return undefined;
  }

  /** The field that is nearest by its letters, or the only one that begins with the name. */
  #nearestField(message: MessageDefinition, name: string, isFirst: boolean): string | undefined {
    const hasMore = isFirst && message.fullName === "google.protobuf.FieldOptions";
    const names = [...message.fieldsByName.keys(), ...(hasMore ? PSEUDO_OPTIONS : [])];
    const near = this.#context.pool.speller.nearest(name, names);
    if (near !== undefined || name.length < MIN_PREFIX) return near;
    const longer = [...message.fieldsByName.keys()].filter((candidate) => candidate.startsWith(`${name}_`));
    return longer.length === 1 ? longer[0] : undefined;
  }

  #findExtension(
    owner: OwnerWithOptions,
    message: MessageDefinition,
    part: Node & { readonly text: string },
  ): FieldDefinition | undefined {
    const { pool, file } = this.#context;
    const resolution = resolveName(pool, file, part.text, owner.scope, "any");
    const { target } = resolution;
    // The full name of a field of its own is a name as well, although nobody needs it.
    if (target?.kind === "field" && target.parent === message) return target;
    if (target === undefined) reportUnknownExtension(this.#context, message, part, resolution);
    else file.error(part, "option-extendee", describeMisplaced(target, message, part.text));
    return undefined;
  }
}

function nameOf(option: OptionNode): string {
  return option.name.parts.map((part) => (part.isExtension ? `(${part.text})` : part.text)).join(".");
}

/** The schema that an owner's options were read with is that of its options field. */
function setOptions(proto: OptionsOwner, options: unknown): void {
  (proto as { options?: unknown }).options = options;
}
