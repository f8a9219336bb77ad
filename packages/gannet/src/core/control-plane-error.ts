import type { ErrorCode } from "./code.ts";
import { GrpcError } from "./grpc-error.ts";
import { textOfThrown } from "./thrown-text.ts";

/** Codes that only an application may give (gRFC A54). */
const APPLICATION_CODES: ReadonlySet<ErrorCode> = new Set([
  "INVALID_ARGUMENT",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "DATA_LOSS",
]);

/**
 * What a call fails with because something beside it did, such as a source of credentials: with its code, unless that is
 * for applications alone, which becomes INTERNAL (gRFC A54).
 *
 * @param what stands before the reason
 * @param fallback the code for what is no GrpcError
 */
export function controlPlaneError(error: unknown, what: string, fallback: ErrorCode): GrpcError {
  if (!GrpcError.is(error)) return new GrpcError(fallback, `${what}: ${textOfThrown(error)}`, { cause: error });
  const code = APPLICATION_CODES.has(error.code) ? "INTERNAL" : error.code;
  const was = code === error.code ? "" : ` (${error.code})`;
  return new GrpcError(code, `${what}${was}: ${error.reason}`, { cause: error });
}
