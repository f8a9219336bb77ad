import type { DescMessage } from "@bufbuild/protobuf";
import { emitType } from "./emit-type.ts";
import { layOut } from "./lay-out.ts";

/**
 * Emits the function that `registerCodec` takes for a type, laid out for a file. In TypeScript it names `TypeCode` and
 * `TypeReader`.
 *
 * @param language of the file; the first line is not indented
 */
export function emitFunction(schema: DescMessage, language: "js" | "ts"): string {
  return `(rt) => {\n${layOut(emitType(schema, language), 1)}\n}`;
}
