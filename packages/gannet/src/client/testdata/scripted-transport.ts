import type { DescMethod } from "@bufbuild/protobuf";
import {
  type CallEnd,
  type CallInit,
  type CallObserver,
  type CallWriter,
  GrpcError,
  Metadata,
  type MetadataInit,
  type ReceivedMetadata,
  type Transport,
} from "../../core/index.ts";

/** A transport whose server is the test: it holds the other end of every call. */
export class ScriptedTransport implements Transport {
  readonly calls: ScriptedCall[] = [];
  readonly #script: (call: ScriptedCall) => void;

  /** @param script runs inside `start`, as of a transport that has an answer at once */
  constructor(script: (call: ScriptedCall) => void = () => {}) {
    this.#script = script;
  }

  start(method: DescMethod, init: CallInit, observer: CallObserver): CallWriter {
    const call = new ScriptedCall(method, init, observer);
    this.calls.push(call);
    this.#script(call);
    return call;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** The only call, or the last. */
  get call(): ScriptedCall {
    const call = this.calls.at(-1);
    if (call === undefined) throw new Error("no call was started");
    return call;
  }
}

/** Both ends of a call: the writer that the client has, and what a server does. */
export class ScriptedCall implements CallWriter {
  readonly method: DescMethod;
  readonly init: CallInit;
  readonly #observer: CallObserver;
  readonly peer = "203.0.113.1:50051";
  /** What the client has sent. */
  readonly sent: object[] = [];
  isSendEnded = false;
  /** Whether the client may go on sending. */
  hasRoom = true;
  /** How many replies the client has asked for, altogether. */
  asked = 0;
  /** In how many portions. */
  timesAsked = 0;
  delivered = 0;
  /** What the client has cancelled with. */
  cancelled: GrpcError | undefined;
  isEnded = false;
  /** Called after each request. */
  onRequest: (request: object) => void = () => {};
  readonly #replies: object[] = [];
  #end: CallEnd | undefined;

  constructor(method: DescMethod, init: CallInit, observer: CallObserver) {
    this.method = method;
    this.init = init;
    this.#observer = observer;
  }

  // ---- the client's end ---------------------------------------------------------------

  send(message: object, isLast = false): boolean {
    if (this.isSendEnded) throw new Error("a request came behind the last");
    if ("unencodable" in message) throw new TypeError("no such field: unencodable");
    if (this.isEnded) return true;
    this.isSendEnded = isLast;
    this.sent.push(message);
    this.isSendEnded = isLast;
    this.onRequest(message);
    return this.hasRoom;
  }

  endSend(): void {
    this.isSendEnded = true;
  }

  request(count: number): void {
    this.asked += count;
    this.timesAsked++;
    this.#deliver();
  }

  cancel(error: GrpcError = new GrpcError("CANCELLED", "cancelled")): void {
    if (this.isEnded) return;
    this.cancelled = error;
    this.#finish({ error, trailer: undefined });
  }

  // ---- the server's end ---------------------------------------------------------------

  header(init: MetadataInit = {}): this {
    this.#observer.onHeader(received(init));
    return this;
  }

  /** Replies, as soon as they are asked for. */
  reply(...messages: object[]): this {
    this.#replies.push(...messages);
    this.#deliver();
    return this;
  }

  /** Ends the call behind the replies: well, or with an error. */
  end(error?: GrpcError, trailer?: MetadataInit): this {
    this.#end = { error, trailer: trailer === undefined ? undefined : received(trailer) };
    this.#deliver();
    return this;
  }

  /** Takes what was held back. */
  drain(): this {
    this.hasRoom = true;
    this.#observer.onWritable();
    return this;
  }

  #deliver(): void {
    while (!this.isEnded && this.delivered < this.asked) {
      const reply = this.#replies.shift();
      if (reply === undefined) break;
      this.delivered++;
      this.#observer.onMessage(reply);
    }
    if (this.#replies.length === 0 && this.#end !== undefined) this.#finish(this.#end);
  }

  #finish(end: CallEnd): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.#observer.onEnd(end);
  }
}

function received(init: MetadataInit): ReceivedMetadata {
  return { metadata: () => new Metadata(init) };
}
