import { codeToNumber, type GrpcError, isDetail, textOfThrown } from "../core/index.ts";

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
