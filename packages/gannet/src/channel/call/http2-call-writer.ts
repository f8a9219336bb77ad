import type { CallWriter } from "../../core/index.ts";

/** Drives a call on a connection. */
export interface Http2CallWriter extends CallWriter {
  /** How many bytes of requests were sent, as they are on the wire. */
  readonly sentBytes: number;
}

/** Takes over a call of which the server has seen nothing. */
export interface UnprocessedHandler {
  /**
   * True where it will start the call again: then its observer is not told.
   *
   * @param isUnsent whether it has not even left
   */
  onUnprocessed(message: string, isUnsent: boolean): boolean;
}
