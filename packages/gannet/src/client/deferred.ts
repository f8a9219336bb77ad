import type { GrpcError } from "../core/index.ts";
import { rejectAtCaller } from "./caller-stack.ts";

/** A promise that is settled from outside. (`Promise.withResolvers` needs Node 22.) */
export class Deferred<T> {
  readonly promise: Promise<T>;
  resolve!: (value: T | PromiseLike<T>) => void;

  constructor() {
    this.promise = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  /**
   * Rejects with an error whose stack leads to who waits for this. It need not be handled: it never becomes an unhandled
   * rejection.
   *
   * @param derived a promise that rejects with this one, and need not be handled either
   */
  fail(error: GrpcError, derived?: Promise<unknown>): void {
    this.resolve(rejectAtCaller(error, this.promise, derived));
  }
}
