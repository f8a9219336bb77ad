/**
 * What a programmer did wrong, as opposed to what went wrong with a call. Errors of misuse are TypeErrors or
 * RangeErrors with one of these as their `code`; they do not change between versions.
 */
export type MisuseCode =
  /** Options have a key that nothing reads, most often a slip of the pen. */
  | "GANNET_UNKNOWN_OPTION"
  /** An option has a value that it cannot have. */
  | "GANNET_INVALID_OPTION"
  /** A function was given something that it does not take. */
  | "GANNET_INVALID_ARGUMENT"
  /** Metadata has a key or a value that gRPC does not allow. */
  | "GANNET_INVALID_METADATA"
  /** The header of a call was changed when it was sent already. */
  | "GANNET_ALREADY_SENT"
  /** The replies of a call were iterated, or read in batches, a second time. */
  | "GANNET_ALREADY_READ"
  /** An interceptor called `next()` a second time. */
  | "GANNET_NEXT_TWICE"
  /** An interceptor gave one reply to a call whose replies stream. */
  | "GANNET_REPLY_STREAMED"
  /** A service was added to a server twice. */
  | "GANNET_SERVICE_TWICE"
  /** A service was added to a server without a handler for each of its methods. */
  | "GANNET_HANDLER_MISSING"
  /** A reply has a property that its message does not have: checked in tests and development only. */
  | "GANNET_UNKNOWN_PROPERTY"
  /** A server was asked to listen after it was shut down. */
  | "GANNET_SHUT_DOWN";

/** Makes an error of misuse, such as `misuse(TypeError, "GANNET_INVALID_OPTION", "…")`. */
export function misuse<E extends TypeError | RangeError>(
  kind: new (message: string) => E,
  code: MisuseCode,
  message: string,
): E & { readonly code: MisuseCode } {
  return Object.assign(new kind(message), { code });
}
