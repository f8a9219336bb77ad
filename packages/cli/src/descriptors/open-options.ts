import type { DescMessage, Message, Registry } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  EnumOptionsSchema,
  EnumValueOptionsSchema,
  type FieldDescriptorProto,
  FieldOptionsSchema,
  type FileDescriptorProto,
  FileOptionsSchema,
  FieldDescriptorProto_Label as Label,
  MessageOptionsSchema,
  MethodOptionsSchema,
  OneofOptionsSchema,
  FieldOptions_OptionRetention as Retention,
  type ServiceDescriptorProto,
  ServiceOptionsSchema,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import { stripExtensions } from "./strip-message.ts";

/** Which custom options make a difference to what plugins are given. */
export interface OpenExtensions {
  /** The numbers, whatever they extend, of extensions that are for the compiler only, or have a field that is, or are packed. */
  readonly open: ReadonlySet<number>;
  /** Whether some are for the compiler only, or have a field that is. */
  readonly hasSourceOnly: boolean;
}

/**
 * Finds the custom options that make a difference. To look at all options of a file by reflection takes longer than to compile
 * it, which is why that is done only where something may come of it.
 */
export function findOpenExtensions(files: readonly FileDescriptorProto[]): OpenExtensions {
  const extensions: FieldDescriptorProto[] = [];
  /** The messages that have a field for the compiler only. */
  const open = new Set<string>();
  for (const file of files) extensions.push(...file.extension);
  forEachMessage(files, (message, name) => {
    for (const extension of message.extension) extensions.push(extension);
    if (message.field.some(isSourceOnly)) open.add(name);
  });
  if (open.size > 0) spread(open, files);
  const holdsSourceOnly = (extension: FieldDescriptorProto): boolean =>
    isSourceOnly(extension) || open.has(extension.typeName);
  const isPackable = (extension: FieldDescriptorProto): boolean =>
    extension.label === Label.REPEATED && !UNPACKED.has(extension.type);
  const special = extensions.filter((extension) => holdsSourceOnly(extension) || isPackable(extension));
  return { open: new Set(special.map(({ number }) => number)), hasSourceOnly: special.some(holdsSourceOnly) };
}

/** Adds the messages that have fields of types in `open`. */
function spread(open: Set<string>, files: readonly FileDescriptorProto[]): void {
  const users = new Map<string, string[]>();
  forEachMessage(files, (message, name) => {
    for (const { typeName } of message.field) {
      const list = users.get(typeName);
      if (list === undefined) users.set(typeName, [name]);
      else list.push(name);
    }
  });
  // The set grows while it is walked.
  for (const name of open) for (const user of users.get(name) ?? []) open.add(user);
}

/** Visits all messages, with their full names behind a dot. */
function forEachMessage(
  files: readonly FileDescriptorProto[],
  visit: (message: DescriptorProto, name: string) => void,
): void {
  const visitAll = (messages: readonly DescriptorProto[], scope: string): void => {
    for (const message of messages) {
      const name = `${scope}.${message.name}`;
      visit(message, name);
      visitAll(message.nestedType, name);
    }
  };
  for (const file of files) visitAll(file.messageType, file.package === "" ? "" : `.${file.package}`);
}

const UNPACKED: ReadonlySet<Type> = new Set([Type.STRING, Type.BYTES, Type.MESSAGE, Type.GROUP]);

function isSourceOnly(field: FieldDescriptorProto): boolean {
  return field.options?.retention === Retention.RETENTION_SOURCE;
}

/** Whether a file has custom options that are not as they are to be: to take out, to sort by number or to join. */
export function hasOpenOptions(file: FileDescriptorProto, open: ReadonlySet<number>): boolean {
  let found = false;
  mapOptions(file, (owner) => {
    found ||= isOpen(owner.options, open);
    return owner;
  });
  return found;
}

/** Makes what sorts and joins the custom options of a file: copies share all but those, and what they stand in. */
export function createReordering(
  open: ReadonlySet<number>,
  registry: Registry,
): (file: FileDescriptorProto) => FileDescriptorProto {
  const stripping = { registry, hasSourceOnly: false, removed: new Set<string>() };
  return (file) =>
    mapOptions(file, (owner, schema) => {
      const { options } = owner;
      if (options === undefined || !isOpen(options, open)) return owner;
      const copy = shallowCopy(options);
      copy.$unknown = [...(options.$unknown ?? [])];
      stripExtensions(copy, schema, [], stripping);
      return replace(owner, "options", copy);
    });
}

function isOpen(options: Message | undefined, open: ReadonlySet<number>): boolean {
  if (options?.$unknown === undefined) return false;
  let last = 0;
  for (const { no } of options.$unknown) {
    if (no <= last || open.has(no)) return true;
    last = no;
  }
  return false;
}

/** What has options. */
type Owner = Message & { options?: Message | undefined };
type MapOwner = <T extends Owner>(owner: T, schema: DescMessage) => T;

/** Maps all that has options in a file. What has not changed, nor anything in it, stays the same object. */
function mapOptions(file: FileDescriptorProto, map: MapOwner): FileDescriptorProto {
  const field = (one: FieldDescriptorProto) => map(one, FieldOptionsSchema);
  const enumeration = (one: EnumDescriptorProto) =>
    map(
      mapList(one, "value", (value) => map(value, EnumValueOptionsSchema)),
      EnumOptionsSchema,
    );
  const message = (one: DescriptorProto): DescriptorProto => {
    let mapped = mapList(one, "field", field);
    mapped = mapList(mapped, "extension", field);
    mapped = mapList(mapped, "oneofDecl", (oneof) => map(oneof, OneofOptionsSchema));
    mapped = mapList(mapped, "enumType", enumeration);
    mapped = mapList(mapped, "nestedType", message);
    return map(mapped, MessageOptionsSchema);
  };
  const service = (one: ServiceDescriptorProto) =>
    map(
      mapList(one, "method", (method) => map(method, MethodOptionsSchema)),
      ServiceOptionsSchema,
    );
  let mapped = mapList(file, "messageType", message);
  mapped = mapList(mapped, "enumType", enumeration);
  mapped = mapList(mapped, "extension", field);
  mapped = mapList(mapped, "service", service);
  return map(mapped, FileOptionsSchema);
}

type ItemOf<L> = L extends readonly (infer I)[] ? I : never;

function mapList<T extends Message, K extends keyof T>(owner: T, key: K, map: (item: ItemOf<T[K]>) => ItemOf<T[K]>): T {
  const items = owner[key] as readonly ItemOf<T[K]>[];
  // Most lists of a descriptor are empty.
  if (items.length === 0) return owner;
  const mapped = items.map(map);
  return mapped.every((item, index) => item === items[index]) ? owner : replace(owner, key, mapped as T[K]);
}

function replace<T extends Message, K extends keyof T>(owner: T, key: K, value: T[K]): T {
  const copy = shallowCopy(owner);
  copy[key] = value;
  return copy;
}

function shallowCopy<T extends Message>(message: T): T {
  return Object.assign(Object.create(Object.getPrototypeOf(message)), message);
}
