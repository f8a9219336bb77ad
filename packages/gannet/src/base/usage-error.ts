/**
 * What a program can do wrong with this package. A TypeError carries one of these as its `code`; the text says what to
 * do instead.
 */
export const USAGE_ERRORS = {
  GANNET_UNKNOWN_OPTION: "An option has a name that does not exist, mostly a slip.",
  GANNET_INVALID_OPTION: "An option has a value that it cannot have.",
  GANNET_INVALID_TARGET: "A channel's target cannot be read.",
  GANNET_INVALID_ADDRESS: "An address to listen at or connect to cannot be read.",
  GANNET_CREDENTIALS_REQUIRED: "The target does not say whether to use TLS, and no credentials do.",
  GANNET_CREDENTIALS_MISMATCH: "The target says one thing about TLS, and the credentials another.",
  GANNET_INVALID_CREDENTIALS: "A certificate or key cannot be read, or does not go with the other.",
} as const;
export type UsageErrorCode = keyof typeof USAGE_ERRORS;

/** A mistake in how this package is used. */
export type UsageError = TypeError & { readonly code: UsageErrorCode };

/** Makes the error for a mistake in how this package is used. */
export function usageError(code: UsageErrorCode, message: string, cause?: unknown): UsageError {
  const error = new TypeError(message, cause === undefined ? undefined : { cause });
  return Object.assign(error, { code });
}
