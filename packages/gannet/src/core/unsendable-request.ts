import { GrpcError } from "./grpc-error.ts";
import { textOfThrown } from "./thrown-text.ts";

/**
 * What a call fails with whose request could not be sent.
 *
 * @param thrown by the sending: a GrpcError says itself what is wrong, all else that the request cannot be encoded
 */
export function unsendableRequest(thrown: unknown): GrpcError {
  if (GrpcError.is(thrown)) return thrown;
  return new GrpcError("INTERNAL", `the request cannot be encoded: ${textOfThrown(thrown)}`, { cause: thrown });
}
