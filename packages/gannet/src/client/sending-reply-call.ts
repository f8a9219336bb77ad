import type { CallStart } from "./call-start.ts";
import type { CallTarget } from "./call-target.ts";
import type { ClientStreamCall, SendOptions } from "./client-call.ts";
import { ReplyCall } from "./reply-call.ts";
import { RequestSender } from "./request-sender.ts";

/** A call with one reply whose requests are sent by hand. Not thenable. */
export class SendingReplyCall<I extends object, O> extends ReplyCall<O> implements ClientStreamCall<I, O> {
  readonly #sender = new RequestSender<I>();

  start(target: CallTarget, start: CallStart): this {
    const writer = this.begin(target, start, this.#sender);
    if (writer !== undefined) this.#sender.begin(writer);
    return this;
  }

  result(): Promise<O> {
    return this.reply;
  }

  send(message: I, options?: SendOptions): Promise<boolean> {
    return this.#sender.send(message, options);
  }

  end(): void {
    this.#sender.end();
  }
}
