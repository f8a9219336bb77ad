import type { DescMessage } from "@bufbuild/protobuf";
import { emitDecoder } from "./emit-decoder.ts";
import { emitEncoder } from "./emit-encoder.ts";
import { emitMake } from "./emit-make.ts";

/** What emitted code finds in the object that it is given: the names of `TypeRuntime`. */
const RUNTIME_NAMES = [
  "bad", "bytes", "bytesOf", "close", "double", "fixed32", "fixed64", "float", "has", "int32", "jsonOf", "keyOf", "long",
  "mapOf", "missing", "numbersOf", "prototype", "setOwn", "sint32", "sint64", "string", "structOf", "type",
  "unknownBytes", "utf8Length", "varint32", "varint64", "wrap", "writeUnknown",
] as const; // biome-ignore format: a list to scan

/** One of the names that emitted code uses. */
export type RuntimeName = (typeof RUNTIME_NAMES)[number];

/**
 * The source of a function's body that takes the runtime as `rt` and returns the code of a type: `make`, `maxBytes`,
 * `write` and `read`. It holds nothing of the schema but integers and quoted text, whatever the schema calls its fields.
 */
export function emitType(schema: DescMessage): string {
  const types = schema.fields.flatMap((field, index) => (field.message === undefined ? [] : [`let t${index};`]));
  return [
    '"use strict";',
    `const { ${RUNTIME_NAMES.join(", ")} } = rt;`,
    ...types,
    emitMake(schema),
    emitEncoder(schema),
    emitDecoder(schema),
    "return { make, maxBytes, write, read };",
  ].join("\n");
}
