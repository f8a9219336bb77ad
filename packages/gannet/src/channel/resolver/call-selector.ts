import type { CallInit } from "../../core/index.ts";

/** A call that is about to be made. */
export interface SelectableCall {
  /** `/package.Service/Method` */
  readonly path: string;
  /** Several values with commas between; undefined for bytes. */
  metadata(key: string): string | undefined;
}

/** How one call is made. */
export interface CallChoice {
  /**
   * What a `MethodConfig` of a service config says, without `name`; undefined for what the service config has for the
   * method. Read once for each object: calls that are made alike are to be given the same.
   */
  readonly methodConfig?: object | undefined;
  /** What `ring_hash` goes by where it has no `requestHashHeader`. */
  readonly hash?: bigint | undefined;
  /** What else balancers go by, such as the cluster that was chosen. The same for all attempts. */
  readonly attributes?: ReadonlyMap<string, unknown> | undefined;
  /** Called once, when no further connection is chosen for the call: it is over. */
  readonly onCommitted?: (() => void) | undefined;
}

/**
 * Chooses how a call is made, once for each call and before its first attempt (gRFC A31).
 *
 * @throws GrpcError that the call ends with; a code for applications alone becomes INTERNAL (gRFC A54)
 */
export type CallSelector = (call: SelectableCall) => CallChoice;

/** What a call is started with, and what was chosen for it. */
export interface SelectedCallInit extends CallInit {
  /** Undefined where nothing chooses. */
  readonly choice?: CallChoice | undefined;
}
