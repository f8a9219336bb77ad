import type { GrpcError } from "gannet";

export type StatusName = "OK" | GrpcError["code"];

/** How a call ended for its client. */
export interface Outcome {
  readonly status: StatusName;
  readonly reason: string;
  readonly at: number;
  /** Replies that came, all of which were as they should be. */
  readonly replies: number;
}

/** What became of a call on servers. */
export interface ServerRecord {
  /** How often a handler was called. */
  runs: number;
  requests: number;
  /** All requests were read up to their end. */
  hasReadAll: boolean;
  repliesSent: number;
  /** How the last handler ended; undefined while it runs. */
  ending: "returned" | "threw" | undefined;
}
