import type { DescField, DescMessage } from "@bufbuild/protobuf";
import type { TypeCode, TypeRuntime } from "../compiled/index.ts";
import { isDelimited, messageFormOf, readOptionsOf } from "../emit/index.ts";
import { tagOf, type WireReader, WireType } from "../wire/index.ts";
import { propertyReader } from "./property-reader.ts";
import { scalarOf } from "./scalar.ts";

type Properties = Record<string, unknown>;
type MessageField = DescField & { readonly message: DescMessage };

/** Reads a field at the reader's position, which stands behind the tag and moves behind the field. */
export type ReadField = (message: Properties, reader: WireReader, end: number) => void;

/** What reads a field: a function for each tag that it may have. `emit-decoder.ts` emits code for the same. */
export function createReaders(field: DescField, index: number, runtime: TypeRuntime): [tag: number, read: ReadField][] {
  const tag = (wireType: number): number => tagOf(field.number, wireType);
  if (field.fieldKind === "map") return [[tag(WireType.LengthDelimited), mapReader(field, index, runtime)]];
  if (field.message !== undefined) {
    const isGroup = isDelimited(field);
    const wireType = isGroup ? WireType.StartGroup : WireType.LengthDelimited;
    return [[tag(wireType), messageReader(field as MessageField, index, runtime)]];
  }
  const { wireType } = scalarOf(field.scalar);
  const readOne = scalarReader(field);
  const readers: [number, ReadField][] = [[tag(wireType), readOne]];
  if (field.fieldKind === "list" && wireType !== WireType.LengthDelimited) {
    readers.push([tag(WireType.LengthDelimited), packedReader(readOne)]);
  }
  return readers;
}

/** The value of a scalar field, in the form in which messages have it. */
function valueReader(field: DescField): (reader: WireReader, end: number) => unknown {
  const scalar = scalarOf(field.scalar);
  const { isStrictUtf8, isLongAsString } = readOptionsOf(field);
  if (isLongAsString) return (reader, end) => String(scalar.read(reader, end, isStrictUtf8));
  return (reader, end) => scalar.read(reader, end, isStrictUtf8);
}

/** The values of a closed enum; undefined for whatever else, which takes all values. */
function closedValues(field: DescField): ReadonlySet<unknown> | undefined {
  return field.enum === undefined || field.enum.open
    ? undefined
    : new Set(field.enum.values.map(({ number }) => number));
}

function scalarReader(field: DescField): ReadField {
  const read = valueReader(field);
  const values = closedValues(field);
  const tag = tagOf(field.number, WireType.Varint);
  return (message, reader, end) => {
    const start = reader.position;
    const value = read(reader, end);
    if (values === undefined || values.has(value)) store(field, message, value);
    else reader.position = reader.keepUnknown(message, tag, start, end, true);
  };
}

function packedReader(readOne: ReadField): ReadField {
  return (message, reader, end) => {
    const length = reader.length(end);
    const behind = reader.position + length;
    while (reader.position < behind) readOne(message, reader, end);
    if (reader.position !== behind) reader.fail("the packed values end inside one", reader.position);
  };
}

function store(field: DescField, message: Properties, value: unknown): void {
  if (field.fieldKind === "list") (message[field.localName] as unknown[]).push(value);
  else if (field.oneof === undefined) setProperty(message, field.localName, value);
  else setProperty(message, field.oneof.localName, { case: field.localName, value });
}

/**
 * Sets a property of a message. V8 makes a dictionary of what gets many properties by assignment to a key, and emitted code,
 * which has their names, would make messages of another shape.
 */
function setProperty(message: Properties, name: string, value: unknown): void {
  if (Object.hasOwn(message, name)) message[name] = value;
  else Object.defineProperty(message, name, { value, writable: true, enumerable: true, configurable: true });
}

