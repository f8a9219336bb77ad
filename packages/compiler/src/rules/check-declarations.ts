import {
  type ExtensionRangeOptions,
  FieldDescriptorProto_Label as Label,
  ExtensionRangeOptions_VerificationState as Verification,
} from "@bufbuild/protobuf/wkt";
import type { FieldNode } from "../ast/index.ts";
import { nameOfType, SCALAR_TYPES } from "../descriptor/index.ts";
import { type FieldDefinition, isExtension, type LinkedFile, type MessageDefinition } from "../linker/index.ts";

type Declaration = ExtensionRangeOptions["declaration"][number];

const FULL_NAME = /^(\.[A-Za-z0-9_]+)+$/;

/** Checks that the extension declarations of a message agree with its ranges and each other. */
export function checkDeclarations(file: LinkedFile, message: MessageDefinition): void {
  const names = new Set<string>();
  for (const range of message.proto.extensionRange) {
    const { options } = range;
    if (options === undefined || options.declaration.length === 0) continue;
    const node = file.node(range);
    if (Object.hasOwn(options, "verification") && options.verification === Verification.UNVERIFIED) {
      file.error(node, "extension-declaration", "a range with declarations cannot be UNVERIFIED");
      continue;
    }
    const numbers = new Set<number>();
    for (const declaration of options.declaration) {
      const isInside = range.start <= declaration.number && declaration.number < range.end;
      const problem = isInside
        ? declarationProblem(declaration, numbers, names)
        : `extension ${declaration.number} is declared outside of this range`;
      if (problem !== undefined) file.error(node, "extension-declaration", problem);
    }
  }
}

function declarationProblem(declaration: Declaration, numbers: Set<number>, names: Set<string>): string | undefined {
  const { number, fullName, type } = declaration;
  if (numbers.has(number)) return `extension ${number} is declared twice`;
  numbers.add(number);
  const hasName = Object.hasOwn(declaration, "fullName");
  const hasType = Object.hasOwn(declaration, "type");
  if (!hasName || !hasType) {
    const isComplete = hasName === hasType && declaration.reserved;
    return isComplete ? undefined : `the declaration of extension ${number} needs both \`full_name\` and \`type\``;
  }
  if (names.has(fullName)) return `extension \`${fullName}\` is declared twice`;
  names.add(fullName);
  if (!FULL_NAME.test(fullName)) return `\`${fullName}\` is no full name: it starts with a dot`;
  if (!isTypeKeyword(type) && !FULL_NAME.test(type))
    return `\`${type}\` is no full name of a type: it starts with a dot`;
  return undefined;
}

function isTypeKeyword(type: string): boolean {
  return SCALAR_TYPES.has(type) || type === "enum";
}

/** Checks that an extension is as its extendee declares it. */
export function checkDeclared(file: LinkedFile, field: FieldDefinition): void {
  const { parent, proto } = field;
  if (!isExtension(field) || parent === undefined || parent.file.path === "google/protobuf/descriptor.proto") return;
  const options = parent.extensionRanges?.at(proto.number)?.options;
  if (options === undefined) return;
  const declaration = options.declaration.find(({ number }) => number === proto.number);
  const node = file.node(proto) as FieldNode | undefined;
  if (declaration === undefined) {
    if (options.declaration.length > 0 || options.verification === Verification.DECLARATION) {
      file.error(
        node?.number,
        "extension-undeclared",
        `\`${parent.fullName}\` declares its extensions, and ${proto.number} is not among them`,
        {
          hint: "declare it there first, or take a number that is declared",
          notes: parent.file.noteAt(parent.proto, "they are declared here"),
        },
      );
    }
    return;
  }
  const problem = mismatch(field, declaration);
  if (problem === undefined) return;
  const place = problem.part === "label" ? (node?.label ?? node?.type) : node?.[problem.part];
  file.error(
    place ?? node,
    "extension-undeclared",
    `\`${parent.fullName}\` declares extension ${proto.number} ${problem.text}`,
    { notes: parent.file.noteAt(parent.proto, "it is declared here") },
  );
}

/** How an extension differs from its declaration, and in which part. */
function mismatch(
  field: FieldDefinition,
  declaration: Declaration,
): { readonly part: "number" | "type" | "name" | "label"; readonly text: string } | undefined {
  if (declaration.reserved) return { part: "number", text: "as reserved" };
  const named = field.message ?? field.enum;
  const actual = named === undefined ? nameOfType(field.proto.type) : `.${named.fullName}`;
  const { type, fullName, repeated } = declaration;
  const expected = isTypeKeyword(type) || type.startsWith(".") ? type : `.${type}`;
  if (type !== "" && expected !== actual) return { part: "type", text: `with type \`${expected}\`, not \`${actual}\`` };
  if (fullName !== "" && fullName !== `.${field.fullName}`)
    return { part: "name", text: `as \`${fullName}\`, not \`.${field.fullName}\`` };
  if (repeated !== (field.proto.label === Label.REPEATED))
    return { part: "label", text: `as ${repeated ? "repeated" : "a single value"}` };
  return undefined;
}
