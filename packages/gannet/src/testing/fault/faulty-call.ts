import type { Clock, Timer } from "../../base/index.ts";
import {
  type CallEnd,
  type CallObserver,
  type CallWriter,
  GrpcError,
  type Instant,
  type ReceivedMetadata,
} from "../../core/index.ts";
import type { CallFault } from "./call-fault.ts";

type Step = (writer: CallWriter) => void;

/** What a call with a fault needs beside it. */
export interface FaultyCallParts {
  readonly fault: CallFault;
  readonly clock: Clock;
  readonly deadline: Instant | undefined;
  readonly observer: CallObserver;
  /** Starts the call on the transport behind. */
  start(observer: CallObserver): CallWriter;
}

/** A call between its client and the transport behind, to which a fault happens. */
export class FaultyCall implements CallWriter, CallObserver {
  readonly #parts: FaultyCallParts;
  #inner: CallWriter | undefined;
  /** What the client has asked for while the call waits. */
  #steps: Step[] = [];
  #timer: Timer | undefined;
  #isOver = false;
  #isRoomAwaited = false;
  #replies = 0;

  constructor(parts: FaultyCallParts) {
    this.#parts = parts;
  }

  /** Lets the fault happen, which may be later. Never calls the observer in this turn. */
  begin(): this {
    const { clock, deadline, fault } = this.#parts;
    const at = clock.now() + (fault.delayMs ?? 0);
    const isTooLate = deadline !== undefined && deadline <= at;
    const goOn = () => {
      if (fault.code === undefined || fault.afterReplies !== undefined) this.#start();
      else this.#failAsAsked();
    };
    if (isTooLate) {
      const error = new GrpcError("DEADLINE_EXCEEDED", "the deadline passed in an injected delay");
      this.#timer = clock.setTimer(deadline - clock.now(), () => this.#fail(error));
    } else if (fault.delayMs !== undefined) this.#timer = clock.setTimer(fault.delayMs, goOn);
    else if (fault.afterReplies !== undefined) this.#start();
    else queueMicrotask(goOn);
    return this;
  }

  #start(): void {
    this.#timer = undefined;
    const inner = this.#parts.start(this);
    this.#inner = inner;
    try {
      for (const step of this.#steps.splice(0)) step(inner);
    } catch (error) {
      // A message that cannot be encoded: whoever sent it is gone.
      this.#fail(new GrpcError("INTERNAL", `a delayed request: ${String(error)}`, { cause: error }));
    }
    if (!this.#isRoomAwaited || this.#isOver) return;
    this.#isRoomAwaited = false;
    this.#parts.observer.onWritable();
  }

  #failAsAsked(): void {
    const { code = "UNKNOWN", reason = "injected fault" } = this.#parts.fault;
    this.#fail(new GrpcError(code, reason));
  }

  #fail(error: GrpcError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#timer?.cancel();
    this.#inner?.cancel();
    this.#parts.observer.onEnd({ error, trailer: undefined });
  }

  // ---- the client's end ---------------------------------------------------------------

  get peer(): string | undefined {
    return this.#inner?.peer;
  }

  send(...message: Parameters<CallWriter["send"]>): boolean {
    if (this.#isOver) return true;
    if (this.#inner !== undefined) return this.#inner.send(...message);
    this.#steps.push((writer) => writer.send(...message));
    this.#isRoomAwaited = true;
    return false;
  }

  endSend(): void {
    this.#do((writer) => writer.endSend());
  }

  request(count: number, maxBytes?: number): void {
    this.#do((writer) => writer.request(count, maxBytes));
  }

  cancel(error: GrpcError = new GrpcError("CANCELLED", "the call was cancelled")): void {
    if (this.#inner === undefined) this.#fail(error);
    else if (!this.#isOver) this.#inner.cancel(error);
  }

  #do(step: Step): void {
    if (this.#isOver) return;
    if (this.#inner === undefined) this.#steps.push(step);
    else step(this.#inner);
  }

  // ---- the transport's end ------------------------------------------------------------

  onHeader(header: ReceivedMetadata): void {
    if (!this.#isOver) this.#parts.observer.onHeader(header);
    if (this.#parts.fault.afterReplies === 0) this.#failAsAsked();
  }

  onMessage(message: object): void {
    if (this.#isOver) return;
    this.#parts.observer.onMessage(message);
    if (++this.#replies === this.#parts.fault.afterReplies) this.#failAsAsked();
  }

  onWritable(): void {
    if (!this.#isOver) this.#parts.observer.onWritable();
  }

  onEnd(end: CallEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#parts.observer.onEnd(end);
  }
}
