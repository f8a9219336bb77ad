import { type CallWriter, checkOptionKeys } from "../core/index.ts";
import type { SendOptions } from "./client-call.ts";
import { Deferred } from "./deferred.ts";
import { inNextTurn, MESSAGES_PER_TURN } from "./next-turn.ts";
import type { RequestSource } from "./observed-call.ts";

// Most sends need not wait: those share a promise each.
const SENT: Promise<boolean> = Promise.resolve(true);
const NOT_SENT: Promise<boolean> = Promise.resolve(false);

const SEND_KEYS: ReadonlySet<string> = new Set<string & keyof SendOptions>(["compress"]);

/** Sends the requests that the caller hands over one by one. */
export class RequestSender<I extends object> implements RequestSource {
  #writer: CallWriter | undefined;
  /** Whether no more may be sent: the call has ended, or the caller has said so. */
  #isClosed = false;
  /** What those wait for who have sent more than the wire takes. */
  #drained: Deferred<boolean> | undefined;
  #sentThisTurn = 0;

  begin(writer: CallWriter): void {
    this.#writer = writer;
  }

  send(message: I, options?: SendOptions): Promise<boolean> {
    if (this.#isClosed || this.#writer === undefined) return NOT_SENT;
    let hasRoom: boolean;
    try {
      if (options !== undefined) checkOptionKeys(options, SEND_KEYS, "send");
      hasRoom = this.#writer.send(message, false, options?.compress);
    } catch (error) {
      return Promise.reject(error as Error);
    }
    // The call may have ended over it.
    if (this.#isClosed) return NOT_SENT;
    if (!hasRoom) {
      this.#drained ??= new Deferred();
      return this.#drained.promise;
    }
    if (++this.#sentThisTurn < MESSAGES_PER_TURN) return SENT;
    this.#sentThisTurn = 0;
    return new Promise((resolve) => inNextTurn(() => resolve(true)));
  }

  end(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#writer?.endSend();
  }

  onWritable(): void {
    this.#drained?.resolve(true);
    this.#drained = undefined;
  }

  onEnd(): void {
    this.#isClosed = true;
    this.#drained?.resolve(false);
    this.#drained = undefined;
  }
}
