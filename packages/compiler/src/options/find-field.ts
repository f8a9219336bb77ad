import type { FieldValueNode } from "../ast/index.ts";
import { type FieldDefinition, type MessageDefinition, resolveName } from "../linker/index.ts";
import { listNames } from "./list-names.ts";
import type { OptionContext } from "./option-context.ts";

/** The type whose fields are filled by a literal of another type. */
export const ANY = "google.protobuf.Any";

/** Why a name stands for no field. */
export interface NoField {
  readonly id: "option-any" | "option-field-unknown" | "option-unknown";
  readonly message: string;
  readonly hint?: string | undefined;
}

/**
 * The field of a message, or the extension of it, that a name in a message literal stands for. Undefined where it may be
 * one that is missing for another reason, which has been reported.
 */
export function findField(
  context: OptionContext,
  message: MessageDefinition,
  { kind, text }: FieldValueNode["name"],
): FieldDefinition | NoField | undefined {
  return kind === "extension" ? findExtension(context, message, text) : findPlainField(context, message, text);
}

function findPlainField(
  { features, pool }: OptionContext,
  message: MessageDefinition,
  name: string,
): FieldDefinition | NoField {
  const byName = message.fieldsByName.get(name);
  if (byName !== undefined) return byName;
  // A group goes by the name of its type, too.
  const group = message.fieldsByName.get(name.toLowerCase());
  if (group?.message?.name === name && features.isGroupLike(group)) return group;
  const near = pool.speller.nearest(name, message.fieldsByName.keys());
  return {
    id: "option-field-unknown",
    message: `message \`${message.fullName}\` has no field \`${name}\``,
    hint: near !== undefined ? `did you mean \`${near}\`?` : listNames("it has", message.fieldsByName),
  };
}

function findExtension(
  { pool, file }: OptionContext,
  message: MessageDefinition,
  name: string,
): FieldDefinition | NoField | undefined {
  const { target } = resolveName(pool, file, name, message.fullName, "any");
  const found = target?.kind === "message" ? extensionOf(target, message) : target;
  if (found?.kind === "field" && found.parent === message) return found;
  if (target === undefined && file.isIncomplete) return undefined;
  if (message.fullName === ANY && target?.kind === "message") {
    const hint = `write \`[type.googleapis.com/${target.fullName}]\``;
    return { id: "option-any", message: `the type of what a \`${ANY}\` holds is written as a URL`, hint };
  }
  return { id: "option-unknown", message: `there is no extension \`${name}\` of \`${message.fullName}\`` };
}

/** The extension of a message set goes by the name of the message that it holds. */
function extensionOf(type: MessageDefinition, extendee: MessageDefinition): FieldDefinition | undefined {
  if (extendee.proto.options?.messageSetWireFormat !== true) return undefined;
  return type.extensions.find((extension) => extension.parent === extendee && extension.message === type);
}
