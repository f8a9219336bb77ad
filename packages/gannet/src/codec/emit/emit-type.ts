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
export function emitType(schema: DescMessage, dialect: Dialect): string {
  const code = [emitMake(schema, dialect), emitEncoder(schema, dialect), emitDecoder(schema, dialect)];
  return emitBody(schema, code, "make, maxBytes, write, read", dialect);
}

/** The same, for evaluation, with the code that encodes only: `maxBytes` and `write`. */
export function emitEncoding(schema: DescMessage): string {
  return emitBody(schema, [emitEncoder(schema, "evaluated")], "maxBytes, write", "evaluated");
}

/** The same with the code that decodes only: `read`. */
export function emitDecoding(schema: DescMessage): string {
  return emitBody(schema, [emitDecoder(schema, "evaluated")], "read", "evaluated");
}

/** The same with what makes an empty message only: `make`. */
export function emitMaking(schema: DescMessage): string {
  return emitBody(schema, [emitMake(schema, "evaluated")], "make", "evaluated");
}

function emitBody(schema: DescMessage, code: readonly string[], result: string, dialect: Dialect): string {
  const types = schema.fields.flatMap((field, index) => {
    return field.message === undefined ? [] : [`let ${typed(`t${index}`, "TypeCode | undefined", dialect)};`];
  });
  const names = dialect === "evaluated" ? RUNTIME_NAMES : usedOf(RUNTIME_NAMES, code.join("\n"));
  const hasNoBytes =
    code.some((part) => part.includes("noBytes")) &&
    (dialect === "evaluated" || usedOf(["noBytes"], code.join("\n")).length > 0);
  return [
    ...(dialect === "evaluated" ? ['"use strict";'] : []),
    `const { ${names.join(", ")} } = rt;`,
    ...(hasNoBytes ? ["const noBytes = new Uint8Array(0);"] : []),
    ...types,
    ...code,
    `return { ${result} };`,
  ].join("\n");
}
