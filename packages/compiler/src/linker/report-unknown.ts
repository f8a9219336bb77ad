import type { Node } from "../ast/index.ts";
import { SCALAR_TYPES, TYPE_SLIPS } from "../descriptor/index.ts";
import type { EnumDefinition, MessageDefinition } from "./definition.ts";
import type { LinkedFile } from "./linked-file.ts";
import type { Pool } from "./pool.ts";
import type { Resolution } from "./resolve-name.ts";

/** Says that a type was not found, why as far as that can be told, and what may have been meant. */
export function reportUnknownType(
  pool: Pool,
  file: LinkedFile,
  node: Node | undefined,
  name: string,
  resolution: Resolution,
  allowed: "message" | "any type",
): void {
  const slip = allowed === "any type" || !/int|float|str|bool/.test(name) ? TYPE_SLIPS.get(name.toLowerCase()) : undefined;
  const isVisibleSlip = slip !== undefined && resolution.hidden === undefined;
  if (isVisibleSlip) {
    file.error(node, "type-unknown", `there is no type \`${name}\``, { hint: `did you mean ${slip}?` });
    return;
  }
  // What was not read may have defined it: one error there is enough.
  if (file.isIncomplete) return;
  const { hidden, decided } = resolution;
  if (hidden !== undefined) {
    file.error(node, "type-not-imported", `\`${name}\` is defined in "${hidden.file.path}", which this file does not import`, {
      hint: `add \`import "${hidden.file.path}";\``,
      notes: hidden.file.noteAt(hidden.proto, "defined here"),
    });
    return;
  }
  if (decided !== undefined) {
    file.error(node, "type-unknown", `\`${name}\` is taken for \`${decided}\`, which is not defined`, {
      hint: `the innermost scope that knows the first part of a name decides; write \`.${name}\` to start from the outermost`,
    });
    return;
  }
  const near = nearestType(pool, file, name, allowed);
  file.error(node, "type-unknown", `there is no ${allowed === "message" ? "message" : "type"} \`${name}\``, {
    hint: near === undefined ? undefined : `did you mean \`${near}\`?`,
  });
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
