import { markHandled } from "../base/index.ts";
import type { GrpcError } from "../core/index.ts";

interface StackCapturing {
  /** Of V8, and lately of others. */
  captureStackTrace?(target: object, below: unknown): void;
}

/**
 * Gives an error, made somewhere in the engine where bytes came in, the stack of the code that is running now.
 *
 * @param below the function whose callers are of interest
 */
export function pointAtCaller(error: GrpcError, below: unknown): GrpcError {
  (Error as StackCapturing).captureStackTrace?.(error, below);
  return error;
}

/**
 * A promise that rejects with an error whose stack leads to the `await` that waits for it.
 *
 * To note the stack when a call starts would take several times as long as the call. Yet V8 knows who awaits the
 * promise of the function that is running, and who awaits that: so the stack is taken when the call has failed, in a
 * job of its own. The waiting comes first: what was resolved with this promise is linked to it one job later.
 *
 * @param handled promises that will reject with this, and need not be handled
 */
export async function rejectAtCaller(
  error: GrpcError,
  ...handled: readonly (Promise<unknown> | undefined)[]
): Promise<never> {
  await Promise.resolve();
  await Promise.resolve();
  pointAtCaller(error, rejectAtCaller);
  // Not before: V8 looks no further where a promise has two who wait for it.
  for (const promise of handled) if (promise !== undefined) markHandled(promise);
  throw error;
}
