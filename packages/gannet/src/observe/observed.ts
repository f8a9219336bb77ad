import type { TlsFacts } from "../core/index.ts";
import type { CallStats } from "./call-counts.ts";
import type { ConnectionStats } from "./connection-counts.ts";

/** A connection, for as long as it is open: the same object each time, so that it can be a key. */
export interface ObservedConnection {
  /** `203.0.113.7:40122`, `[2001:db8::7]:40122`, `unix:` with the path where it has one, or `in-memory`. */
  readonly remoteAddress: string;
  /** As `remoteAddress`; undefined where what carries the connection does not say. */
  readonly localAddress: string | undefined;
  /** Undefined on a connection that is not encrypted. */
  readonly tls: TlsFacts | undefined;
  stats(): ConnectionStats;
}

/** Where a server listens: the same object each time. */
export interface ObservedListener {
  /** `host:port`, or `unix:path`. */
  readonly address: string;
}

/** A server, as services and dashboards see it. */
export interface ObservedServer {
  /** What happened so far, in numbers. */
  stats(): ServerStats;
  /** Where it listens now. */
  listeners(): readonly ObservedListener[];
  /** The connections that are open now. */
  connections(): readonly ObservedConnection[];
}

/**
 * How many message types were encoded or decoded so far, by what their codec is: code from `gannet gen --codecs`, code that
 * is made in this process behind the first few messages, or none. Messages in JSON do not count.
 */
export interface CodecStats {
  readonly aheadOfTime: number;
  readonly compiled: number;
  readonly interpreted: number;
}

/** What happened on a server so far. All numbers count from its making, but for those that say `now`. */
export interface ServerStats {
  readonly connections: {
    /** Now. */
    readonly open: number;
    /** That spoke HTTP/2. */
    readonly total: number;
    /** Beyond `maxConnections`. */
    readonly refused: number;
  };
  readonly calls: CallStats & {
    /** Handlers that run now. */
    readonly running: number;
    /** Calls that wait for `maxConcurrentCalls` now. */
    readonly queued: number;
    /** Calls beyond `maxQueuedCalls`. */
    readonly refused: number;
  };
  /** Requests that were not gRPC, and were answered with an HTTP status. */
  readonly foreignRequests: number;
  readonly messages: { readonly sent: number; readonly received: number };
  readonly codecs: CodecStats;
  /** What clients did wrong in HTTP/2: how often, by name. */
  readonly violations: Readonly<Record<string, number>>;
}

/** How a channel or a subchannel is (gRPC connectivity semantics). */
export type ObservedState = "idle" | "connecting" | "ready" | "transientFailure" | "shutdown";

/** A channel, as services and dashboards see it. */
export interface ObservedChannel {
  /** As it was given to `createChannel`. */
  readonly target: string;
  /** What happened so far, in numbers. */
  stats(): ChannelStats;
  /** The backends that it knows now. */
  subchannels(): readonly ObservedSubchannel[];
}

/** What happened on a channel so far. */
export interface ChannelStats {
  readonly state: ObservedState;
  readonly calls: CallStats & {
    /** Calls that wait for a connection now. */
    readonly waiting: number;
    /** Calls that wait now as the connections of their backend have as many streams as it allows. */
    readonly waitingForRoom: number;
  };
  readonly connections: {
    /** Now. */
    readonly open: number;
    readonly total: number;
    /** Those of `total` that were opened beside others, which were full (gRFC A105). */
    readonly further: number;
  };
  readonly codecs: CodecStats;
}

/** A backend of a channel: the same object each time. */
export interface ObservedSubchannel {
  readonly addresses: readonly string[];
  stats(): SubchannelStats;
  /** Those that are open now: those that finish their calls too. */
  connections(): readonly ObservedConnection[];
}

/** What happened on a subchannel so far. A call that is made again counts each time. */
export interface SubchannelStats {
  readonly state: ObservedState;
  /** Why the last attempts to connect failed; undefined before the first failure and while ready. */
  readonly failure: string | undefined;
  /** Succeeded are those that the server gave a status, whichever. */
  readonly calls: Pick<CallStats, "started" | "succeeded" | "failed" | "lastStartedAt"> & {
    /** Calls that wait now as its connections have as many streams as it allows. */
    readonly waitingForRoom: number;
  };
}
