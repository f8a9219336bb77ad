import {
  type AmbientCalls,
  forwardableError,
  GrpcError,
  isLocal,
  type MisuseCode,
  type ServerCall,
} from "../core/index.ts";
import { HandlerCall } from "./handler-call.ts";
import type { Http2ServerCall } from "./http2-server-call.ts";
import { InterceptedHandlerCall } from "./intercepted-handler-call.ts";
import { ReplyPump } from "./reply-pump.ts";
import { type PendingRequest, RequestStream } from "./request-stream.ts";
import { unsendableBecause } from "./sendable-error.ts";
import { ServerCallChain } from "./server-call-chain.ts";

/** What a runner needs of the server. */
export interface RunnerHost {
  /** Says whether the handler may run now; if not, `onAdmitted` of the runner is called later, unless it is refused. */
  enter(runner: CallRunner): "admitted" | "queued" | "refused";
  withdraw(runner: CallRunner): boolean;
  leave(): void;
  /** Whether `enter` would admit. */
  readonly hasRoom: boolean;
  onUnexpectedError(error: unknown, call: ServerCall): void;
  /** Where handlers are to be known by the code that they run; undefined where nobody would ask. */
  readonly ambient: AmbientCalls | undefined;
}

/**
 * Runs the handler of one call: gives it requests, takes its replies, and maps what it throws.
 *
 *   +---------+  R, and a place is free   +---------+   returned, threw, or   +------+
 *   | waiting |-------------------------->| running |------------------------>| done |
 *   +---------+                           +---------+   sent its last reply   +------+
 *      |   |  R, and none is free              ^                                 ^
 *      |   |          +--------+               |                                 |
 *      |   +--------->| queued |---------------+                                 |
 *      |              +--------+  a place is free                                |
 *      |                  |                                                      |
 *      +------------------+------------------------------------------------------+
 *                           the call is over before its handler began
 *
 * R: the request has come; where requests are a stream, the header
 */
export class CallRunner {
  readonly #call: Http2ServerCall;
  readonly #host: RunnerHost;
  readonly #isRequestStream: boolean;
  readonly #isReplyStream: boolean;
  #requests: RequestStream | undefined;
  #request: PendingRequest | undefined;
  #requestCount = 0;
  /** What the single request takes of the window until the handler gets it. */
  #requestBytes = 0;
  #handlerCall: HandlerCall | undefined;
  #pump: ReplyPump | undefined;
  #ambient: AmbientCalls | undefined;
  #chain: ServerCallChain | undefined;
  /** `running` while the handler is; `done` once it is, or never will be. */
  #state: "waiting" | "queued" | "running" | "done" = "waiting";

