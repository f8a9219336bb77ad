import type { Signal, Transport } from "../core/index.ts";
import type { ObservedChannel } from "../observe/index.ts";
import type { ConnectivityState } from "./balancer/index.ts";

/** Connections to a server, or to several that are as good as each other, and the calls to them. */
export interface Channel extends Transport, ObservedChannel {
  /** `idle` before the first call, and when a connection was lost since which no call was made. */
  readonly state: ConnectivityState;
  /**
   * Connects now rather than with the first call.
   *
   * @throws GrpcError UNAVAILABLE with what was attempted, once every address has failed
   * @throws what `signal` was aborted with; connecting goes on
   */
  connect(options?: { readonly signal?: Signal | undefined }): Promise<void>;
  /**
   * Tells the state of now, and then each that it changes to; those that come and go while nobody asks are left out. Ends behind
   * `shutdown`. It neither connects nor keeps the process alive.
   *
   * @throws what `signal` was aborted with
   */
  watch(options?: { readonly signal?: Signal | undefined }): AsyncIterableIterator<ConnectivityState>;
  /** Ends all calls with UNAVAILABLE. Resolves once every connection is closed. */
  close(): Promise<void>;
}
