import {
  type DescExtension,
  type DescField,
  type DescMessage,
  getExtension,
  isMessage,
  type Message,
  type Registry,
  setExtension,
  toBinary,
  type UnknownField,
} from "@bufbuild/protobuf";
import { isReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { FieldOptions_OptionRetention as Retention } from "@bufbuild/protobuf/wkt";
import { isPackedExtension, packPieces } from "./pack-pieces.ts";

/** What a walk through a descriptor needs and finds. */
export interface Stripping {
  /** Knows the custom options. */
  readonly registry: Registry;
  /** Whether there may be something to take away. */
  readonly hasSourceOnly: boolean;
  /** The paths of what has been taken away, as in source info, joined by dots. */
  readonly removed: Set<string>;
}

type Path = readonly number[];

/**
 * Takes out of a message, and all that it holds, what is for the compiler only, and orders custom options by number.
 * True where something was taken out. What stays of an option is as in protoc: an options message that gets empty goes,
 * an empty message within one stays.
 */
export function stripMessage(message: Message, schema: DescMessage, path: Path, stripping: Stripping): boolean {
  const reflected = reflect(schema, message);
  let changed = false;
  for (const field of schema.fields) {
    if (!reflected.isSet(field)) continue;
    const fieldPath = [...path, field.number];
    const stripped = !isSourceOnly(field) && stripValue(reflected.get(field), fieldPath, stripping);
    if (isSourceOnly(field) || (stripped && isEmptyOptions(field, reflected.get(field)))) {
      reflected.clear(field);
      stripping.removed.add(fieldPath.join("."));
      changed = true;
    }
    changed ||= stripped;
  }
  return stripExtensions(message, schema, path, stripping) || changed;
}

/** A field's value: one message, or a list with some, or nothing of interest. */
function stripValue(value: unknown, path: Path, stripping: Stripping): boolean {
  if (isReflectMessage(value)) return stripMessage(value.message, value.desc, path, stripping);
  if (!isList(value)) return false;
  let changed = false;
  for (const [index, item] of [...value].entries()) {
    if (isReflectMessage(item)) changed = stripMessage(item.message, item.desc, [...path, index], stripping) || changed;
  }
  return changed;
}

function isList(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value && !(value instanceof Uint8Array);
}

/**
 * The same for the custom options of a message alone: fields that its type does not know, and the registry does. Where it
 * takes out nothing, the path may be anything.
 */
export function stripExtensions(message: Message, schema: DescMessage, path: Path, stripping: Stripping): boolean {
  if (message.$unknown === undefined) return false;
  let changed = false;
  for (const number of new Set(message.$unknown.map((field) => field.no))) {
    const extension = stripping.registry.getExtensionFor(schema, number);
    if (extension === undefined) continue;
    const extensionPath = [...path, number];
    if (isSourceOnly(extension)) {
      message.$unknown = message.$unknown.filter((field) => field.no !== number);
      stripping.removed.add(extensionPath.join("."));
      changed = true;
    } else {
      changed = stripExtension(message, extension, extensionPath, stripping) || changed;
    }
  }
  message.$unknown.sort((a, b) => a.no - b.no);
  return changed;
}

function stripExtension(message: Message, extension: DescExtension, path: Path, stripping: Stripping): boolean {
  const [pieces, others] = [[] as UnknownField[], [] as UnknownField[]];
  for (const field of message.$unknown ?? []) (field.no === extension.number ? pieces : others).push(field);
  if (isPackedExtension(extension)) {
    const packed = packPieces(extension, pieces);
    if (packed !== undefined) message.$unknown = [...others, packed];
    return false;
  }
  if (pieces.length === 1 && (extension.message === undefined || !stripping.hasSourceOnly)) return false;
  const value = readExtension(message, extension);
  if (value === undefined) return false;
  const changed = extension.message !== undefined && stripItems(value, extension.message, path, stripping);
  // An option that was set part by part is in several pieces, which become one where the type allows.
  if (changed || pieces.length > 1) setExtension(message, extension, value as never);
  return changed;
}

function stripItems(value: unknown, schema: DescMessage, path: Path, stripping: Stripping): boolean {
  const isRepeated = Array.isArray(value);
  let changed = false;
  for (const [index, item] of (isRepeated ? value : [value]).entries()) {
    // Some well-known types have no message of their own in JavaScript; none of their fields is for the compiler only.
    if (!isMessage(item, schema)) continue;
    changed = stripMessage(item, schema, isRepeated ? [...path, index] : path, stripping) || changed;
  }
  return changed;
}

/**
 * Undefined for bytes that are no value of that extension: two files may give one number to different extensions,
 * which protoc and we only warn of. Such an option stays as it is.
 */
function readExtension(message: Message, extension: DescExtension): unknown {
  try {
    return getExtension(message, extension);
  } catch {
    return undefined;
  }
}

function isSourceOnly(field: DescField | DescExtension): boolean {
  return field.proto.options?.retention === Retention.RETENTION_SOURCE;
}

/** The `options` of a descriptor, with nothing in them. */
function isEmptyOptions(field: DescField, value: unknown): boolean {
  return field.name === "options" && isReflectMessage(value) && toBinary(value.desc, value.message).length === 0;
}
