import { Fifo, markHandled } from "../base/index.ts";
import type { GrpcError } from "../core/index.ts";

/** Told how much of the stream was consumed, so that the client may send more. */
export interface ConsumptionObserver {
  release(byteLength: number): void;
  /** The handler waits for a request, and none is there. */
  onRequestWanted(): void;
}

/** A request, or what makes it when it is wanted: one that came compressed takes no more room before than it did. */
export type PendingRequest = object | (() => object);

interface Entry {
  readonly message: PendingRequest;
  readonly byteLength: number;
}

/** A handler that has asked for a request. */
interface Waiter {
  readonly promise: Promise<Result>;
  readonly resolve: (result: Result | Promise<Result>) => void;
  readonly reject: (error: unknown) => void;
}

type Result = IteratorResult<object, undefined>;
const DONE: Result = { done: true, value: undefined };

/** The requests of a streaming call. What was not asked for stays within the stream's window. */
export class RequestStream implements AsyncIterableIterator<object> {
  /** Sees each request on its way to the handler; undefined where nothing does. What it throws, `next()` rejects with. */
  intercept: ((request: object) => object) | undefined = undefined;
  readonly #observer: ConsumptionObserver;
  readonly #entries = new Fifo<Entry>();
  readonly #waiting: Waiter[] = [];
  #isEnded = false;
  #error: GrpcError | undefined;

  constructor(observer: ConsumptionObserver) {
    this.#observer = observer;
  }

  /** Whether the handler waits for the next request, or drops whatever comes. */
  get isWanted(): boolean {
    return this.#isEnded || this.#waiting.length > 0;
  }

  /** A request has come. */
  push(message: PendingRequest, byteLength: number): void {
    if (this.#isEnded) {
      this.#observer.release(byteLength);
      return;
    }
    const waiter = this.#waiting.shift();
    if (waiter === undefined) {
      this.#entries.push({ message, byteLength });
      return;
    }
    this.#observer.release(byteLength);
    waiter.resolve(this.#resultOf(message));
  }

  #resultOf(message: PendingRequest): Result | Promise<Result> {
    const { intercept } = this;
    if (intercept === undefined && typeof message !== "function") return { done: false, value: message };
    const result = new Promise<Result>((resolve) => {
      const request = typeof message === "function" ? (message as () => object)() : message;
      resolve({ done: false, value: intercept === undefined ? request : intercept(request) });
    });
    markHandled(result);
    return result;
  }

  /** No further request comes. */
  end(): void {
    this.#isEnded = true;
    for (const { resolve } of this.#waiting.splice(0)) resolve(DONE);
  }

  /** The call has ended: what has not been read is lost. */
  fail(error: GrpcError): void {
    if (this.#isEnded && this.#entries.size === 0) return;
    this.#isEnded = true;
    this.#error = error;
    this.#entries.clear();
    for (const { promise, reject } of this.#waiting.splice(0)) {
      // A handler may ask ahead and look at the answer later, if at all: a client that leaves must not end the process.
      markHandled(promise);
      reject(error);
    }
  }

  next(): Promise<Result> {
    const entry = this.#entries.shift();
    if (entry !== undefined) {
      this.#observer.release(entry.byteLength);
      return Promise.resolve(this.#resultOf(entry.message));
    }
    if (this.#error !== undefined) {
      const failed: Promise<Result> = Promise.reject(this.#error);
      markHandled(failed);
      return failed;
    }
    if (this.#isEnded) return Promise.resolve(DONE);
    let resolve!: Waiter["resolve"];
    let reject!: Waiter["reject"];
    const promise = new Promise<Result>((onResult, onError) => {
      resolve = onResult;
      reject = onError;
    });
    this.#waiting.push({ promise, resolve, reject });
    this.#observer.onRequestWanted();
    return promise;
  }

  /** The handler reads no more: what still comes is dropped. */
  return(): Promise<Result> {
    for (const { byteLength } of this.#entries.takeAll()) this.#observer.release(byteLength);
    this.end();
    this.#observer.onRequestWanted();
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
