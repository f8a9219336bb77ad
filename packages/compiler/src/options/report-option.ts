import type { Node, OptionNode } from "../ast/index.ts";
import {
  describeKind,
  type FieldDefinition,
  isExtension,
  knownImport,
  type MessageDefinition,
  type Resolution,
  resolveName,
  type Target,
} from "../linker/index.ts";
import type { OptionContext } from "./option-context.ts";
import type { OwnerWithOptions } from "./option-owners.ts";

/** The messages of options, and what they are for: one, and several. */
const PLACES: ReadonlyMap<string, readonly [one: string, several: string]> = new Map([
  ["FileOptions", ["a file", "files"]],
  ["MessageOptions", ["a message", "messages"]],
  ["FieldOptions", ["a field", "fields"]],
  ["OneofOptions", ["a oneof", "oneofs"]],
  ["EnumOptions", ["an enum", "enums"]],
  ["EnumValueOptions", ["an enum value", "enum values"]],
  ["ServiceOptions", ["a service", "services"]],
  ["MethodOptions", ["a method", "methods"]],
  ["ExtensionRangeOptions", ["an extension range", "extension ranges"]],
]);

/** What an options message is for, for a sentence: `for a field`. */
export function placeOf(message: MessageDefinition): string {
  const place = PLACES.get(message.name);
  return place === undefined ? `of \`${message.fullName}\`` : `for ${place[0]}`;
}

function elementsOf(message: MessageDefinition | undefined): string | undefined {
  return message?.fullName === `google.protobuf.${message?.name}` ? PLACES.get(message.name)?.[1] : undefined;
}

interface Guess {
  readonly node: Node;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** What an option that is none of its element's may be: a custom one without its parentheses, or one of another element. */
export function guessOption(
  context: OptionContext,
  owner: OwnerWithOptions,
  message: MessageDefinition,
  name: OptionNode["name"],
): Guess | undefined {
  const { parts } = name;
  const plain = parts.findIndex((part) => part.isExtension);
  for (let length = plain < 0 ? parts.length : plain; length > 0; length--) {
    const text = parts
      .slice(0, length)
      .map((part) => part.text)
      .join(".");
    const { target } = resolveName(context.pool, context.file, text, owner.scope, "any");
    if (target?.kind !== "field" || !isExtension(target) || target.parent !== message) continue;
    const node = { first: name.first, last: parts[length - 1]?.last ?? name.last };
    return {
      node,
      message: `there is no option \`${text}\` ${placeOf(message)}`,
      hint: `an option of one's own stands in parentheses: \`(${text})\``,
    };
  }
  const [first] = parts;
  if (first === undefined) return undefined;
  const others = [...PLACES.keys()].flatMap((one) => {
    const other = context.pool.get(`google.protobuf.${one}`);
    return other?.kind === "message" && other.fieldsByName.has(first.text) ? (elementsOf(other) ?? []) : [];
  });
  const here = elementsOf(message);
  if (others.length === 0 || here === undefined) return undefined;
  const last = others.pop();
  const places = others.length === 0 ? last : `${others.join(", ")} and ${last}`;
  return { node: first, message: `\`${first.text}\` is an option for ${places}, not for ${here}` };
}

/** Why what a name in parentheses stands for cannot be set here. */
export function describeMisplaced(target: Target, message: MessageDefinition, text: string): string {
  if (target.kind !== "field" || !isExtension(target)) return `\`${text}\` is ${describeKind(target)}, not an option`;
  const there = elementsOf(target.parent);
  const here = elementsOf(message);
  if (there !== undefined && here !== undefined) return `\`(${text})\` is for ${there}, not for ${here}`;
  return `\`${text}\` is no extension of \`${message.fullName}\``;
}

/** Says that a custom option was not found, why as far as that can be told, and what may have been meant. */
export function reportUnknownExtension(
  context: OptionContext,
  message: MessageDefinition,
  part: Node & { readonly text: string },
  { hidden, decided }: Resolution,
): void {
  const { file } = context;
  const known = knownImport(part.text);
  const isImported = file.imports.some((imported) => imported === undefined || imported.path === known);
  const path = hidden?.file.path ?? (isImported ? undefined : known);
  if (path !== undefined) {
    file.error(
      part,
      "option-not-imported",
      `option \`(${part.text})\` is defined in "${path}", which this file does not import`,
      {
        hint: `add \`import "${path}";\``,
      },
    );
    return;
  }
  if (file.isIncomplete) return;
  const near = decided === undefined ? nearestExtension(context, message, part.text) : undefined;
  const scope = decided === undefined ? "import the file that defines it" : scopeHint(decided, part.text);
  file.error(part, "option-unknown", `there is no option \`(${part.text})\``, {
    hint: near === undefined ? scope : `did you mean \`(${near})\`?`,
  });
}

function scopeHint(decided: string, text: string): string {
  return `it is taken for \`${decided}\`, as the innermost scope decides; write \`(.${text})\` to start from the outermost`;
}

/** The visible extension of `message` whose name is nearest, by the last part of its name or by the whole of it. */
function nearestExtension({ pool, file }: OptionContext, message: MessageDefinition, text: string): string | undefined {
  if (pool.speller.isExhausted) return undefined;
  const written = new Map<string, string>();
  const prefix = file.proto.package === "" ? "" : `${file.proto.package}.`;
  for (const ordinal of [...file.visible.ordinals(), ...file.optionImports.ordinals()]) {
    const visible = pool.file(ordinal);
    for (const extension of visible === undefined ? [] : extensionsIn(visible)) {
      if (extension.parent !== message) continue;
      const relative = extension.fullName.startsWith(prefix)
        ? extension.fullName.slice(prefix.length)
        : extension.fullName;
      written.set(extension.name, relative);
      written.set(relative, relative);
    }
  }
  const near = pool.speller.nearest(text, written.keys());
  const sameName = written.get(text.slice(text.lastIndexOf(".") + 1));
  return sameName ?? (near === undefined ? undefined : written.get(near));
}

function* extensionsIn(scope: {
  readonly extensions: readonly FieldDefinition[];
  readonly messages: readonly MessageDefinition[];
}): Iterable<FieldDefinition> {
  yield* scope.extensions;
  for (const message of scope.messages) yield* extensionsIn(message);
}
