import { GrpcError } from "../../core/index.ts";
import type { Status } from "./status.ts";

/** How much is repeated of the message of a status that came in a trailer too large. */
const QUOTED_CHARACTERS = 256;

/**
 * What a call fails with whose header or trailer is larger than this side takes.
 *
 * @param what `header of the request`, which the server takes, or such as `server's trailer`, which the client does
 * @param status what a trailer says all the same
 */
export function metadataTooLarge(what: string, byteLength: number, limit: number, status?: Status): GrpcError {
  const side = what.startsWith("server") ? "the client takes" : "the server takes";
  const said = status === undefined ? "" : `; it says ${status.code}: ${status.message.slice(0, QUOTED_CHARACTERS)}`;
  return new GrpcError(
    "RESOURCE_EXHAUSTED",
    `the ${what} has ${byteLength} bytes, more than the ${limit} that ${side} (maxMetadataBytes)${said}`,
  );
}

/**
 * What a call fails with whose metadata, header or trailer is larger than the other side said that it takes. Some peers end
 * the whole connection over such a thing, so that it is not sent.
 */
export function metadataTooLargeForPeer(what: "metadata" | "header" | "trailer", limit: number): GrpcError {
  const peer = what === "metadata" ? "server" : "client";
  const raised = peer === "server" ? "maxMetadataBytes of the server" : "maxMetadataBytes of its channel";
  const message = `the ${what} has more than the ${limit} bytes that the ${peer} takes (with gannet, ${raised})`;
  return new GrpcError("RESOURCE_EXHAUSTED", message);
}
