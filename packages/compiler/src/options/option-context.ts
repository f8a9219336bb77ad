import { FieldOptions_OptionTargetType as Target } from "@bufbuild/protobuf/wkt";
import type { Node } from "../ast/index.ts";
import type { FeatureTable } from "../features/index.ts";
import type { FieldDefinition, LinkedFile, MessageDefinition, Pool } from "../linker/index.ts";

/** What interpreting the options of a file needs to know. */
export interface OptionContext {
  readonly pool: Pool;
  readonly file: LinkedFile;
  readonly features: FeatureTable;
  /** The descriptor.proto that comes with the compiler, where it is the one that defines the options of these files. */
  readonly bundled: LinkedFile | undefined;
  /** Finds an options message of that which comes with the compiler, for where the one of the files lacks it. */
  readonly findBundled: (typeName: string) => MessageDefinition | undefined;
  /** Whether features are not known yet, and so not which fields of this file are required: protoc asks for none then. */
  readonly isBeforeFeatures?: boolean | undefined;
  /** Whether the values are those of what an `Any` holds, which no reader of options looks into. */
  readonly isInAny?: boolean | undefined;
  /** Whether the values are those of a group, or of another message that is delimited: protoc asks for no targets there. */
  readonly isInGroup?: boolean | undefined;
}

const TARGET_NAMES: ReadonlyMap<Target, string> = new Map([
  [Target.TARGET_TYPE_FILE, "a file"],
  [Target.TARGET_TYPE_EXTENSION_RANGE, "an extension range"],
  [Target.TARGET_TYPE_MESSAGE, "a message"],
  [Target.TARGET_TYPE_FIELD, "a field"],
  [Target.TARGET_TYPE_ONEOF, "a oneof"],
  [Target.TARGET_TYPE_ENUM, "an enum"],
  [Target.TARGET_TYPE_ENUM_ENTRY, "an enum value"],
  [Target.TARGET_TYPE_SERVICE, "a service"],
  [Target.TARGET_TYPE_METHOD, "a method"],
]);

/** Reports a field of an options message that is set on an element which its `targets` do not name. */
export function checkTarget(context: OptionContext, field: FieldDefinition, target: Target, node: Node): void {
  // protoc asks that of no file that is only imported.
  if (!context.file.isRequested || context.isInAny === true || context.isInGroup === true) return;
  const targets = field.proto.options?.targets ?? [];
  if (targets.length === 0 || targets.includes(target)) return;
  const allowed = targets.map((one) => TARGET_NAMES.get(one) ?? String(one)).join(" or ");
  context.file.error(node, "option-target", `\`${field.fullName}\` cannot be set on ${TARGET_NAMES.get(target)}`, {
    hint: `it is meant for ${allowed}`,
  });
}
