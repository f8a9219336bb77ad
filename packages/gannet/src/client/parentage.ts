import { type Clock, systemClock } from "../base/index.ts";
import { type ChildCall, GrpcError, type ParentCall, type ServerCall } from "../core/index.ts";
import type { CallStart } from "./call-start.ts";
import type { SharedSignals } from "./shared-signals.ts";

/** What a call is released from when it ends. */
export interface ParentLink {
  release(child: ChildCall): void;
}

/** What a call fails with, where the server call that it is made for is over already; undefined where it is not. */
export function endedWith(parent: ServerCall): GrpcError | undefined {
  if (isParentCall(parent)) {
    if (parent.abortError !== undefined) return parentEnded(parent, parent.abortError);
  } else if (parent.signal.aborted) {
    return parentEnded(parent, parent.signal.reason);
  }
  if (parent.timeRemainingMs() !== 0) return undefined;
  return new GrpcError("DEADLINE_EXCEEDED", `the deadline of ${describe(parent)} has passed`);
}

/** How a call starts that has no more time than the server call which it is made for. */
export function withDeadlineOf(parent: ServerCall, start: CallStart, clock: Clock = systemClock): CallStart {
  const remainingMs = parent.timeRemainingMs();
  if (remainingMs === undefined) return start;
  const deadline = clock.now() + remainingMs;
  return start.deadline !== undefined && start.deadline <= deadline ? start : { ...start, deadline };
}

/** Has `child` told when its parent is over. */
export function linkToParent(parent: ServerCall, child: ChildCall, signals: SharedSignals): ParentLink {
  if (isParentCall(parent)) {
    parent.adopt(child);
    return parent;
  }
  // A call of another copy of this package, or of a test.
  const target = { cancel: (reason: unknown) => child.onParentEnd(reason) };
  const link = signals.link(parent.signal, target);
  return { release: () => link.release(target) };
}

/** What a call fails with that ends with the server call which it was made for. */
export function parentEnded(parent: ServerCall, reason: unknown): GrpcError {
  const isOutOfTime = GrpcError.is(reason, "DEADLINE_EXCEEDED");
  const why = GrpcError.is(reason) ? `: ${reason.message}` : "";
  return new GrpcError(isOutOfTime ? "DEADLINE_EXCEEDED" : "CANCELLED", `${describe(parent)} is over${why}`, {
    cause: reason,
  });
}

function describe(parent: ServerCall): string {
  return `the server call ${parent.path}, which this one was made for,`;
}

function isParentCall(call: ServerCall | ParentCall): call is ParentCall {
  return "adopt" in call;
}
