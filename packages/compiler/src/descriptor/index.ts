/**
 * A syntax tree to a FileDescriptorProto, before anything is resolved: names of types are as written, options are
 * still nodes. Also what descriptors write in a notation of their own: defaults, JSON names. Start with lower-file.ts.
 */
export { toJsonName, toMapEntryName } from "./json-name.ts";
export { lower } from "./lower-file.ts";
export { findOption } from "./lower-options.ts";
export type { LoweredFile, OptionsOwner } from "./lowered-file.ts";
export { nameOfType, SCALAR_TYPES, scalarTypesOf, TYPE_SLIPS } from "./scalar-type.ts";
export { type ValueKind, valueHint } from "./value-hint.ts";
