import type { DescMethod } from "@bufbuild/protobuf";
import { type Clock, markHandled, systemClock, type Timer } from "../base/index.ts";
import {
  type CallEnd,
  CallHooks,
  type CallInit,
  type CallObserver,
  type CallWriter,
  type ClientInterceptor,
  complete,
  GrpcError,
  type Instant,
  type Interceptable,
  Metadata,
  type ReceivedMetadata,
  runInterceptors,
  type Transport,
  textOfThrown,
  unsendableRequest,
} from "../core/index.ts";
import { FacedCall } from "./faced-call.ts";
import { inNextTurn } from "./next-turn.ts";
import { missingReply, surplusReply } from "./reply-count.ts";
import { sendSingle } from "./send-single.ts";

/** A transport whose calls pass interceptors before they get to another transport. */
export class InterceptedTransport implements Transport {
  readonly clock: Clock | undefined;
  readonly #transport: Transport;
  readonly #interceptors: readonly ClientInterceptor[];

  constructor(transport: Transport, interceptors: readonly ClientInterceptor[]) {
    this.clock = transport.clock;
    this.#transport = transport;
    this.#interceptors = interceptors;
  }

  start(method: DescMethod, init: CallInit, observer: CallObserver): CallWriter {
    const chain = new ClientCallChain(this.#transport, method, init, observer);
    chain.begin(this.#interceptors);
    return chain;
  }

  close(): Promise<void> {
    return this.#transport.close();
  }
}

/** A request that waits for a writer. */
interface HeldRequest {
  readonly message: object;
  readonly compress: boolean;
}

/** The interceptors of a call under way. */
type Chain = readonly ClientInterceptor[];

/**
 * A call with interceptors around it: to its caller what a transport would have started, to the transport below the
 * caller. What the caller does before the innermost `next()` is kept until then; the one reply of a call that has just
 * one is kept until the outermost interceptor has settled, as another may take its place.
 */
export class ClientCallChain implements CallWriter, CallObserver, Interceptable {
  readonly method: DescMethod;
  readonly init: CallInit;
  readonly clock: Clock;
  readonly #transport: Transport;
  readonly #observer: CallObserver;
  readonly #isRequestSingle: boolean;
  readonly #isReplySingle: boolean;
  readonly #startedAt: Instant;
  readonly #call: FacedCall;
  /** Waits for the one request, without which no interceptor starts. */
  #interceptors: Chain | undefined;
  #writer: CallWriter | undefined;
  #request: object | undefined;
  /** What streams before there is a writer. */
  #held: HeldRequest[] | undefined;
  #isBlocked = false;
  #isSendEnded = false;
  #requested = 0;
  #requestedBytes: number | undefined;
  #receivedHeader: ReceivedMetadata | undefined;
  #reply: object | undefined;
  /** Made for the first interceptor that wants to see more of the call than its start and end. */
  #hooks: CallHooks | undefined;
  /** What the innermost `next()` gave, and what settles it. */
  #next: Promise<void> | undefined;
  #resolveNext: (() => void) | undefined;
  #rejectNext: ((error: GrpcError) => void) | undefined;
  #timer: Timer | undefined;
  /** How it ended on the transport. */
  #end: CallEnd | undefined;
  /** How it ended for the caller. */
  #outcome: CallEnd | undefined;

  constructor(transport: Transport, method: DescMethod, init: CallInit, observer: CallObserver) {
    this.clock = transport.clock ?? systemClock;
    this.#startedAt = this.clock.now();
    this.#transport = transport;
    this.method = method;
    this.init = init;
    this.#observer = observer;
    const kind = method.methodKind;
    this.#isRequestSingle = kind === "unary" || kind === "server_streaming";
    this.#isReplySingle = kind === "unary" || kind === "client_streaming";
    this.#call = new FacedCall(this);
  }

  begin(interceptors: Chain): void {
    if (this.#isRequestSingle) this.#interceptors = interceptors;
    else this.#run(interceptors);
  }

  #run(interceptors: Chain): void {
    runInterceptors(interceptors, this.#call, this).then(
      () => this.#onSettled(undefined),
      (thrown) => this.#onSettled(interceptorError(thrown)),
    );
    const { deadline } = this.init;
    if (deadline !== undefined && this.#writer === undefined) this.#waitFor(deadline);
  }

  /** The transport waits for the deadline while it has the call; before and behind that nobody else does. */
  #waitFor(deadline: Instant): void {
    if (this.#outcome !== undefined) return;
    this.#timer = this.clock.setTimer(Math.max(0, deadline - this.clock.now()), () => {
      // Timers have a longest delay.
      if (this.clock.now() < deadline) this.#waitFor(deadline);
      else this.cancel(new GrpcError("DEADLINE_EXCEEDED", "the deadline passed while an interceptor was at work"));
    });
  }

  // ---- for interceptors ---------------------------------------------------------------

  get header(): Metadata | undefined {
    return this.#receivedHeader?.metadata();
  }

  get peer(): string | undefined {
    return this.#writer?.peer;
  }

  /** The one request, complete: it is sent as interceptors saw it. */
  get singleRequest(): object | undefined {
    if (!this.#isRequestSingle || this.#request === undefined) return undefined;
    this.#request = complete(this.method.input, this.#request);
    return this.#request;
  }

  /** What the call has failed with, be it for the caller or only below so far. */
  get failure(): GrpcError | undefined {
    return this.#outcome?.error ?? this.#end?.error;
  }

  get hooks(): CallHooks {
    this.#hooks ??= new CallHooks(this.method);
    return this.#hooks;
  }

  get isAnswered(): boolean {
    return this.#hooks?.answer !== undefined;
  }

  get hasSucceeded(): boolean {
    return this.#end !== undefined && this.#end.error === undefined;
  }

  dropAnswer(): void {
    this.#hooks?.dropAnswer();
  }

  goOn(): Promise<void> {
    const outcome = this.#outcome;
    if (outcome !== undefined) return rejected(outcome.error ?? new GrpcError("CANCELLED", "the call is over"));
    this.#timer?.cancel();
    this.#next = new Promise((resolve, reject) => {
      this.#resolveNext = resolve;
      this.#rejectNext = reject;
    });
    this.#start();
    return this.#next;
  }

