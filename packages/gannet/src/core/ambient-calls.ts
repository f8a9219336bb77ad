import type { GrpcError } from "./grpc-error.ts";
import type { ServerCall } from "./server-call.ts";

/** A call that was made for a server call, and ends with it. */
export interface ChildCall {
  /** @param reason why the server call was over before its handler was: a GrpcError, most often */
  onParentEnd(reason: unknown): void;
}

/** A server call that knows of the calls which are made for it. */
export interface ParentCall extends ServerCall {
  /** Why it was over before its handler was; undefined where it was not. */
  readonly abortError: GrpcError | undefined;
  /** Whether its handler, with its interceptors, has still something to do. */
  readonly isHandlerRunning: boolean;
  /** Tells `child` when the call is over before its handler is, until it is released. */
  adopt(child: ChildCall): void;
  release(child: ChildCall): void;
}

/** Knows which server call the code that is running belongs to. */
export interface AmbientCalls {
  /** Whether anybody in this process might ask: else there is no need to enter. */
  readonly isWanted: boolean;
  /** Somebody will ask. */
  want(): void;
  /** The server call whose handler is running, if any. */
  current(): ParentCall | undefined;
  /** Runs code, and all that it sets off, for a server call. */
  run<T>(call: ParentCall, code: () => T): T;
  /** Runs code for none: what it sets off outlives the call at hand. */
  runOutside<T>(code: () => T): T;
}
