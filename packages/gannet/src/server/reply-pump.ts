import type { Http2ServerCall } from "./http2-server-call.ts";

/** After so many messages without a wait, other calls get their turn. */
const MESSAGES_PER_TURN = 64;

/** Hears how the replies ended. */
export interface ReplyPumpObserver {
  onDone(): void;
  onError(error: unknown): void;
}

/** Takes replies from a handler's iterable as fast as the wire takes them, and no faster. */
export class ReplyPump {
  readonly #call: Http2ServerCall;
  readonly #iterable: unknown;
  readonly #observer: ReplyPumpObserver;
  #iterator: Iterator<object> | AsyncIterator<object> | undefined;
  #resume: (() => void) | undefined;
  #isStopped = false;

  constructor(call: Http2ServerCall, iterable: unknown, observer: ReplyPumpObserver) {
    this.#call = call;
    this.#iterable = iterable;
    this.#observer = observer;
  }

  start(): void {
    this.#pump().then(
      () => this.#observer.onDone(),
      (error) => this.#observer.onError(error),
    );
  }

  /** The call is over: no reply is wanted any more. The handler's `finally` blocks run. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.onWritable();
    const returned: unknown = this.#iterator?.return?.();
    // What a generator throws while it ends goes nowhere: the call has its status.
    if (returned instanceof Promise) returned.catch(() => {});
  }

  onWritable(): void {
    const resume = this.#resume;
    this.#resume = undefined;
    resume?.();
  }

  async #pump(): Promise<void> {
    const iterator = iterate(this.#iterable);
    this.#iterator = iterator;
    let messages = 0;
    while (!this.#isStopped) {
      const step = iterator.next();
      const result = step instanceof Promise ? await step : step;
      if (result.done === true || this.#isStopped) return;
      if (!this.#call.send(result.value)) {
        await new Promise<void>((resolve) => {
          this.#resume = resolve;
        });
        messages = 0;
      } else if (++messages >= MESSAGES_PER_TURN) {
        messages = 0;
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  }
}

function iterate(iterable: unknown): Iterator<object> | AsyncIterator<object> {
  const candidate = iterable as Partial<AsyncIterable<object> & Iterable<object>> | null | undefined;
  const iterator = candidate?.[Symbol.asyncIterator]?.() ?? candidate?.[Symbol.iterator]?.();
  if (iterator === undefined)
    throw new TypeError("the handler of a streaming method must return an iterable, such as a generator does");
  return iterator;
}
