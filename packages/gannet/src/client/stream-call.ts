import { Fifo, markHandled } from "../base/index.ts";
import { type CallEnd, type CallWriter, type GrpcError, misuse } from "../core/index.ts";
import type { CallStart } from "./call-start.ts";
import type { CallTarget } from "./call-target.ts";
import { pointAtCaller } from "./caller-stack.ts";
import type { ServerStreamCall } from "./client-call.ts";
import { Deferred } from "./deferred.ts";
import { ObservedCall, type RequestSource } from "./observed-call.ts";
import { sendSingle } from "./send-single.ts";

/** How many messages may wait here or be on their way: enough to keep the wire busy, few enough to hold. */
const MESSAGES_AHEAD = 16;
/** The same for who reads in batches, as the messages are many and small then. */
const BATCH_AHEAD = 256;
/** Nor more than so many bytes, and the message that goes beyond: a few compressed ones may be very large. */
const BYTES_AHEAD = 1024 * 1024;

type Result<O> = IteratorResult<O, undefined>;

/** A call with several replies. Iterates by hand: an async generator takes a quarter longer for each message. */
export class StreamCall<O> extends ObservedCall implements ServerStreamCall<O> {
  readonly #messages = new Fifo<O>();
  /** Those who asked when there was nothing. Either these or the messages are empty. */
  readonly #waiting = new Fifo<Deferred<Result<O>>>();
  /** Wakes who reads in batches. */
  #readable: Deferred<void> | undefined;
  #ahead = MESSAGES_AHEAD;
  /** How many messages were taken since more were asked for. */
  #taken = 0;
  #isRead = false;
  /** Whether the reader has heard of the end, or has left. */
  #isOver = false;

  /** Starts a call with one request. */
  start(target: CallTarget, start: CallStart, request: object): this {
    const writer = this.begin(target, start);
    if (writer !== undefined) sendSingle(writer, request);
    return this;
  }

  /** Starts a call with many requests. */
  startStreaming(target: CallTarget, start: CallStart, requests: RequestSource): this {
    const writer = this.begin(target, start, requests);
    if (writer !== undefined) requests.begin(writer);
    return this;
  }

  protected override begin(target: CallTarget, start: CallStart, requests?: RequestSource): CallWriter | undefined {
    const writer = super.begin(target, start, requests);
    writer?.request(MESSAGES_AHEAD, BYTES_AHEAD);
    return writer;
  }

  // ---- for the caller -----------------------------------------------------------------

  [Symbol.asyncIterator](): this {
    this.#readOnce();
    return this;
  }

  next(): Promise<Result<O>> {
    if (this.#messages.size > 0) {
      const value = this.#messages.shift() as O;
      this.#askForMore(1);
      return Promise.resolve({ done: false, value });
    }
    if (this.#isOver) return Promise.resolve({ done: true, value: undefined });
    if (this.callEnd !== undefined) {
      this.#isOver = true;
      const { error } = this.callEnd;
      if (error !== undefined) return rejected(pointAtCaller(error, this.next));
      return Promise.resolve({ done: true, value: undefined });
    }
    const waiting = new Deferred<Result<O>>();
    this.#waiting.push(waiting);
    this.#askForTaken();
    return waiting.promise;
  }

  /** Called when a `for await` is left: cancels the call. */
  return(): Promise<Result<O>> {
    this.#isOver = true;
    this.#messages.clear();
    this.#finishWaiting();
    this.cancel("the replies are not read any further");
    return Promise.resolve({ done: true, value: undefined });
  }

  batches(): AsyncIterable<readonly O[]> {
    this.#readOnce();
    this.#ahead = BATCH_AHEAD;
    if (this.callEnd === undefined) this.writer?.request(BATCH_AHEAD - MESSAGES_AHEAD, BYTES_AHEAD);
    return this.#readBatches();
  }

  protected override cancelWith(error: GrpcError): void {
    if (this.callEnd === undefined) this.#messages.clear();
    super.cancelWith(error);
  }

  // ---- from the transport -------------------------------------------------------------

  override onMessage(message: object): void {
    if (this.#isOver) return;
    const waiting = this.#waiting.shift();
    if (waiting === undefined) {
      this.#messages.push(message as O);
      this.#readable?.resolve();
      return;
    }
    waiting.resolve({ done: false, value: message as O });
    this.#askForMore(1);
    if (this.#waiting.size > 0) this.#askForTaken();
  }

  override onEnd(end: CallEnd): void {
    super.onEnd(end);
    this.#readable?.resolve();
    const waiting = this.#waiting.shift();
    if (waiting === undefined) return;
    this.#isOver = true;
    if (end.error !== undefined) waiting.fail(end.error);
    else waiting.resolve({ done: true, value: undefined });
    this.#finishWaiting();
  }

  // ---- reading --------------------------------------------------------------------------

  #readOnce(): void {
    if (this.#isRead) {
      throw misuse(
        TypeError,
        "GANNET_ALREADY_READ",
        "the replies of a call can be iterated once, and they were before",
      );
    }
    this.#isRead = true;
  }

  /** Asks in portions, so that the transport is not asked for each message. */
  #askForMore(taken: number): void {
    this.#taken += taken;
    if (this.#taken >= this.#ahead / 2) this.#askForTaken();
  }

  /** As much as was taken, whatever that is: nothing is left here, and the rest may wait for its bytes to be asked for. */
  #askForTaken(): void {
    const count = this.#taken;
    if (count === 0 || this.callEnd !== undefined) return;
    this.#taken = 0;
    this.writer?.request(count, BYTES_AHEAD);
  }

  /** All who wait for further messages learn that there are none. */
  #finishWaiting(): void {
    for (let waiting = this.#waiting.shift(); waiting !== undefined; waiting = this.#waiting.shift()) {
      waiting.resolve({ done: true, value: undefined });
    }
  }

  async *#readBatches(): AsyncGenerator<readonly O[], void> {
    try {
      for (;;) {
        while (this.#messages.size === 0 && this.callEnd === undefined) {
          // Settles with the first message of a read; whoever waits goes on behind the last one.
          this.#readable = new Deferred();
          this.#askForTaken();
          await this.#readable.promise;
        }
        if (this.#messages.size === 0) break;
        const batch = this.#messages.takeAll();
        this.#askForMore(batch.length);
        yield batch;
      }
      const error = this.callEnd?.error;
      if (error !== undefined && !this.#isOver) throw pointAtCaller(error, undefined);
    } finally {
      this.#isOver = true;
      this.cancel("the replies are not read any further");
    }
  }
}

/** Who asks ahead may look at the answer later, if at all: a server that is gone meanwhile must not end the process. */
function rejected(error: GrpcError): Promise<never> {
  const promise: Promise<never> = Promise.reject(error);
  markHandled(promise);
  return promise;
}
