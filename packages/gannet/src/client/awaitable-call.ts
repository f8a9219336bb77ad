import type { CallStart } from "./call-start.ts";
import type { CallTarget } from "./call-target.ts";
import type { UnaryCall } from "./client-call.ts";
import type { RequestSource } from "./observed-call.ts";
import { ReplyCall } from "./reply-call.ts";
import { sendSingle } from "./send-single.ts";

/** A call with one reply, and with a request or an iterable of them. */
export class AwaitableCall<O> extends ReplyCall<O> implements UnaryCall<O> {
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

  /** As promises have it, so that TypeScript takes it for one. */
  get [Symbol.toStringTag](): string {
    return "UnaryCall";
  }

  // biome-ignore lint/suspicious/noThenProperty: to be awaited is what it is for
  then<A = O, B = never>(
    onReply?: ((reply: O) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.reply.then(onReply, onError);
  }

  catch<B = never>(onError?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<O | B> {
    return this.reply.catch(onError);
  }

  finally(onSettled?: (() => void) | null): Promise<O> {
    return this.reply.finally(onSettled);
  }
}
