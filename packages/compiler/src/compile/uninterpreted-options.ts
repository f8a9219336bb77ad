import type {
  DescriptorProto,
  EnumDescriptorProto,
  FileDescriptorProto,
  UninterpretedOption,
} from "@bufbuild/protobuf/wkt";
import type { OptionNode, OptionValueNode } from "../ast/index.ts";
import type { LoweredFile, OptionsOwner } from "../descriptor/index.ts";
import { DiagnosticList } from "../diagnostics/index.ts";
import { tokenize } from "../lexer/index.ts";
import { parse } from "../parser/index.ts";
import { SourceFile } from "../source/index.ts";

/** Where something is that has no text. */
const NOWHERE = { first: 0, last: 0 } as const;

/**
 * Takes what a parser has left for a linker to interpret (`uninterpreted_option`) out of a descriptor: as the nodes that
 * the same options have in a text.
 */
export function takeUninterpreted(proto: FileDescriptorProto, diagnostics: DiagnosticList): LoweredFile["options"] {
  const found = new Map<OptionsOwner, readonly OptionNode[]>();
  for (const owner of listOwners(proto)) {
    const uninterpreted = owner.options?.uninterpretedOption ?? [];
    if (owner.options === undefined || uninterpreted.length === 0) continue;
    owner.options.uninterpretedOption = [];
    const nodes = uninterpreted.map((option) => {
      const node = toNode(option);
      if (typeof node !== "string") return node;
      const message = `an uninterpreted option of \`${"name" in owner ? owner.name : proto.name}\` ${node}`;
      diagnostics.fileError(proto.name, "option-value", message);
      return undefined;
    });
    found.set(
      owner,
      nodes.filter((node) => node !== undefined),
    );
  }
  return found;
}

function* listOwners(proto: FileDescriptorProto): Iterable<OptionsOwner> {
  yield proto;
  for (const message of proto.messageType) yield* listOwnersIn(message);
  for (const enumeration of proto.enumType) yield* listOwnersOfEnum(enumeration);
  yield* proto.extension;
  for (const service of proto.service) {
    yield service;
    yield* service.method;
  }
}

function* listOwnersIn(message: DescriptorProto): Iterable<OptionsOwner> {
  yield message;
  yield* message.field;
  yield* message.extension;
  yield* message.oneofDecl;
  yield* message.extensionRange;
  for (const enumeration of message.enumType) yield* listOwnersOfEnum(enumeration);
  for (const nested of message.nestedType) yield* listOwnersIn(nested);
}

function* listOwnersOfEnum(enumeration: EnumDescriptorProto): Iterable<OptionsOwner> {
  yield enumeration;
  yield* enumeration.value;
}

/** An option as it would have been parsed, or what is wrong with it. */
function toNode(option: UninterpretedOption): OptionNode | string {
  if (option.name.length === 0) return "has no name";
  const parts = option.name.map(({ namePart, isExtension }) => ({ ...NOWHERE, text: namePart, isExtension }));
  const value = toValue(option);
  return typeof value === "string" ? value : { kind: "option", name: { ...NOWHERE, parts }, value, ...NOWHERE };
}

function toValue(option: UninterpretedOption): OptionValueNode | string {
  const has = (field: keyof UninterpretedOption): boolean => Object.hasOwn(option, field);
  if (has("identifierValue")) return { kind: "identifier", text: option.identifierValue, negative: false, ...NOWHERE };
  if (has("positiveIntValue")) return integerNode(option.positiveIntValue, false);
  if (has("negativeIntValue")) return integerNode(option.negativeIntValue, true);
  if (has("doubleValue")) return { kind: "float", value: option.doubleValue, ...NOWHERE };
  if (has("stringValue")) return stringNode(option.stringValue);
  return has("aggregateValue") ? parseAggregate(option.aggregateValue) : "has no value";
}

function integerNode(value: bigint, negative: boolean): OptionValueNode {
  return { kind: "integer", value, negative, isHexOrOctal: false, ...NOWHERE };
}

function stringNode(bytes: Uint8Array): OptionValueNode {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  return { kind: "string", text, bytes: text.includes("\ufffd") ? bytes : undefined, ...NOWHERE };
}

/** A message in text format stands without its braces. It is read as the value of an option in a file of its own. */
function parseAggregate(text: string): OptionValueNode | string {
  const diagnostics = new DiagnosticList();
  const tokens = tokenize(new SourceFile("", `option value = {${text}\n};`), diagnostics);
  const [option, ...rest] = parse(tokens, diagnostics).body;
  const [first] = diagnostics.all;
  if (first !== undefined) return `has a value that is no text format: ${first.message}`;
  const isWhole = option?.kind === "option" && option.value.kind === "message" && rest.length === 0;
  return isWhole ? option.value : "has a value that is no text format";
}
