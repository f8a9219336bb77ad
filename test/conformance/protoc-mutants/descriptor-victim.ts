import { clone, type DescField, type DescMessage, isFieldSet, type Message } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence, type FileDescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";

/** A message whose fields are read and written by their local names. */
export type Fields = Message & Record<string, unknown>;

/** A field of a message within a descriptor. */
export interface Place {
  readonly message: Fields;
  readonly field: DescField;
}

/** A descriptor that is being broken, and what its set has that can be put into it. */
export interface DescriptorVictim {
  /** The fields of the descriptor, and of all messages within it, whether they are set or not. */
  readonly places: readonly Place[];
  /** Values that fields have anywhere in the set, by the full name of the field. Those of lists are their elements. */
  readonly values: ReadonlyMap<string, readonly unknown[]>;
  /** The texts among the values, each once. */
  readonly strings: readonly string[];
}

export function createDescriptorVictim(
  file: FileDescriptorProto,
  files: readonly FileDescriptorProto[],
): DescriptorVictim {
  const values = new Map<string, unknown[]>();
  for (const place of files.flatMap((one) => [...listPlaces(one)])) {
    const known = values.get(keyOf(place.field)) ?? [];
    values.set(keyOf(place.field), known);
    known.push(...valuesOf(place));
  }
  const strings = new Set([...values.values()].flat().filter((value) => typeof value === "string"));
  return { places: [...listPlaces(file)], values, strings: [...strings] };
}

export function keyOf({ parent, name }: DescField): string {
  return `${parent.typeName}.${name}`;
}

export function isSet({ message, field }: Place): boolean {
  return isFieldSet(message, field);
}

/** Whether a message without that field has no encoding. */
export function isRequired({ presence }: DescField): boolean {
  return presence === FeatureSet_FieldPresence.LEGACY_REQUIRED;
}

/** The list that a field is. */
export function listAt({ message, field }: Place): unknown[] {
  return message[field.localName] as unknown[];
}

/** A value of a field, or an element of it, that can be put elsewhere. */
export function copyValue({ message }: DescField, value: unknown): unknown {
  return message === undefined ? value : clone(message, value as Message);
}

/** The fields of a descriptor and of the messages in it. Both compilers leave source info as it is, so it is left out. */
export function* listPlaces(file: FileDescriptorProto): Iterable<Place> {
  yield* placesOf(FileDescriptorProtoSchema, file as unknown as Fields);
}

function* placesOf(schema: DescMessage, message: Fields): Iterable<Place> {
  for (const field of schema.fields) {
    if (field.name === "source_code_info") continue;
    yield { message, field };
    if (field.message === undefined) continue;
    for (const value of valuesOf({ message, field })) yield* placesOf(field.message, value as Fields);
  }
}

function valuesOf(place: Place): readonly unknown[] {
  if (!isSet(place)) return [];
  return place.field.fieldKind === "list" ? listAt(place) : [place.message[place.field.localName]];
}
