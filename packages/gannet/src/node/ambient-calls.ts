import { AsyncLocalStorage } from "node:async_hooks";
import type { AmbientCalls, ParentCall, ServerCall } from "../core/index.ts";

/**
 * Follows calls through promises, timers and generators. There is one for the process, as there is one flow of
 * asynchronous code: a handler and the channel that it calls over need not know of each other.
 */
class AsyncAmbientCalls implements AmbientCalls {
  readonly #storage = new AsyncLocalStorage<ParentCall>();
  #isWanted = false;
  /** Until then there is nothing to look for. */
  #isEntered = false;

  get isWanted(): boolean {
    return this.#isWanted;
  }

  want(): void {
    this.#isWanted = true;
  }

  current(): ParentCall | undefined {
    if (!this.#isEntered) return undefined;
    const call = this.#storage.getStore();
    // What a handler has left running is nobody's: it may go on for ever, which no deadline of a call is meant for.
    return call?.isHandlerRunning === true ? call : undefined;
  }

  run<T>(call: ParentCall, code: () => T): T {
    this.#isEntered = true;
    return this.#storage.run(call, code);
  }

  runOutside<T>(code: () => T): T {
    return this.#isEntered ? this.#storage.exit(code) : code();
  }
}

/** The ambient calls of this process. */
export const ambientCalls: AmbientCalls = new AsyncAmbientCalls();

/**
 * The server call whose handler is running, if any: also in whatever the handler has called, awaits or iterates over.
 * With a server's option `ambient: "auto"` it is known for calls that arrive after this was asked for the first time, or
 * after a channel was made; with `true` for all.
 */
export function currentCall(): ServerCall | undefined {
  ambientCalls.want();
  return ambientCalls.current();
}
