import type { ImportNode } from "../ast/index.ts";
import type { EnumDefinition, FieldDefinition, LinkedFile, MessageDefinition } from "../linker/index.ts";
import { isLite } from "./check-field.ts";

/** Checks that what a file imports goes together with it, and warns of what it does not use. */
export function checkImports(file: LinkedFile): void {
  const nodes =
    file.lowered?.tree.body.filter((element) => element.kind === "import" && element.modifier?.text !== "option") ?? [];
  const publicImports = new Set(file.proto.publicDependency);
  for (const [index, imported] of file.imports.entries()) {
    if (imported === undefined) continue;
    const node = nodes[index] as ImportNode | undefined;
    if (isLite(imported) && !isLite(file)) {
      file.error(
        node,
        "lite-import",
        `"${imported.path}" is for the lite runtime, and this file is not: it cannot import it`,
        { hint: "say `option optimize_for = LITE_RUNTIME;` in both files, or in none" },
      );
    }
    const isForwarding = imported.proto.publicDependency.length > 0;
    if (file.isRequested && !file.hasErrors && !publicImports.has(index) && !isForwarding && !file.used.has(imported)) {
      file.warning(node, "import-unused", `import "${imported.path}" is not used`, { hint: "remove it" });
    }
  }
}

/**
 * Checks that what a file imports for its options only has none by which fields are marked for redaction: at run time,
 * nobody would know of them.
 */
export function checkOptionImports(file: LinkedFile): void {
  const nodes =
    file.lowered?.tree.body.filter((element) => element.kind === "import" && element.modifier?.text === "option") ?? [];
  for (const [index, imported] of file.importedForOptions.entries()) {
    const marker = imported === undefined ? undefined : findRedactMarker(imported);
    if (imported === undefined || marker === undefined) continue;
    file.error(
      nodes[index],
      "import-redact",
      `"${imported.path}" marks what is to be redacted, by its option \`${marker.fullName}\`: at run time an \`import option\` leaves that out`,
      { hint: `write \`import "${imported.path}";\`` },
    );
  }
}

/** The extension of a file that can have an enum value with `debug_redact`, by itself or within a message. */
function findRedactMarker(file: LinkedFile): FieldDefinition | undefined {
  const messages = [...file.messages];
  // The list grows while it is walked.
  for (const message of messages) messages.push(...message.messages);
  const extensions = [...messages.flatMap((message) => message.extensions), ...file.extensions];
  const without = new Set<MessageDefinition>();
  return extensions.find((extension) => canRedact(extension, without));
}

/** Adds messages that are found to have no such value to `without`. */
function canRedact(field: FieldDefinition, without: Set<MessageDefinition>): boolean {
  const open = [field];
  const seen = new Set<MessageDefinition>();
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (one.enum !== undefined && hasRedactValue(one.enum)) return true;
    if (one.message === undefined || seen.has(one.message) || without.has(one.message)) continue;
    seen.add(one.message);
    for (const inner of one.message.fields) open.push(inner);
  }
  for (const message of seen) without.add(message);
  return false;
}

function hasRedactValue({ values }: EnumDefinition): boolean {
  return values.some(({ proto }) => proto.options?.debugRedact === true);
}
