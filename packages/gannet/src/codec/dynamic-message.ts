import type { Message } from "@bufbuild/protobuf";

/**
 * A message of a type that is known only at run time, such as one that was loaded from a .proto file. Its fields are in the
 * shape of `@bufbuild/protobuf` like all others; TypeScript does not know which there are.
 */
// biome-ignore lint/suspicious/noExplicitAny: a field may be anything, and whoever knows the .proto file knows what
export type DynamicMessage = Message & Record<string, any>;
