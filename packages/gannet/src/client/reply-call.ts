import { markHandled } from "../base/index.ts";
import type { CallEnd, CallWriter } from "../core/index.ts";
import type { CallStart } from "./call-start.ts";
import type { CallTarget } from "./call-target.ts";
import type { Response } from "./client-call.ts";
import { Deferred } from "./deferred.ts";
import { ObservedCall, type RequestSource } from "./observed-call.ts";
import { missingReply, surplusReply } from "./reply-count.ts";

/** Asks for one reply more than is due: a second one is an error, which would not show otherwise. */
const REPLIES_ASKED = 2;

/** What calls with one reply have in common. */
export abstract class ReplyCall<O> extends ObservedCall {
  #message: object | undefined;
  #reply: Deferred<O> | undefined;
  #response: Promise<Response<O>> | undefined;

  protected override begin(target: CallTarget, start: CallStart, requests?: RequestSource): CallWriter | undefined {
    const writer = super.begin(target, start, requests);
    writer?.request(REPLIES_ASKED);
    return writer;
  }

  /** The reply alone; made when it is asked for first. */
  protected get reply(): Promise<O> {
    if (this.#reply === undefined) {
      this.#reply = new Deferred();
      this.#settle();
    }
    return this.#reply.promise;
  }

  get response(): Promise<Response<O>> {
    if (this.#response === undefined) {
      this.#response = this.reply.then(async (message) => ({
        message,
        header: await this.header,
        trailer: await this.trailer,
      }));
      if (this.callEnd?.error !== undefined) markHandled(this.#response);
    }
    return this.#response;
  }

  override onMessage(message: object): void {
    if (this.#message === undefined) this.#message = message;
    else this.writer?.cancel(surplusReply());
  }

  override onEnd(end: CallEnd): void {
    const isMissing = end.error === undefined && this.#message === undefined;
    super.onEnd(isMissing ? { error: missingReply(), trailer: end.trailer } : end);
    this.#settle();
  }

  #settle(): void {
    const end = this.callEnd;
    if (end === undefined || this.#reply === undefined) return;
    if (end.error === undefined) this.#reply.resolve(this.#message as O);
    else this.#reply.fail(end.error, this.#response);
  }
}
