import { markHandled } from "../base/index.ts";
import { type AnyIterable, type CallWriter, GrpcError, textOfThrown, unsendableRequest } from "../core/index.ts";
import { inNextTurn, MESSAGES_PER_TURN } from "./next-turn.ts";
import type { RequestSource } from "./observed-call.ts";

/**
 * Sends what an iterable yields: the next request is asked for when the wire has room, not before. The iterable is told
 * when nothing more is wanted. What it throws cancels the call.
 */
export class RequestPump implements RequestSource {
  readonly #iterable: AnyIterable<object>;
  #iterator: Iterator<object> | AsyncIterator<object> | undefined;
  #writer: CallWriter | undefined;
  /** Whether the iterable has ended by itself, or has been told to. */
  #isDone = false;
  #isCallEnded = false;
  #isBlocked = false;
  /** Whether the iterable is running: a generator cannot be told anything meanwhile. */
  #isAsking = false;
  #sentThisTurn = 0;
  // Made once, not for each request.
  readonly #onResult = (result: IteratorResult<object>): void => {
    let isNextWanted: boolean;
    try {
      isNextWanted = this.#take(result);
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (isNextWanted) this.#pull();
  };
  readonly #onFailure = (error: unknown): void => this.#fail(error);

  constructor(iterable: AnyIterable<object>) {
    this.#iterable = iterable;
  }

  begin(writer: CallWriter): void {
    this.#writer = writer;
    this.#pull();
  }

  onWritable(): void {
    if (!this.#isBlocked) return;
    this.#isBlocked = false;
    this.#pull();
  }

  onEnd(): void {
    this.#isCallEnded = true;
    if (!this.#isAsking) this.#stop();
  }

  #pull(): void {
    while (!this.#isDone) {
      this.#isAsking = true;
      try {
        this.#iterator ??= iterate(this.#iterable);
        const result: IteratorResult<object> | Promise<IteratorResult<object>> = this.#iterator.next();
        this.#isAsking = false;
        if (typeof (result as Partial<Promise<unknown>> | undefined)?.then === "function") {
          (result as Promise<IteratorResult<object>>).then(this.#onResult, this.#onFailure);
          if (this.#isCallEnded) this.#stop();
          return;
        }
        if (!this.#take(result as IteratorResult<object>)) return;
      } catch (error) {
        this.#isAsking = false;
        this.#fail(error);
        return;
      }
    }
  }

  /** Sends what came. False where the next is not to be asked for now. Throws where the result does, when looked at. */
  #take(result: IteratorResult<object>): boolean {
    if (this.#isDone) return false;
    if (typeof result !== "object" || result === null) {
      this.#fail(new TypeError("the iterator of the requests gave something other than a result"));
      return false;
    }
    if (result.done === true) {
      this.#isDone = true;
      if (!this.#isCallEnded) this.#writer?.endSend();
      return false;
    }
    if (this.#isCallEnded) {
      this.#stop();
      return false;
    }
    return this.#send(result.value);
  }

  #send(request: object): boolean {
    const writer = this.#writer as CallWriter;
    try {
      this.#isBlocked = !writer.send(request);
    } catch (error) {
      writer.cancel(unsendableRequest(error));
      return false;
    }
    if (this.#isBlocked || this.#isCallEnded) return false;
    if (++this.#sentThisTurn < MESSAGES_PER_TURN) return true;
    this.#sentThisTurn = 0;
    inNextTurn(() => this.#pull());
    return false;
  }

  /** What the iterable threw. Of no interest any more where the call has ended. */
  #fail(error: unknown): void {
    this.#isDone = true;
    if (this.#isCallEnded) return;
    const text = textOfThrown(error);
    this.#writer?.cancel(new GrpcError("CANCELLED", `the iterable of requests failed: ${text}`, { cause: error }));
  }

  /** Lets the iterable clean up. What goes wrong there goes nowhere: the call has its outcome already. */
  #stop(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    try {
      this.#iterator ??= iterate(this.#iterable);
      const returned = this.#iterator.return?.();
      // Also a promise of another realm.
      if (typeof (returned as Partial<Promise<unknown>> | undefined)?.then === "function") {
        markHandled(Promise.resolve(returned));
      }
    } catch {}
  }
}

function iterate(iterable: AnyIterable<object>): Iterator<object> | AsyncIterator<object> {
  return Symbol.asyncIterator in iterable ? iterable[Symbol.asyncIterator]() : iterable[Symbol.iterator]();
}
