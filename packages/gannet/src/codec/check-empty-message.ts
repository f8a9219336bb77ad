import type { DescMessage } from "@bufbuild/protobuf";
import { describeValue } from "../base/index.ts";

/**
 * Refuses what is no message at all. It has none of the type's fields, so that it would be sent as an empty message: a
 * promise that nobody awaited, mostly, or a list. Only asked about what has no bytes, so that others cost nothing.
 *
 * @throws TypeError
 */
export function checkEmptyMessage(message: object, { typeName }: DescMessage): void {
  const { then } = message as { readonly then?: unknown };
  if (typeof then !== "function" && !(Symbol.iterator in message) && !(message instanceof Date)) return;
  const hint = typeof then === "function" ? "; is an await missing?" : "";
  throw new TypeError(`expected a message of type ${typeName}, got ${describeValue(message)}${hint}`);
}
