import type { DescriptorProto, FieldDescriptorProto } from "@bufbuild/protobuf/wkt";
import type { ExtensionsNode, FieldNode, Node, RangeNode } from "../ast/index.ts";
import { type FieldDefinition, isExtension, type MessageDefinition } from "./definition.ts";
import type { LinkedFile } from "./linked-file.ts";
import type { Pool } from "./pool.ts";

const MAX_FIELD_NUMBER = 0x1fffffff;
const MAX_INT32 = 0x7fffffff;
/** Numbers that protobuf keeps for itself. */
const RESERVED_FIRST = 19000;
const RESERVED_LAST = 19999;
/** More is refused by protoc too. */
const MAX_FIELDS = 65535;

interface NumberRange {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** Checks the numbers, ranges and oneofs of a message and of those in it. */
export function checkMessage(pool: Pool, file: LinkedFile, message: MessageDefinition): void {
  for (const nested of message.messages) checkMessage(pool, file, nested);
  const { proto } = message;
  for (const field of message.fields) checkNumber(file, message, field);
  checkDuplicates(file, message);
  checkRanges(file, proto);
  checkReservedNames(file, proto);
  for (const extension of message.extensions) checkExtension(pool, file, extension);
  checkOneofs(file, message);
  if (proto.field.length > MAX_FIELDS) {
    file.error(file.nameNode(proto), "fields-too-many", `a message has at most ${MAX_FIELDS} fields, \`${proto.name}\` has ${proto.field.length}`);
  }
}

/** The part of a field that holds its number. */
function numberNode(file: LinkedFile, proto: FieldDescriptorProto): Node | undefined {
  const node = file.node(proto) as FieldNode | undefined;
  return node?.number ?? node;
}

function checkNumber(file: LinkedFile, message: MessageDefinition | undefined, field: FieldDefinition): void {
  const { number } = field.proto;
  const node = file.node(field.proto) as FieldNode | undefined;
  // Where the number itself could not be read, that was reported.
  if (node?.number !== undefined && node.number.value !== BigInt(number)) return;
  if (node?.number !== undefined && node.number.first === node.name.first) return;
  const hint = message === undefined ? undefined : `the next free number is ${nextFree(message)}`;
  if (number <= 0) {
    file.error(numberNode(file, field.proto), "field-number", `field numbers start at 1, not ${number}`, { hint });
  } else if (number > MAX_FIELD_NUMBER && !isExtension(field)) {
    file.error(numberNode(file, field.proto), "field-number", `field numbers end at ${MAX_FIELD_NUMBER}; ${number} is beyond that`, { hint });
  } else if (number >= RESERVED_FIRST && number <= RESERVED_LAST) {
    file.error(numberNode(file, field.proto), "field-number", `field numbers ${RESERVED_FIRST} to ${RESERVED_LAST} are reserved for protobuf itself`, { hint });
  }
}

function nextFree(message: MessageDefinition): number {
  const { field, extensionRange, reservedRange } = message.proto;
  const ranges: NumberRange[] = [
    ...field.map(({ number }) => ({ start: number, end: number + 1 })),
    ...extensionRange,
    ...reservedRange,
    { start: RESERVED_FIRST, end: RESERVED_LAST + 1 },
  ];
  let free = 1;
  for (const range of ranges.sort((a, b) => a.start - b.start)) if (range.start <= free && free < range.end) free = range.end;
  return free;
}

function checkDuplicates(file: LinkedFile, message: MessageDefinition): void {
  const seen = new Map<number, FieldDefinition>();
  for (const field of message.fields) {
    const { number } = field.proto;
    const first = seen.get(number);
    if (first === undefined) {
      seen.set(number, field);
      continue;
    }
    if (number <= 0) continue;
    file.error(numberNode(file, field.proto), "field-number-duplicate", `field \`${field.name}\` has number ${number}, which is taken by \`${first.name}\``, {
      notes: file.noteAt(first.proto, `\`${first.name}\` is here`),
      hint: `the next free number is ${nextFree(message)}`,
    });
  }
}

function checkRanges(file: LinkedFile, proto: DescriptorProto): void {
  const reserved = proto.reservedRange;
  const extensions = proto.extensionRange;
  for (const range of [...reserved, ...extensions]) checkRange(file, range);
  checkOverlaps(file, reserved, reserved, "is reserved twice");
  checkOverlaps(file, extensions, extensions, "is set aside for extensions twice");
  checkOverlaps(file, extensions, reserved, "is reserved and set aside for extensions");
  const ranges = [...reserved, ...extensions];
  if (ranges.length === 0) return;
  for (const field of proto.field) {
    const range = ranges.find(({ start, end }) => start <= field.number && field.number < end);
    if (range === undefined) continue;
    const what = range.$typeName === "google.protobuf.DescriptorProto.ReservedRange" ? "reserved" : "set aside for extensions";
    file.error(numberNode(file, field), "field-number-reserved", `field \`${field.name}\` has number ${field.number}, which is ${what}`, {
      notes: file.noteAt(range, `${what} here`),
    });
  }
}

function checkRange(file: LinkedFile, range: DescriptorProto["reservedRange"][number] | DescriptorProto["extensionRange"][number]): void {
  const node = file.node(range) as RangeNode | ExtensionsNode | undefined;
  if (range.start <= 0) file.error(node, "range", `numbers start at 1, not ${range.start}`);
  else if (range.end <= range.start) file.error(node, "range", `a range ends at ${range.end - 1}, before it starts at ${range.start}`);
  else if (range.end - 1 > MAX_FIELD_NUMBER && range.end !== MAX_INT32 && range.$typeName === "google.protobuf.DescriptorProto.ExtensionRange") {
    file.error(node, "range", `field numbers end at ${MAX_FIELD_NUMBER}; write \`max\` for that`);
  }
}

type Range = DescriptorProto["reservedRange"][number] | DescriptorProto["extensionRange"][number];

/** Reports each range of `later` that shares a number with one of `earlier`, or with one before it in the same list. */
function checkOverlaps(file: LinkedFile, later: readonly Range[], earlier: readonly Range[], problem: string): void {
  for (const [index, range] of later.entries()) {
    const others = later === earlier ? earlier.slice(0, index) : earlier;
    const other = others.find(({ start, end }) => start < range.end && range.start < end);
    if (other === undefined) continue;
    const number = Math.max(range.start, other.start);
    file.error(file.node(range), "range-overlap", `number ${number} ${problem}`, { notes: file.noteAt(other, "the other range is here") });
  }
}

function checkReservedNames(file: LinkedFile, proto: DescriptorProto): void {
  const reserved = new Set<string>();
  for (const name of proto.reservedName) {
    if (reserved.has(name)) file.error(file.nameNode(proto), "reserved-duplicate", `name \`${name}\` is reserved twice in \`${proto.name}\``);
    reserved.add(name);
  }
  if (reserved.size === 0) return;
  for (const field of proto.field) {
    if (reserved.has(field.name)) file.error(file.nameNode(field), "field-name-reserved", `the name \`${field.name}\` is reserved`);
  }
}

function checkOneofs(file: LinkedFile, message: MessageDefinition): void {
  const { proto } = message;
  for (const [index, oneof] of proto.oneofDecl.entries()) {
    if (proto.field.some((field) => field.oneofIndex === index)) continue;
    file.error(file.nameNode(oneof), "oneof-empty", `oneof \`${oneof.name}\` has no field`, { hint: "a oneof needs at least one" });
  }
}

/** Checks that an extension's number is one its extendee sets aside, and not taken. */
export function checkExtension(pool: Pool, file: LinkedFile, extension: FieldDefinition): void {
  checkNumber(file, undefined, extension);
  const { proto, parent } = extension;
  const node = file.node(proto) as FieldNode | undefined;
  if (node?.label?.text === "required") {
    file.error(node.label, "extension-required", `extension \`${extension.name}\` cannot be \`required\``, { hint: "use `optional`" });
  }
  if (parent === undefined || proto.number <= 0) return;
  const isDeclared = parent.proto.extensionRange.some(({ start, end }) => start <= proto.number && proto.number < end);
  if (!isDeclared) {
    const ranges = parent.proto.extensionRange.map(({ start, end }) => `${start} to ${end - 1}`).join(", ");
    file.error(node?.number, "extension-number", `\`${parent.fullName}\` does not set ${proto.number} aside for extensions`, {
      hint: ranges === "" ? "it has no `extensions` statement, so it cannot be extended" : `it has ${ranges}`,
      notes: parent.file.noteAt(parent.proto, "it is defined here"),
    });
  }
  const taken = pool.defineExtension(parent, extension);
  if (taken === undefined) return;
  const message = `number ${proto.number} of \`${parent.fullName}\` is taken by extension \`${taken.fullName}\``;
  if (taken.file === file) {
    file.error(node?.number, "extension-number-duplicate", message, { notes: file.noteAt(taken.proto, "it is defined here") });
  } else {
    file.warning(node?.number, "extension-number-duplicate", `${message}, in "${taken.file.path}"`);
  }
}
