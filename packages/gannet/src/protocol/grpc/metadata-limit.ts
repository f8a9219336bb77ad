import { GrpcError } from "../../core/index.ts";
import type { Status } from "./status.ts";

/** How much is repeated of the message of a status that came in a trailer too large. */
const QUOTED_CHARACTERS = 256;

/**
 * What a call fails with whose header or trailer is larger than this side takes.
 *
 * @param what such as `header of the request`
 * @param status what a trailer says all the same
 */
export function metadataTooLarge(what: string, byteLength: number, limit: number, status?: Status): GrpcError {
  const said = status === undefined ? "" : `; it says ${status.code}: ${status.message.slice(0, QUOTED_CHARACTERS)}`;
  return new GrpcError(
    "RESOURCE_EXHAUSTED",
    `the ${what} has ${byteLength} bytes, more than the ${limit} that are allowed (maxMetadataBytes)${said}`,
  );
}
