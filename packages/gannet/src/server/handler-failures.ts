import type { Clock } from "../base/index.ts";
import { dropRejection, type ServerCall, thrownFields, type WarningEmitter } from "../core/index.ts";
import type { EventTeller } from "../observe/index.ts";
import type { ServerOptions } from "./server-options.ts";

/** A handler that fails with every call says so once in a while. */
const WARNING_INTERVAL_MS = 1_000;

/**
 * Tells of what handlers throw that is no GrpcError, as the client hears nothing of it: the hook, events, and where there
 * is neither, who runs the process.
 */
export class HandlerFailures {
  readonly #hook: ServerOptions["onUnexpectedError"];
  readonly #events: EventTeller;
  readonly #emitWarning: WarningEmitter;
  readonly #clock: Clock;
  #warnedAt = Number.NEGATIVE_INFINITY;
  #withheld = 0;

  constructor(hook: ServerOptions["onUnexpectedError"], events: EventTeller, emit: WarningEmitter, clock: Clock) {
    this.#hook = hook;
    this.#events = events;
    this.#emitWarning = emit;
    this.#clock = clock;
  }

  tell(error: unknown, call: ServerCall): void {
    const fields = { path: call.path, ...thrownFields(error) };
    if (this.#hook === undefined && !this.#events.isHeard) this.#warn(fields);
    const onHookFailed = (second: unknown) => this.#events.tell("error-hook-failed", "error", thrownFields(second));
    try {
      dropRejection(this.#hook?.(error, call), onHookFailed);
    } catch (second) {
      onHookFailed(second);
    }
    this.#events.tell("handler-failed", "error", fields);
  }

  #warn({ path, error, stack }: { readonly path: string } & ReturnType<typeof thrownFields>): void {
    const now = this.#clock.now();
    if (now - this.#warnedAt < WARNING_INTERVAL_MS) {
      this.#withheld++;
      return;
    }
    const more = this.#withheld === 0 ? "" : `, and ${this.#withheld} more calls since the last warning`;
    this.#warnedAt = now;
    this.#withheld = 0;
    const way = "createServer({ onUnexpectedError }) is told each time, in the place of this";
    this.#emitWarning(`the handler of ${path} failed${more}: ${error} (${way})`, "GANNET_HANDLER_FAILED", stack);
  }
}
