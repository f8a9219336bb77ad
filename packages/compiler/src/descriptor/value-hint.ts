import type { OptionValueNode } from "../ast/index.ts";

/** What a default or an option takes. */
export type ValueKind = "bool" | "integer" | "number" | "string" | "enum";

// biome-ignore format: pairs to scan
const BOOLS: ReadonlyMap<string, string> = new Map([
  ["true", "true"], ["false", "false"], ["yes", "true"], ["no", "false"], ["on", "true"], ["off", "false"], ["1", "true"],
  ["0", "false"],
]);

/** How a value that does not fit would be written if what it seems to mean is meant. */
export function valueHint(kind: ValueKind, node: OptionValueNode): string | undefined {
  if (node.kind === "message") return undefined;
  const text = node.kind === "string" || node.kind === "identifier" ? node.text : String(node.value);
  switch (kind) {
    case "bool": {
      const meant = BOOLS.get(text.toLowerCase());
      return meant === undefined ? undefined : `write \`${meant}\`${node.kind === "string" ? " without quotes" : ""}`;
    }
    case "string":
      return node.kind === "string"
        ? undefined
        : `write \`"${node.kind === "identifier" && node.negative ? "-" : ""}${text}"\``;
    case "enum":
      return node.kind === "string" && /^\w+$/.test(text) ? `write \`${text}\` without quotes` : undefined;
    default: {
      const pattern = kind === "integer" ? /^-?\d+$/ : /^-?\d+(\.\d*)?$/;
      return node.kind === "string" && pattern.test(text) ? `write \`${text}\` without quotes` : undefined;
    }
  }
}