  #start(): void {
    const metadata = this.#call.sentMetadata;
    const init = metadata === this.init.metadata ? this.init : { ...this.init, metadata };
    const writer = this.#transport.start(this.method, init, this);
    this.#writer = writer;
    if (this.#end !== undefined) return;
    if (this.#requested > 0) writer.request(this.#requested, this.#requestedBytes);
    const single = this.#request;
    if (single !== undefined) {
      const request = this.#intercept(writer, single);
      if (request !== undefined) sendSingle(writer, request);
      return;
    }
    let hasRoom = true;
    for (const held of this.#held ?? []) hasRoom = this.#forwardHeld(writer, held);
    this.#held = undefined;
    if (this.#isSendEnded) writer.endSend();
    if (!this.#isBlocked || !hasRoom || this.#end !== undefined) return;
    this.#isBlocked = false;
    this.#observer.onWritable();
  }

  // ---- from the caller ----------------------------------------------------------------

  send(message: object, isLast = false, compress = true): boolean {
    if (this.#outcome !== undefined) return true;
    if (this.#isRequestSingle) {
      this.#request = message;
      if (isLast) this.endSend();
      return true;
    }
    if (this.#writer !== undefined) return this.#forward(this.#writer, message, isLast, compress);
    this.#held ??= [];
    this.#held.push({ message, compress });
    this.#isBlocked = true;
    this.#isSendEnded = isLast;
    return false;
  }

  endSend(): void {
    if (this.#outcome !== undefined || this.#isSendEnded) return;
    this.#isSendEnded = true;
    if (this.#interceptors !== undefined) {
      this.#run(this.#interceptors);
      this.#interceptors = undefined;
    } else {
      this.#writer?.endSend();
    }
  }

  request(count: number, maxBytes?: number): void {
    if (this.#writer !== undefined) {
      this.#writer.request(count, maxBytes);
      return;
    }
    this.#requested += count;
    this.#requestedBytes = maxBytes;
  }

  cancel(error: GrpcError = new GrpcError("CANCELLED", "the call was cancelled")): void {
    if (this.#outcome !== undefined) return;
    if (this.#writer !== undefined && this.#end === undefined) this.#writer.cancel(error);
    else this.#finish(error);
  }

  #forward(writer: CallWriter, message: object, isLast: boolean, compress: boolean): boolean {
    const request = this.#intercept(writer, message);
    return request === undefined || writer.send(request, isLast, compress);
  }

  #forwardHeld(writer: CallWriter, { message, compress }: HeldRequest): boolean {
    try {
      return this.#forward(writer, message, false, compress);
    } catch (error) {
      writer.cancel(unsendableRequest(error));
      return true;
    }
  }

  /** The request as its hooks leave it. Undefined where one of them failed, and with it the call. */
  #intercept(writer: CallWriter, message: object): object | undefined {
    if (this.#hooks === undefined) return message;
    try {
      return this.#hooks.request(message);
    } catch (error) {
      writer.cancel(interceptorError(error));
      return undefined;
    }
  }

  // ---- from the transport -------------------------------------------------------------

  onHeader(header: ReceivedMetadata): void {
    this.#receivedHeader = header;
    if (this.#outcome === undefined) this.#observer.onHeader(header);
  }

  onMessage(message: object): void {
    if (this.#outcome !== undefined) return;
    let reply = message;
    try {
      if (this.#hooks !== undefined) reply = this.#hooks.response(message);
    } catch (error) {
      this.#writer?.cancel(interceptorError(error));
      return;
    }
    if (!this.#isReplySingle) this.#observer.onMessage(reply);
    else if (this.#reply === undefined) this.#reply = reply;
    else this.#writer?.cancel(surplusReply());
  }

  onWritable(): void {
    if (this.#outcome === undefined) this.#observer.onWritable();
  }

  onEnd(end: CallEnd): void {
    const isMissing = this.#isReplySingle && this.#reply === undefined && end.error === undefined;
    const error = isMissing ? missingReply() : end.error;
    this.#end = { error, trailer: end.trailer };
    if (error !== undefined) this.#call.abort(error);
    if (error === undefined) this.#resolveNext?.();
    else this.#failNext(error);
    const { deadline } = this.init;
    // The transport waits no more. Interceptors have mostly settled by the next turn, which costs less than a timer.
    if (deadline !== undefined) inNextTurn(() => this.#waitFor(deadline));
  }

  #failNext(error: GrpcError): void {
    if (this.#next !== undefined) markHandled(this.#next);
    this.#rejectNext?.(error);
  }

  // ---- the end ------------------------------------------------------------------------

  #onSettled(error: GrpcError | undefined): void {
    if (this.#outcome !== undefined) return;
    const reply = this.#hooks?.answer ?? this.#reply;
    if (error === undefined && this.#isReplySingle && reply !== undefined) this.#observer.onMessage(reply);
    this.#finish(error);
  }

  #finish(error: GrpcError | undefined): void {
    const trailer = this.#end?.trailer;
    this.#outcome = { error, trailer };
    this.#timer?.cancel();
    this.#held = undefined;
    // Where an interceptor did not wait for it.
    if (this.#end === undefined) this.#writer?.cancel(error);
    if (error !== undefined) this.#call.abort(error);
    this.#observer.onEnd(this.#outcome);
    if (this.#hooks?.isEndAwaited !== true) return;
    const durationMs = this.clock.now() - this.#startedAt;
    this.#hooks.end(error, () => trailer?.metadata() ?? new Metadata(), durationMs, ignore);
  }
}

/** What a call fails with for what an interceptor, or a hook of one, has thrown. */
function interceptorError(thrown: unknown): GrpcError {
  if (GrpcError.is(thrown)) return thrown;
  return new GrpcError("UNKNOWN", `an interceptor failed: ${textOfThrown(thrown)}`, { cause: thrown });
}

/** An interceptor need not wait for it. */
function rejected(error: GrpcError): Promise<never> {
  const promise: Promise<never> = Promise.reject(error);
  markHandled(promise);
  return promise;
}

function ignore(): void {}