  constructor(call: Http2ServerCall, host: RunnerHost) {
    this.#call = call;
    this.#host = host;
    const kind = call.route.method.methodKind;
    this.#isRequestStream = kind === "client_streaming" || kind === "bidi_streaming";
    this.#isReplyStream = kind === "server_streaming" || kind === "bidi_streaming";
    if (!this.#isRequestStream) return;
    this.#requests = new RequestStream(call);
  }

  /** The header has come, and the call knows its runner. A handler of single requests waits for its request. */
  start(): void {
    if (this.#isRequestStream) this.#enter();
  }

  // ---- from the call ------------------------------------------------------------------

  /** Whether the handler takes one request, which it gets when the client has said all. */
  get isRequestSingle(): boolean {
    return this.#requests === undefined;
  }

  /**
   * Whether the handler waits for a request that is under way.
   *
   * @param isLast whether nothing comes behind it
   */
  isRequestWanted(isLast: boolean): boolean {
    if (this.#requests !== undefined) return this.#requests.isWanted;
    return isLast && (!this.#call.route.isLimited || this.#host.hasRoom);
  }

  onMessage(message: PendingRequest, byteLength: number): void {
    if (this.#requests !== undefined) {
      this.#requests.push(message, byteLength);
      return;
    }
    this.#requestCount++;
    this.#request = message;
    this.#requestBytes += byteLength;
    if (this.#requestCount > 1)
      this.#call.fail(new GrpcError("UNIMPLEMENTED", "there is more than one request, where one is due"));
  }

  onRequestEnd(): void {
    if (this.#requests !== undefined) this.#requests.end();
    else if (this.#request === undefined)
      this.#call.fail(new GrpcError("UNIMPLEMENTED", "there is no request, where one is due"));
    else this.#enter();
  }

  onWritable(): void {
    (this.#pump ?? this.#chain?.pump)?.onWritable();
  }

  /** The call is over before its handler. */
  onAbort(error: GrpcError): void {
    const handlerCall = this.#handlerCall;
    // Listeners and generators run in the context of who wakes them.
    if (this.#ambient === undefined || handlerCall === undefined) this.#abort(error);
    else this.#ambient.run(handlerCall, () => this.#abort(error));
  }

  #abort(error: GrpcError): void {
    this.#requests?.fail(error);
    this.#handlerCall?.abort(error);
    (this.#pump ?? this.#chain?.pump)?.stop();
    if (this.#state === "queued") this.#host.withdraw(this);
    if (this.#state === "waiting" || this.#state === "queued") {
      this.#state = "done";
      this.#call.onHandlerEnd();
    }
  }

  // ---- the handler --------------------------------------------------------------------

  #enter(): void {
    if (this.#state !== "waiting") return;
    const answer = this.#call.route.isLimited ? this.#host.enter(this) : "admitted";
    if (answer === "admitted") this.#run();
    else if (answer === "queued") this.#state = "queued";
    else
      this.#call.fail(
        new GrpcError("RESOURCE_EXHAUSTED", "too many calls wait for their turn on this server (maxQueuedCalls)"),
      );
  }

  onAdmitted(): void {
    this.#run();
  }

  /** Takes the single request out of what the connection keeps. Undefined where the call has failed, as it is none. */
  #takeRequest(): object | undefined {
    const request = this.#request;
    this.#request = undefined;
    this.#call.release(this.#requestBytes);
    if (typeof request !== "function") return request;
    try {
      return (request as () => object)();
    } catch (error) {
      // Nothing happens where it has failed already.
      this.#call.fail(new GrpcError("INTERNAL", "the request could not be read", { cause: error }));
      this.#end();
      return undefined;
    }
  }

  #run(): void {
    this.#state = "running";
    const call = this.#call;
    const input = this.#requests ?? this.#takeRequest();
    if (input === undefined) return;
    const { interceptors } = call.route;
    const request = this.#isRequestStream ? undefined : input;
    const handlerCall = interceptors === undefined ? new HandlerCall(call) : new InterceptedHandlerCall(call, request);
    this.#handlerCall = handlerCall;
    const { ambient } = this.#host;
    if (ambient === undefined) {
      this.#invoke(input as object, handlerCall);
      return;
    }
    this.#ambient = ambient;
    ambient.run(handlerCall, () => this.#invoke(input as object, handlerCall));
  }

  #invoke(input: object, handlerCall: HandlerCall): void {
    const call = this.#call;
    if (call.route.interceptors !== undefined) {
      this.#invokeIntercepted(input, handlerCall as InterceptedHandlerCall);
      return;
    }
    let result: unknown;
    try {
      result = call.route.handler(input, handlerCall);
      if (!this.#isReplyStream && isPromise(result)) {
        // A promise of somebody's own making may throw in both places.
        result.then(
          (reply) => this.#reply(reply),
          (error) => this.#onThrown(error),
        );
        return;
      }
    } catch (error) {
      this.#onThrown(error);
      return;
    }
    if (this.#isReplyStream) this.#sendReplies(result);
    else this.#reply(result);
  }

  #sendReplies(replies: unknown): void {
    this.#pump = new ReplyPump(this.#call, replies);
    this.#pump.run().then(
      () => this.#onReturned(),
      (error) => this.#onThrown(error),
    );
  }

  #invokeIntercepted(input: object, handlerCall: InterceptedHandlerCall): void {
    const chain = new ServerCallChain(this.#call, handlerCall, input);
    this.#chain = chain;
    chain.run().then(
      () => {
        if (this.#isReplyStream) this.#onReturned();
        else this.#reply(chain.reply);
        this.#endChain(chain, handlerCall);
      },
      (error) => {
        this.#onThrown(error);
        this.#endChain(chain, handlerCall);
      },
    );
  }

  #endChain(chain: ServerCallChain, handlerCall: HandlerCall): void {
    chain.end((error) => this.#host.onUnexpectedError(error, handlerCall));
  }

  #reply(reply: unknown): void {
    try {
      this.#call.send(reply as object);
    } catch (error) {
      this.#onThrown(error);
      return;
    }
    this.#onReturned();
  }

  #onReturned(): void {
    this.#call.finish();
    this.#end();
  }

  #onThrown(error: unknown): void {
    const call = this.#call;
    const isStatus = GrpcError.is(error);
    const problem = isStatus ? unsendableBecause(error) : undefined;
    if (isStatus && problem === undefined) {
      // Its text is withheld from the client, who is not the one to read it.
      if (isLocal(error) && !call.isEnded) this.#tellUnexpected(error);
      call.fail(forwardableError(error));
    } else {
      const unexpected =
        problem === undefined
          ? error
          : new TypeError(`the GrpcError of a handler cannot be sent: ${problem}`, { cause: error });
      // What a handler throws once the call is over is mostly that the call is over.
      if (!call.isEnded) this.#tellUnexpected(unexpected);
      call.fail(new GrpcError("UNKNOWN", reasonOf(error), { cause: error }));
    }
    this.#end();
  }

  #tellUnexpected(error: unknown): void {
    this.#host.onUnexpectedError(error, this.#handlerCall ?? new HandlerCall(this.#call));
  }

  #end(): void {
    const stillRunning = this.#chain?.stillRunning;
    if (stillRunning !== undefined) {
      // An interceptor did not wait for the handler: nobody wants its replies.
      this.onAbort(this.#call.abortError ?? new GrpcError("CANCELLED", "an interceptor has answered the call"));
      void stillRunning.then(() => this.#end());
      return;
    }
    if (this.#state === "done") return;
    this.#state = "done";
    // It holds the reply, which may have to wait for the client in its own form already.
    this.#chain = undefined;
    if (this.#handlerCall !== undefined) this.#handlerCall.isHandlerRunning = false;
    if (this.#call.route.isLimited) this.#host.leave();
    this.#call.onHandlerEnd();
  }
}

/** What a handler throws is its own business, but for a slip that only tests and development look for. */
function reasonOf(error: unknown): string {
  try {
    const { code, message } = Object(error) as { code?: unknown; message?: unknown };
    if (code === ("GANNET_UNKNOWN_PROPERTY" satisfies MisuseCode)) return String(message);
  } catch {
    // What was thrown may throw in its turn when it is looked at.
  }
  return "the handler failed";
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}
