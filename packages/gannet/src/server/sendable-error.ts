import { codeToNumber, GrpcError, isDetail, textOfThrown } from "../core/index.ts";

/** How much is left of the message of an error that is too large for the client's limit of headers. */
const MAX_SHORTENED_MESSAGE = 1_000;

/**
 * Why an error that a handler threw cannot be told to the client: it may be of another copy of this package, or changed
 * since it was made. Undefined where it can.
 */
export function unsendableBecause(error: GrpcError): string | undefined {
  try {
    const { code, reason, details } = error;
    // Made when asked for, which throws where a key or value is none.
    for (const _ of error.trailer);
    if (!(codeToNumber(code) > 0)) return "it has no code of an error";
    if (typeof reason !== "string") return "its reason is no text";
    return details.every(isDetail) ? undefined : "its details are not what detail() makes";
  } catch (problem) {
    return textOfThrown(problem);
  }
}

/** The code of an error and as much of its message as surely fits. */
export function shortenedError(error: GrpcError, limit: number): GrpcError {
  const message = error.reason.slice(0, Math.min(MAX_SHORTENED_MESSAGE, Math.floor(limit / 16)));
  return new GrpcError(error.code, `${message} (shortened: the client takes no more than ${limit} bytes)`);
}
