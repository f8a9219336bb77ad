import {
  FeatureSet_VisibilityFeature_DefaultSymbolVisibility as DefaultVisibility,
  SymbolVisibility,
} from "@bufbuild/protobuf/wkt";
import type { FieldNode, MethodNode, Node } from "../ast/index.ts";
import type { FeatureTable } from "../features/index.ts";
import {
  type EnumDefinition,
  type FieldDefinition,
  isExtension,
  type LinkedFile,
  type MessageDefinition,
  type MethodDefinition,
} from "../linker/index.ts";

type Type = MessageDefinition | EnumDefinition;

/** Checks that the types a field refers to may be used outside of their files. */
export function checkFieldVisibility(file: LinkedFile, features: FeatureTable, field: FieldDefinition): void {
  const node = file.node(field.proto) as FieldNode | undefined;
  const isMap = field.message?.proto.options?.mapEntry === true;
  if (!isMap) checkVisible(file, features, field.message ?? field.enum, node?.type ?? node);
  if (isExtension(field)) checkVisible(file, features, field.parent, file.lowered?.extendees.get(field.proto));
}

/** Checks that the types of a method may be used outside of their files. */
export function checkMethodVisibility(file: LinkedFile, features: FeatureTable, method: MethodDefinition): void {
  const node = file.node(method.proto) as MethodNode | undefined;
  checkVisible(file, features, method.input, node?.input);
  checkVisible(file, features, method.output, node?.output);
}

function checkVisible(file: LinkedFile, features: FeatureTable, type: Type | undefined, node: Node | undefined): void {
  if (type === undefined || type.file === file) return;
  const { visibility } = type.proto;
  const isDefault = visibility === SymbolVisibility.VISIBILITY_UNSET;
  const isVisible = isDefault ? isExportedByDefault(features, type) : visibility === SymbolVisibility.VISIBILITY_EXPORT;
  if (isVisible) return;
  const why = isDefault ? "by the default of that file" : "as it says";
  file.error(node, "type-local", `\`${type.fullName}\` is local to "${type.file.path}", ${why}`, {
    hint: "only what is `export` can be used in other files",
    notes: type.file.noteAt(type.proto, "defined here"),
  });
}

function isExportedByDefault(features: FeatureTable, type: Type): boolean {
  switch (features.of(type).defaultSymbolVisibility) {
    case DefaultVisibility.EXPORT_TOP_LEVEL:
      return type.parent === undefined;
    case DefaultVisibility.LOCAL_ALL:
    case DefaultVisibility.STRICT:
      return false;
    default:
      return true;
  }
}

/** Where everything is local unless it says otherwise, a type inside of another cannot be exported. */
export function checkNestedExport(file: LinkedFile, features: FeatureTable, type: Type): void {
  const { parent, proto } = type;
  const isExported = proto.visibility === SymbolVisibility.VISIBILITY_EXPORT;
  if (parent === undefined || !isExported || features.of(type).defaultSymbolVisibility !== DefaultVisibility.STRICT)
    return;
  if (type.kind === "enum" && isNamespace(parent)) return;
  file.error(
    file.nameNode(proto),
    "export-nested",
    `\`${type.name}\` is inside of \`${parent.name}\`, so it cannot be \`export\``,
    {
      hint: "move it to the top of the file",
    },
  );
}

/** `local message M { export enum E { ... } reserved 1 to max; }` gives an enum a scope, and is a message by name only. */
function isNamespace(message: MessageDefinition): boolean {
  const { reservedRange, visibility } = message.proto;
  const [range] = reservedRange;
  const isLocal = visibility !== SymbolVisibility.VISIBILITY_EXPORT && message.parent === undefined;
  return isLocal && reservedRange.length === 1 && range?.start === 1 && range.end === 0x20000000;
}
