/** What calls are made with that do not say. */
export interface CallDefaults {
  readonly timeoutMs?: number | undefined;
  readonly waitForReady?: boolean | undefined;
  readonly compress?: boolean | undefined;
}

/** How a channel makes its calls. */
export interface CallRules {
  /** Undefined for nothing. */
  readonly defaults: CallDefaults | undefined;
  readonly maxSendBytes: number;
  readonly maxReceiveBytes: number;
  /** Whether calls are attempted again at all, beside transparently. */
  readonly isRetrying: boolean;
  /** Whether methods that say they are idempotent are retried where no config says otherwise. */
  readonly isRetryingIdempotent: boolean;
}
