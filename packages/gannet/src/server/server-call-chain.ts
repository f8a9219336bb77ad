import type { DescMethod } from "@bufbuild/protobuf";
import { type GrpcError, type Instant, type Interceptable, Metadata, runInterceptors } from "../core/index.ts";
import type { Http2ServerCall } from "./http2-server-call.ts";
import type { InterceptedHandlerCall } from "./intercepted-handler-call.ts";
import { ReplyPump } from "./reply-pump.ts";
import type { RequestStream } from "./request-stream.ts";

/**
 * A handler with interceptors around it. Its one reply is kept until the outermost of them has settled, as another may
 * take its place; replies that stream are sent as they come.
 */
export class ServerCallChain implements Interceptable {
  readonly #call: Http2ServerCall;
  readonly #handlerCall: InterceptedHandlerCall;
  readonly #input: object;
  readonly #startedAt: Instant;
  /** What the replies of the handler stream from, once they do. */
  pump: ReplyPump | undefined = undefined;
  #reply: unknown;
  #running: Promise<void> | undefined;
  #isRunning = false;
  /** Whether the handler has ended, and well. */
  hasSucceeded = false;

  constructor(call: Http2ServerCall, handlerCall: InterceptedHandlerCall, input: object) {
    this.#call = call;
    this.#handlerCall = handlerCall;
    this.#input = input;
    this.#startedAt = call.connection.deadlines.now();
  }

  /** Settles with the outermost interceptor. */
  run(): Promise<void> {
    return runInterceptors(this.#call.route.interceptors ?? [], this.#handlerCall, this);
  }

  /** The one reply, be it the handler's or an interceptor's. */
  get reply(): unknown {
    return this.#handlerCall.hooks.answer ?? this.#reply;
  }

  /** The handler, where it goes on although the interceptors have settled. It never rejects. */
  get stillRunning(): Promise<void> | undefined {
    return this.#isRunning ? this.#running?.then(undefined, () => {}) : undefined;
  }

  /** Tells those interceptors that wait for it how the call has ended. */
  end(onThrown: (error: unknown) => void): void {
    const { hooks } = this.#handlerCall;
    if (!hooks.isEndAwaited) return;
    const { abortError, trailer, connection } = this.#call;
    const durationMs = connection.deadlines.now() - this.#startedAt;
    hooks.end(abortError, () => sentTrailer(abortError, trailer), durationMs, onThrown);
  }

  // ---- for the interceptors -----------------------------------------------------------

  get isAnswered(): boolean {
    return this.#handlerCall.hooks.answer !== undefined;
  }

  dropAnswer(): void {
    this.#handlerCall.hooks.dropAnswer();
  }

  goOn(): Promise<void> {
    this.#isRunning = true;
    this.#running = this.#runHandler();
    this.#running.catch(() => {});
    return this.#running;
  }

  async #runHandler(): Promise<void> {
    const { abortError, route } = this.#call;
    try {
      if (abortError !== undefined) throw abortError;
      const kind = route.method.methodKind;
      const result = route.handler(this.#intercepted(kind), this.#handlerCall);
      if (kind === "server_streaming" || kind === "bidi_streaming") await this.#sendReplies(result);
      else this.#reply = this.#handlerCall.hooks.response((await result) as object);
    } finally {
      this.#isRunning = false;
    }
    // A handler need not notice; its interceptors do.
    if (this.#call.abortError !== undefined) throw this.#call.abortError;
    this.hasSucceeded = true;
  }

  /** What the handler is given: its request, or requests, as the hooks leave them. */
  #intercepted(kind: DescMethod["methodKind"]): object {
    const { hooks } = this.#handlerCall;
    if (kind === "unary" || kind === "server_streaming") return hooks.request(this.#input);
    const requests = this.#input as RequestStream;
    requests.intercept = (request) => hooks.request(request);
    return requests;
  }

  #sendReplies(replies: unknown): Promise<void> {
    const { hooks } = this.#handlerCall;
    const call = this.#call;
    const sender = {
      send: (reply: object) => call.send(hooks.response(reply)),
      get sentBytes() {
        return call.sentBytes;
      },
    };
    this.pump = new ReplyPump(sender, replies);
    return this.pump.run();
  }
}

function sentTrailer(error: GrpcError | undefined, trailer: Metadata | undefined): Metadata {
  const sent = new Metadata(error?.trailer);
  for (const [key, value] of trailer ?? []) sent.append(key, value as string);
  return sent;
}
