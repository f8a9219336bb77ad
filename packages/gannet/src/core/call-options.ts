import type { CallCredentials } from "./call-credentials.ts";
import type { MetadataInit } from "./metadata.ts";
import type { ServerCall } from "./server-call.ts";
import type { Signal } from "./signal.ts";

/** What a client may set for one call. */
export interface CallOptions {
  /**
   * Milliseconds the call may take, counted from now. When it passes, the call
   * fails with DEADLINE_EXCEEDED here and is cancelled on the server.
   *
   * @default none
   */
  readonly timeoutMs?: number | undefined;

  /** Cancels the call when aborted: it fails with CANCELLED, `cause` being the abort reason. */
  readonly signal?: Signal | undefined;

  /**
   * Request metadata. Keys that end in `-bin` take bytes, all others ASCII text.
   *
   * @throws TypeError for a key or value that HTTP/2 does not allow
   */
  readonly metadata?: MetadataInit | undefined;

  /**
   * Queue the call while there is no connection instead of failing it with UNAVAILABLE. Set a timeout too: otherwise it
   * may queue forever.
   *
   * @default false
   */
  readonly waitForReady?: boolean | undefined;

  /**
   * Compress the requests, with the first of the channel's `compressors`. Replies are compressed where the server wants.
   *
   * @default the channel's option `compress`
   */
  readonly compress?: boolean | undefined;

  /**
   * What the call proves itself by, behind what the channel has for all calls.
   *
   * @default none
   */
  readonly callCredentials?: CallCredentials | undefined;

  /**
   * The server call that this one is made for: it gets no more time than that has left, and ends with it where that is
   * over before its handler. `null` for none.
   *
   * @default the server call whose handler is running, if any
   */
  readonly parent?: ServerCall | null | undefined;
}
