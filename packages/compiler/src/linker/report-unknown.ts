import type { Node } from "../ast/index.ts";
import { SCALAR_TYPES, TYPE_SLIPS } from "../descriptor/index.ts";
import type { EnumDefinition, MessageDefinition } from "./definition.ts";
import { knownImport, knownType } from "./known-imports.ts";
import type { LinkedFile } from "./linked-file.ts";
import type { Pool } from "./pool.ts";
import type { Resolution } from "./resolve-name.ts";

/** A name that was not found, and how it is used. */
export interface UnknownType {
  readonly name: string;
  readonly node: Node | undefined;
  readonly resolution: Resolution;
  readonly allowed: "message" | "any type";
  /** How the field that it is the type of is called. */
  readonly fieldName?: string | undefined;
}

interface Finding {
  readonly id: "type-unknown" | "type-kind" | "type-not-imported";
  readonly message: string;
  readonly hint?: string | undefined;
}

/** Says that a type was not found, why as far as that can be told, and what may have been meant. */
export function reportUnknownType(pool: Pool, file: LinkedFile, unknown: UnknownType): void {
  // An import that was not found may be the one that is missing.
  const mayBeImported = file.imports.includes(undefined);
  const sure = slip(unknown) ?? (mayBeImported ? undefined : notImported(file, unknown));
  // What was not read may have defined it: one error there is enough.
  if (sure === undefined && file.isIncomplete) return;
  const { id, message, hint } = sure ?? notDefined(pool, file, unknown);
  const { hidden } = unknown.resolution;
  const notes =
    id === "type-not-imported" && hidden !== undefined ? hidden.file.noteAt(hidden.proto, "defined here") : [];
  file.error(unknown.node, id, message, { hint, notes });
}

/** What is a slip whatever the schema defines elsewhere. */
function slip({ name, resolution, allowed, fieldName }: UnknownType): Finding | undefined {
  if (allowed === "message" && SCALAR_TYPES.has(name)) {
    return {
      id: "type-kind",
      message: `\`${name}\` is a scalar, not a message`,
      hint: `define a message with a \`${name}\` in it`,
    };
  }
  const unknown = `there is no type \`${name}\``;
  if (fieldName !== undefined && SCALAR_TYPES.has(fieldName)) {
    return { id: "type-unknown", message: unknown, hint: `the type stands before the name: \`${fieldName} ${name}\`` };
  }
  const small = name.toLowerCase();
  const isScalar = allowed === "any type" && SCALAR_TYPES.has(small);
  const meant = isScalar
    ? `\`${small}\``
    : allowed === "any type" || !/int|float|str|bool/.test(name)
      ? TYPE_SLIPS.get(small)
      : undefined;
  if (meant === undefined || resolution.hidden !== undefined) return undefined;
  return { id: "type-unknown", message: unknown, hint: `did you mean ${meant}?` };
}

function notImported(file: LinkedFile, { name, resolution: { hidden } }: UnknownType): Finding | undefined {
  const path = hidden?.file.path ?? knownImport(name);
  // Where it is imported, another scope hides it.
  if (path === undefined || file.imports.some((imported) => imported?.path === path)) return undefined;
  return {
    id: "type-not-imported",
    message: `\`${name}\` is defined in "${path}", which this file does not import`,
    hint: `add \`import "${path}";\``,
  };
}

function notDefined(pool: Pool, file: LinkedFile, { name, resolution, allowed }: UnknownType): Finding {
  const { decided, packageName } = resolution;
  if (packageName !== undefined) {
    return {
      id: "type-kind",
      message: `\`${packageName}\` is a package, not a type`,
      hint: `name one of its types: \`${name}.Name\``,
    };
  }
  if (decided !== undefined) {
    return {
      id: "type-unknown",
      message: `\`${name}\` is taken for \`${decided}\`, which is not defined`,
      hint: `the innermost scope that knows the first part of a name decides; write \`.${name}\` to start from the outermost`,
    };
  }
  const near = nearestType(pool, file, name, allowed);
  return {
    id: "type-unknown",
    message: `there is no ${allowed === "message" ? "message" : "type"} \`${name}\``,
    hint: near === undefined ? wellKnownHint(name) : `did you mean \`${near}\`?`,
  };
}

function wellKnownHint(name: string): string {
  const known = knownType(name);
  return known === undefined
    ? "define it, or import the file that does"
    : `did you mean \`${known}\`, with \`import "${knownImport(known)}";\`?`;
}

/** The visible type whose name is nearest: by the last part of its name, or by the whole of it. */
function nearestType(pool: Pool, file: LinkedFile, name: string, allowed: "message" | "any type"): string | undefined {
  if (pool.speller.isExhausted) return undefined;
  const written = new Map<string, string>();
  const prefix = file.proto.package === "" ? "" : `${file.proto.package}.`;
  for (const type of visibleTypes(pool, file)) {
    if (type.kind === "enum" && allowed === "message") continue;
    const relative = type.fullName.startsWith(prefix) ? type.fullName.slice(prefix.length) : type.fullName;
    written.set(type.name, relative);
    written.set(relative, relative);
  }
  if (allowed === "any type") for (const scalar of SCALAR_TYPES.keys()) written.set(scalar, scalar);
  const near = pool.speller.nearest(name, written.keys());
  // The right name in the wrong place is nearer than any misspelling.
  const sameName = written.get(name.slice(name.lastIndexOf(".") + 1));
  if (sameName !== undefined && sameName !== name) return sameName;
  return near === undefined ? undefined : written.get(near);
}

function* visibleTypes(pool: Pool, from: LinkedFile): Iterable<MessageDefinition | EnumDefinition> {
  for (const ordinal of from.visible.ordinals()) {
    const file = pool.file(ordinal);
    if (file === undefined) continue;
    yield* file.enums;
    for (const message of file.messages) yield* typesIn(message);
  }
}

function* typesIn(message: MessageDefinition): Iterable<MessageDefinition | EnumDefinition> {
  yield message;
  yield* message.enums;
  for (const nested of message.messages) yield* typesIn(nested);
}
