import type { DescMessage } from "@bufbuild/protobuf";
import type { createCodec } from "gannet/codec";

/** More than are interpreted before there is code for a type. */
const MESSAGES = 10;
/** Those that were made code for: the types of a large API are all in each other. */
const compiled = new WeakSet<DescMessage>();

/**
 * Uses a type, and those of its fields, until code is made for each, so that what comes behind is done by code: the first
 * messages of a type are interpreted.
 *
 * @param create that of `gannet/codec`, or of a copy of it
 */
export function compileType(schema: DescMessage, create: typeof createCodec): void {
  const types = new Set([schema]);
  // The set grows while it is walked.
  for (const type of types) {
    if (compiled.has(type)) continue;
    compiled.add(type);
    for (const { message } of type.fields) if (message !== undefined) types.add(message);
    const codec = create(type);
    for (let count = 0; count < MESSAGES; count++) {
      codec.decode(new Uint8Array(0));
      try {
        codec.encode({});
      } catch {
        // A field is required.
      }
    }
  }
}
