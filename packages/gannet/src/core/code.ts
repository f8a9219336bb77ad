// biome-ignore format: a list to scan, not to diff
/** In wire order: the number of a code is its index here. */
export const CODE_NAMES = [
  "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
  "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE",
  "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
] as const;

/**
 * How a call ended, under its gRPC name.
 * See https://grpc.io/docs/guides/status-codes/ for when to use which.
 */
export type Code = (typeof CODE_NAMES)[number];

/** How a call that failed ended. */
export type ErrorCode = Exclude<Code, "OK">;

/** The code with this wire number; unknown numbers read as UNKNOWN, as the gRPC specification asks. */
export function codeFromNumber(wireNumber: number): Code {
  return CODE_NAMES[wireNumber] ?? "UNKNOWN";
}

/** The number of a code on the wire. */
export function codeToNumber(code: Code): number {
  return CODE_NAMES.indexOf(code);
}
