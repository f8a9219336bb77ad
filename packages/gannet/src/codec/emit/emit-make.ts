import type { DescField, DescMessage, DescOneof } from "@bufbuild/protobuf";
import type { Dialect } from "./dialect.ts";
import { hasPrototype, isImplicit, literalKey, quote, setProperty } from "./field-shape.ts";
import { scalarCode } from "./scalar-code.ts";

/**
 * Emits `make`, which gives an empty message: what `create` of `@bufbuild/protobuf` makes, with the same properties in the
 * same order, so that all messages of a type have one shape for V8.
 */
export function emitMake(schema: DescMessage, dialect: Dialect): string {
  const properties = [
    ["$typeName", quote(schema.typeName)] as const,
    ...schema.members.flatMap((member) => {
      const value = initialValueOf(member);
      return value === undefined ? [] : [[member.localName, value] as const];
    }),
  ];
  if (!hasPrototype(schema)) {
    const members = properties.map(([name, value]) => `${literalKey(name)}: ${value},`).join("\n");
    return `const make = () => ({\n${members}\n});`;
  }
  const body = properties.map(([name, value]) => setProperty("this", name, value)).join(" ");
  const [self, type] = dialect === "ts" ? ["this: any", " as unknown as new () => any"] : ["", ""];
  return `const Message = function (${self}) { ${body} }${type};\nMessage.prototype = prototype();\nconst make = () => new Message();`;
}

/** What a new message has of a field; undefined where nothing. */
function initialValueOf(member: DescField | DescOneof): string | undefined {
  if (member.kind === "oneof") return "{ case: undefined }";
  switch (member.fieldKind) {
    case "message":
      return undefined;
    case "list":
      return "[]";
    case "map":
      return "{}";
    case "enum":
      return isImplicit(member) ? String(member.enum.values[0]?.number ?? 0) : undefined;
    case "scalar":
      if (!isImplicit(member)) return undefined;
      return member.longAsString ? '"0"' : scalarCode(member.scalar).zero;
  }
}
