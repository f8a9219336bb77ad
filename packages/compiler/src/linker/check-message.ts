import {
  type DescriptorProto,
  type EnumDescriptorProto,
  FieldDescriptorProto_Label as Label,
} from "@bufbuild/protobuf/wkt";
import type { FieldNode, Node, OneofNode } from "../ast/index.ts";
import { checkNameLength } from "./check-name-length.ts";
import { checkMessageRanges } from "./check-ranges.ts";
import { type FieldDefinition, isExtension, type MessageDefinition } from "./definition.ts";
import { FreeNumbers, MAX_FIELD_NUMBER, RESERVED_FIRST, RESERVED_LAST } from "./free-numbers.ts";
import type { LinkedFile } from "./linked-file.ts";
import type { Pool } from "./pool.ts";

/** More is refused by protoc too. */
const MAX_FIELDS = 65535;
const MAX_RESERVED_NAME = 65535;
const MAX_SHOWN_RANGES = 8;

/** Checks the numbers, ranges and oneofs of a message and of those in it. */
export function checkMessage(pool: Pool, file: LinkedFile, message: MessageDefinition): void {
  for (const nested of message.messages) checkMessage(pool, file, nested);
  const { proto } = message;
  file.subject = message.fullName;
  const free = new FreeNumbers(message);
  for (const field of message.fields) checkNumber(file, free, field);
  checkDuplicates(file, free, message);
  file.subject = message.fullName;
  checkMessageRanges(file, proto, free);
  checkReservedNames(file, proto);
  for (const extension of message.extensions) checkExtension(pool, file, extension);
  file.subject = message.fullName;
  checkOneofs(file, message);
  if (proto.field.length > MAX_FIELDS) {
    file.error(
      file.nameNode(proto),
      "fields-too-many",
      `a message has at most ${MAX_FIELDS} fields, \`${proto.name}\` has ${proto.field.length}`,
    );
  }
}

function checkNumber(file: LinkedFile, free: FreeNumbers | undefined, field: FieldDefinition): void {
  const node = file.node(field.proto) as FieldNode | undefined;
  if (node?.kind === "field" && node.number.problem === "missing") {
    const number = free?.take() ?? field.parent?.proto.extensionRange[0]?.start ?? 1;
    file.error(node.number, "field-number-missing", `field \`${field.name}\` has no number`, {
      hint: `every field needs one, as in \`${field.name} = ${number}\``,
    });
    return;
  }
  const problem = numberProblem(file, field);
  file.subject = field.fullName;
  checkNameLength(file, field);
  if (problem !== undefined)
    file.error(file.numberNode(field.proto), "field-number", problem, { hint: free?.takeHint() });
}

function numberProblem(file: LinkedFile, field: FieldDefinition): string | undefined {
  const { number } = field.proto;
  // Where the number itself could not be read, that was reported.
  if (!file.isNumberKnown(field.proto)) return undefined;
  if (number <= 0) return `field numbers start at 1, not ${number}`;
  if (number > MAX_FIELD_NUMBER && !isExtension(field))
    return `field numbers end at ${MAX_FIELD_NUMBER}; ${number} is beyond that`;
  // protoc asks that of no file that is only imported.
  if (number < RESERVED_FIRST || number > RESERVED_LAST || !file.isRequested) return undefined;
  return `field numbers ${RESERVED_FIRST} to ${RESERVED_LAST} are reserved for protobuf itself`;
}

function checkDuplicates(file: LinkedFile, free: FreeNumbers, message: MessageDefinition): void {
  const seen = new Map<number, FieldDefinition>();
  for (const field of message.fields) {
    const { number } = field.proto;
    if (!file.isNumberKnown(field.proto)) continue;
    const first = seen.get(number);
    if (first === undefined) {
      seen.set(number, field);
      continue;
    }
    if (number <= 0) continue;
    file.subject = field.fullName;
    file.error(
      file.numberNode(field.proto),
      "field-number-duplicate",
      `field \`${field.name}\` has number ${number}, which is taken by \`${first.name}\``,
      {
        notes: file.noteAt(first.proto, `\`${first.name}\` is here`),
        hint: free.takeHint(),
      },
    );
  }
}

