import type { CallStart } from "./call-start.ts";
import type { CallTarget } from "./call-target.ts";
import type { BidiStreamCall, SendOptions } from "./client-call.ts";
import { RequestSender } from "./request-sender.ts";
import { StreamCall } from "./stream-call.ts";

/** A call with several replies whose requests are sent by hand. */
export class SendingStreamCall<I extends object, O> extends StreamCall<O> implements BidiStreamCall<I, O> {
  readonly #sender = new RequestSender<I>();

  startSending(target: CallTarget, start: CallStart): this {
    return this.startStreaming(target, start, this.#sender);
  }

  send(message: I, options?: SendOptions): Promise<boolean> {
    return this.#sender.send(message, options);
  }

  end(): void {
    this.#sender.end();
  }
}
