import type { GrpcError } from "../core/index.ts";

/** Told how much of the stream was consumed, so that the client may send more. */
export interface ConsumptionObserver {
  onConsumed(byteLength: number): void;
}

interface Entry {
  readonly message: object;
  readonly byteLength: number;
}

type Result = IteratorResult<object, undefined>;
const DONE: Result = { done: true, value: undefined };

/** The requests of a streaming call. What was not asked for stays within the stream's window. */
export class RequestStream implements AsyncIterableIterator<object> {
  readonly #observer: ConsumptionObserver;
  readonly #entries: Entry[] = [];
  readonly #waiting: { readonly resolve: (result: Result) => void; readonly reject: (error: unknown) => void }[] = [];
  #isEnded = false;
  #error: GrpcError | undefined;

  constructor(observer: ConsumptionObserver) {
    this.#observer = observer;
  }

  /** A request has come. */
  push(message: object, byteLength: number): void {
    if (this.#isEnded) return;
    const waiter = this.#waiting.shift();
    if (waiter === undefined) {
      this.#entries.push({ message, byteLength });
      return;
    }
    this.#observer.onConsumed(byteLength);
    waiter.resolve({ done: false, value: message });
  }

  /** No further request comes. */
  end(): void {
    this.#isEnded = true;
    for (const { resolve } of this.#waiting.splice(0)) resolve(DONE);
  }

  /** The call has ended: what has not been read is lost. */
  fail(error: GrpcError): void {
    if (this.#isEnded && this.#entries.length === 0) return;
    this.#isEnded = true;
    this.#error = error;
    this.#entries.length = 0;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  next(): Promise<Result> {
    const entry = this.#entries.shift();
    if (entry !== undefined) {
      this.#observer.onConsumed(entry.byteLength);
      return Promise.resolve({ done: false, value: entry.message });
    }
    if (this.#error !== undefined) return Promise.reject(this.#error);
    if (this.#isEnded) return Promise.resolve(DONE);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** The handler reads no more: what still comes is dropped. */
  return(): Promise<Result> {
    this.#isEnded = true;
    this.#entries.length = 0;
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