function checkReservedNames(file: LinkedFile, proto: DescriptorProto): void {
  const reserved = indexReservedNames(file, proto);
  if (reserved.size === 0) return;
  for (const field of proto.field) {
    if (!reserved.has(field.name)) continue;
    file.error(file.nameNode(field), "field-name-reserved", `the name \`${field.name}\` is reserved`, {
      hint: "choose another name: in JSON this one may still stand for a field that was removed",
      notes: file.noteAtNode(reserved.get(field.name), "reserved here"),
    });
  }
}

/** The names that a message or an enum reserves, and where. Reports those that it reserves again. */
export function indexReservedNames(
  file: LinkedFile,
  proto: DescriptorProto | EnumDescriptorProto,
): Map<string, Node | undefined> {
  const reserved = new Map<string, Node | undefined>();
  const nodes = proto.reservedName.length > 0 ? file.reservedNames(proto) : [];
  for (const [index, name] of proto.reservedName.entries()) {
    // Of a descriptor the rules for its shape say so.
    if (name.length > MAX_RESERVED_NAME && nodes[index] !== undefined)
      file.error(nodes[index], "reserved-name", `a reserved name has at most ${MAX_RESERVED_NAME} characters`);
    if (reserved.has(name)) {
      file.error(nodes[index] ?? file.nameNode(proto), "reserved-duplicate", `the name \`${name}\` is reserved twice`, {
        hint: "remove it",
        notes: file.noteAtNode(reserved.get(name), "first reserved here"),
      });
    } else reserved.set(name, nodes[index]);
  }
  return reserved;
}

function checkOneofs(file: LinkedFile, message: MessageDefinition): void {
  const { proto } = message;
  const filled = new Set(
    proto.field.filter((field) => Object.hasOwn(field, "oneofIndex")).map((field) => field.oneofIndex),
  );
  for (const [index, oneof] of proto.oneofDecl.entries()) {
    // A oneof with a semicolon for a body was reported.
    const node = file.node(oneof) as OneofNode | undefined;
    if (filled.has(index) || (node !== undefined && node.open === node.last)) continue;
    file.error(file.nameNode(oneof), "oneof-empty", `oneof \`${oneof.name}\` has no field`, {
      hint: "a oneof needs at least one",
    });
  }
}

/** Checks that an extension's number is one its extendee sets aside, and not taken. */
export function checkExtension(pool: Pool, file: LinkedFile, extension: FieldDefinition): void {
  checkNumber(file, undefined, extension);
  const { proto, parent } = extension;
  const node = file.node(proto) as FieldNode | undefined;
  file.subject = extension.fullName;
  if (proto.label === Label.REQUIRED) {
    file.error(node?.label ?? node, "extension-required", `extension \`${extension.name}\` cannot be \`required\``, {
      hint: "use `optional`",
    });
  }
  if (parent === undefined || proto.number <= 0) return;
  if (parent.extensionRanges?.at(proto.number) === undefined) {
    const ranges = describeRanges(parent);
    file.error(
      node?.number,
      "extension-number",
      `\`${parent.fullName}\` does not set ${proto.number} aside for extensions`,
      {
        hint: ranges === "" ? "it has no `extensions` statement, so it cannot be extended" : `it has ${ranges}`,
        notes: parent.file.noteAt(parent.proto, "it is defined here"),
      },
    );
  }
  const taken = pool.defineExtension(parent, extension);
  if (taken === undefined) return;
  const message = `number ${proto.number} of \`${parent.fullName}\` is taken by extension \`${taken.fullName}\``;
  if (taken.file === file) {
    file.error(node?.number, "extension-number-duplicate", message, {
      notes: file.noteAt(taken.proto, "it is defined here"),
    });
  } else {
    file.warning(node?.number, "extension-number-duplicate", `${message}, in "${taken.file.path}"`);
  }
}

function describeRanges({ proto }: MessageDefinition): string {
  const shown = proto.extensionRange.slice(0, MAX_SHOWN_RANGES).map(({ start, end }) => `${start} to ${end - 1}`);
  const more = proto.extensionRange.length - shown.length;
  return shown.join(", ") + (more > 0 ? ` and ${more} more` : "");
}
