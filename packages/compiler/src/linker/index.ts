/**
 * Names: what a file defines, what the names in it stand for, and whether numbers and ranges agree. Works on
 * descriptors, so that a file may come without its text. Start with link.ts.
 */
export {
  type Definition,
  describeKind,
  type EnumDefinition,
  type EnumValueDefinition,
  type FieldDefinition,
  isExtension,
  isWellNumbered,
  type MessageDefinition,
  type MethodDefinition,
  type OneofDefinition,
  type ServiceDefinition,
} from "./definition.ts";
export { knownImport } from "./known-imports.ts";
export { link } from "./link.ts";
export { LinkedFile } from "./linked-file.ts";
export { Pool } from "./pool.ts";
export { type Resolution, resolveName, type Target } from "./resolve-name.ts";