/** Reads what has a length before it, or is a group, into a message of the type. */
function readInto(type: TypeCode, into: object, field: DescField, reader: WireReader, end: number): void {
  if (isDelimited(field)) type.read(into, reader, end, tagOf(field.number, WireType.EndGroup));
  else {
    const length = reader.length(end);
    type.read(into, reader, reader.position + length, -1);
  }
}

function messageReader(field: MessageField, index: number, runtime: TypeRuntime): ReadField {
  const { toLocal, toMessage } = formOf(field, runtime);
  const currentValue = createCurrentValue(field);
  let linked: TypeCode | undefined;
  return (message, reader, end) => {
    linked ??= runtime.type(index);
    const earlier = field.fieldKind === "list" ? undefined : currentValue(message);
    const into = earlier === undefined ? linked.make() : toMessage(earlier, linked);
    readInto(linked, into, field, reader, end);
    store(field, message, toLocal(into));
  };
}

/** Makes what gives the value that a field has already. */
function createCurrentValue({ localName, oneof }: DescField): (message: Properties) => unknown {
  if (oneof === undefined) return propertyReader(localName);
  const chosenIn = propertyReader(oneof.localName);
  return (message) => {
    const chosen = chosenIn(message) as { readonly case: unknown; readonly value: unknown } | undefined;
    return chosen?.case === localName ? chosen.value : undefined;
  };
}

interface Form {
  /** What a field holds of a message. */
  toLocal(message: object): unknown;
  /** The message for what a field holds. */
  toMessage(local: unknown, type: TypeCode): object;
}

function formOf(field: MessageField, runtime: TypeRuntime): Form {
  switch (messageFormOf(field)) {
    case "message":
      return { toLocal: (message) => message, toMessage: (local) => local as object };
    case "wrapper":
      return {
        toLocal: (message) => (message as { readonly value: unknown }).value,
        toMessage: (local, type) => runtime.wrap(type, local),
      };
    case "json":
      return { toLocal: runtime.jsonOf, toMessage: (local) => runtime.structOf(0, local) };
  }
}

/**
 * An entry is a message with a key and a value, each of which may be missing, come twice, or stand among unknown fields; an
 * entry whose value a closed enum does not have is unknown itself.
 */
function mapReader(field: DescField & { readonly fieldKind: "map" }, index: number, runtime: TypeRuntime): ReadField {
  const key = scalarOf(field.mapKey);
  const value = scalarOf(field.scalar);
  const { isStrictUtf8 } = readOptionsOf(field);
  const values = closedValues(field);
  const form = field.message === undefined ? undefined : formOf(field as MessageField, runtime);
  const keyTag = tagOf(1, key.wireType);
  const valueTag = tagOf(2, form === undefined ? value.wireType : WireType.LengthDelimited);
  const zero = (): unknown => (field.enum === undefined ? value.zero() : (field.enum.values[0]?.number ?? 0));
  let linked: TypeCode | undefined;
  return (message, reader, end) => {
    const start = reader.position;
    const behind = reader.length(end) + reader.position;
    if (form !== undefined) linked ??= runtime.type(index);
    let name = key.zero();
    let local: unknown;
    while (reader.position < behind) {
      const tag = reader.tag();
      if (tag === keyTag) name = key.read(reader, behind, isStrictUtf8);
      else if (tag !== valueTag) reader.position = reader.skip(tag, reader.position, behind);
      else if (linked === undefined) local = value.read(reader, behind, isStrictUtf8);
      else {
        local ??= linked.make();
        const length = reader.length(behind);
        linked.read(local as object, reader, reader.position + length, -1);
      }
    }
    if (reader.position !== behind) reader.fail("an entry of a map ends inside a field", reader.position);
    local ??= linked === undefined ? zero() : linked.make();
    if (values !== undefined && !values.has(local)) {
      reader.position = reader.keepUnknown(message, tagOf(field.number, WireType.LengthDelimited), start, end, true);
      return;
    }
    const record = message[field.localName] as object;
    runtime.setOwn(record, String(name), form === undefined ? local : form.toLocal(local as object));
  };
}
