import { toJsonName } from "../descriptor/index.ts";
import { MAX_FULL_NAME } from "./define.ts";
import type { FieldDefinition } from "./definition.ts";
import type { LinkedFile } from "./linked-file.ts";

/** Below this no name is too long, however often it is counted. */
const ALWAYS_FITS = MAX_FULL_NAME >> 3;

/**
 * Checks the length of a field's name. protoc keeps the name as it is, in lower case and in two kinds of camel case side
 * by side, each once, and they have to fit 64 KB together.
 */
export function checkNameLength(file: LinkedFile, { name, fullName, proto }: FieldDefinition): void {
  const json = Object.hasOwn(proto, "jsonName") ? proto.jsonName : undefined;
  // A full name that is too long by itself was reported, and is not kept.
  if (fullName.length + (json?.length ?? 0) < ALWAYS_FITS || !fullName.endsWith(name)) return;
  const camelCase = toJsonName(name).length;
  const own = fullName.length + 1;
  const isLowerCase = /^[a-z0-9]*$/.test(name);
  const isSnakeCase = /^[a-z0-9_]*$/.test(name);
  const length =
    json === undefined && isLowerCase
      ? Math.max(fullName.length, name.length + 1)
      : json === undefined && isSnakeCase
        ? own + camelCase + 1
        : own + name.length + 1 + camelCase + 1 + (json?.length ?? camelCase) + 1;
  if (length <= MAX_FULL_NAME) return;
  const message = `the name of this field and its forms in camel case have more than ${MAX_FULL_NAME} characters together`;
  file.error(file.nameNode(proto), "name-invalid", message);
}
