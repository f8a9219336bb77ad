import type { GrpcError } from "../../core/index.ts";

/**
 * Says in the cause of a call's error how many attempts there were, how those failed that it is not the error of, and why
 * there was no further one. A call that had a single attempt, as its policy has it, keeps its error as it is.
 *
 * @param failures of attempts, in order
 * @param obstacle what kept a further attempt from being made; undefined for nothing but the policy
 */
export function tellOfAttempts(
  error: GrpcError,
  attempts: number,
  failures: readonly GrpcError[],
  obstacle: string | undefined,
): void {
  const others = failures.filter((failure) => failure !== error);
  if (others.length === 0 && obstacle === undefined) return;
  const count = attempts === 1 ? "1 attempt was made" : `${attempts} attempts were made`;
  const isOfAttempt = others.length < failures.length || attempts > failures.length;
  const which = isOfAttempt ? "before this one" : attempts === 1 ? "it failed" : "they failed";
  const before = others.length === 0 ? "" : `; ${which}: ${others.map(({ message }) => message).join("; ")}`;
  const end = obstacle === undefined ? "" : `; no further one, as ${obstacle}`;
  const cause = new AggregateError(others, `${count}${before}${end}`, "cause" in error ? { cause: error.cause } : {});
  // Where it was made tells nobody anything.
  Object.defineProperty(cause, "stack", { value: String(cause), configurable: true, writable: true });
  Object.defineProperty(error, "cause", { value: cause, configurable: true, writable: true });
}
