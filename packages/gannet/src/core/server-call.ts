import type { DescMethod } from "@bufbuild/protobuf";
import type { Metadata } from "./metadata.ts";
import type { Peer } from "./peer.ts";
import type { Signal } from "./signal.ts";

/** A call, as its handler sees it. */
export interface ServerCall {
  readonly method: DescMethod;
  /** What the client asked for, such as `/library.Library/Find`. */
  readonly path: string;
  /** What the client sent; a copy, yours to change. */
  readonly metadata: Metadata;
  /** Sent before the first reply, or with `sendHeader`. */
  readonly header: Metadata;
  /** Sent behind the last reply. */
  readonly trailer: Metadata;
  /** Aborted once the client has gone, cancelled or run out of time. Made when first asked for. */
  readonly signal: Signal;
  /** False once the client has gone, cancelled or run out of time. */
  readonly active: boolean;
  readonly deadline: Date | undefined;
  readonly peer: Peer;
  /** What the messages are written in: the client chooses. */
  readonly format: "proto" | "json";
  /**
   * Whether the replies that follow are compressed, where the client takes any compression of the server's. May change
   * from reply to reply, if it was set before the header was sent.
   *
   * @default the server's option `compress`
   */
  compress: boolean;
  /** Whether this request came compressed. */
  wasCompressed(request: object): boolean;
  /** Milliseconds until the deadline; undefined where there is none. */
  timeRemainingMs(): number | undefined;
  /** Sends the header now, rather than with the first reply. */
  sendHeader(): void;
  /** Ends the call with CANCELLED. */
  cancel(): void;
}
