import type { DescMessage } from "@bufbuild/protobuf";
import { createCodec } from "../create-codec.ts";

/** More than are interpreted before there is code for a type. */
const MESSAGES = 10;

/** Uses a type, and those of its fields, until code is made for each: for tests of that, rather than of what is interpreted. */
export function compileType(schema: DescMessage): void {
  const types = new Set([schema]);
  // The set grows while it is walked.
  for (const type of types) {
    for (const { message } of type.fields) if (message !== undefined) types.add(message);
    const codec = createCodec(type);
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
