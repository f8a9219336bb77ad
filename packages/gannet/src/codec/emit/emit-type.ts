import type { DescMessage } from "@bufbuild/protobuf";
import type { TypeRuntime } from "../compiled/index.ts";
import { type Dialect, typed, usedOf } from "./dialect.ts";
import { emitDecoder } from "./emit-decoder.ts";
import { emitEncoder } from "./emit-encoder.ts";
import { emitMake } from "./emit-make.ts";

/** What emitted code finds in the object that it is given: the names of `TypeRuntime`. */
const RUNTIME_NAMES = [
  "bad", "bytes", "bytesOf", "close", "double", "fixed32", "fixed64", "float", "has", "int32", "jsonOf", "keyOf", "long",
  "mapOf", "missing", "numbersOf", "prototype", "setOwn", "sint32", "sint64", "string", "structOf", "type",
  "unknownBytes", "utf8Length", "varint32", "varint64", "wrap", "writeUnknown",
] as const satisfies readonly (keyof TypeRuntime)[]; // biome-ignore format: a list to scan

/**
 * The source of a function's body that takes the runtime as `rt` and returns the code of a type: `make`, `maxBytes`,
 * `write` and `read`. It holds nothing of the schema but integers, quoted text and names of properties, whatever the schema
 * calls its fields.
 */
export function emitType(schema: DescMessage, dialect: Dialect = "evaluated"): string {
  const types = schema.fields.flatMap((field, index) => {
    return field.message === undefined ? [] : [`let ${typed(`t${index}`, "TypeCode | undefined", dialect)};`];
  });
  const code = [emitMake(schema, dialect), emitEncoder(schema, dialect), emitDecoder(schema, dialect)];
  const names = dialect === "evaluated" ? RUNTIME_NAMES : usedOf(RUNTIME_NAMES, code.join("\n"));
  return [
    ...(dialect === "evaluated" ? ['"use strict";'] : []),
    `const { ${names.join(", ")} } = rt;`,
    ...types,
    ...code,
    "return { make, maxBytes, write, read };",
  ].join("\n");
}
