import type { DescMethod } from "@bufbuild/protobuf";
import { Alarm, type Clock } from "../../base/index.ts";
import {
  type CallEnd,
  type CallInit,
  type CallObserver,
  type CallWriter,
  type DeadlineScheduler,
  type DeadlineTarget,
  GrpcError,
  Metadata,
  markLocal,
  type ScheduledDeadline,
  unsendableRequest,
} from "../../core/index.ts";
import { Attempt, type StartedAttempt } from "./attempt.ts";
import { tellOfAttempts } from "./attempts-cause.ts";
import { type Pushback, readPushback } from "./pushback.ts";
import type { RetryBuffer } from "./retry-buffer.ts";
import type { ParsedHedgingPolicy, ParsedRetryPolicy } from "./retry-policy.ts";
import type { RetryThrottle } from "./retry-throttle.ts";
import { SentMessages } from "./sent-messages.ts";

/** The metadata by which a server learns how many attempts there were before. */
const PREVIOUS_ATTEMPTS_KEY = "grpc-previous-rpc-attempts";

/** What a retried call needs of its channel. */
export interface RetryHost {
  readonly clock: Clock;
  readonly deadlines: DeadlineScheduler;
  readonly retryBuffer: RetryBuffer;
  /** Whether there will be no further attempt. */
  readonly isClosed: boolean;
  /** From 0 up to 1. */
  random(): number;
  startAttempt(method: DescMethod, init: CallInit, attempt: Attempt): StartedAttempt;
  /** Keeps the call, and the process for it, while no attempt is under way. */
  hold(call: RetriedCall): void;
  forget(call: RetriedCall): void;
}

/** What a call is attempted by. */
export interface AttemptSettings {
  /** Undefined for a single attempt. */
  readonly policy: ParsedRetryPolicy | ParsedHedgingPolicy | undefined;
  readonly throttle: RetryThrottle | undefined;
  /** With what the method's settings add to it. */
  readonly init: CallInit;
}

/**
 * A call of which several attempts may be made (gRFC A6):
 *
 *   waiting --begin--> attempting <--backoff, hedging delay--> attempting with one more
 *                          | a header came, the buffer is full, or no further attempt is allowed
 *                          v
 *                      committed --> over
 *
 * Until it is committed, what its caller has sent is kept to be sent again, and the answers of attempts that fail are kept
 * from its caller. Then all goes to and from one attempt, and the others are cancelled.
 */
export class RetriedCall implements CallWriter, DeadlineTarget {
  readonly method: DescMethod;
  /** Told of the end before the caller is. */
  onOver: (error: GrpcError | undefined) => void = () => {};
  readonly #host: RetryHost;
  readonly #observer: CallObserver;
  #settings: AttemptSettings | undefined;
  #deadline: CallInit["deadline"];
  #sent: SentMessages | undefined = new SentMessages();
  #keptBytes = 0;
  readonly #live = new Set<Attempt>();
  #committed: Attempt | undefined;
  #attempts = 0;
  /** Since the server last said when to come again. */
  #backoffs = 0;
  readonly #failures: GrpcError[] = [];
  /** The end of the attempt that failed last. */
  #lastEnd: CallEnd | undefined;
  /** Until the next attempt, or until one has taken too long. */
  #alarm: Alarm | undefined;
  #isHeld = false;
  /** By the server's pushback. */
  #isStopped = false;
  /** By the balancer. */
  #isDropped = false;
  #isBlocked = false;
  #isOver = false;
  #waitDeadline: ScheduledDeadline | undefined;

  /** It waits for `begin`. */
  constructor(host: RetryHost, method: DescMethod, { deadline }: CallInit, observer: CallObserver) {
    this.#host = host;
    this.method = method;
    this.#deadline = deadline;
    this.#observer = observer;
    this.#wait();
  }

  get peer(): string | undefined {
    return (this.#committed ?? [...this.#live].at(-1))?.writer?.peer;
  }

  /** Starts the first attempt. */
  begin(settings: AttemptSettings): void {
    if (this.#isOver) return;
    this.#settings = settings;
    this.#deadline = settings.init.deadline;
    this.#startAttempt();
  }

  // ---- from the caller ----------------------------------------------------------------

  send(message: object, isLast = false, compress = true): boolean {
    if (this.#isOver) return true;
    if (this.#committed !== undefined) return this.#committed.writer?.send(message, isLast, compress) ?? true;
    if (this.#sent === undefined || this.#sent.isEnded) return true;
    let isRoom = this.#live.size === 0 && isLast;
    for (const { writer } of this.#live) {
      if (writer?.send(message, isLast, compress) === true) isRoom = true;
    }
    this.#sent.send(message, isLast, compress);
    this.#isBlocked = !isRoom;
    this.#limitBuffer();
    return isRoom;
  }

  endSend(): void {
    this.#sent?.endSend();
    for (const { writer } of this.#live) writer?.endSend();
  }

  request(count: number, maxBytes?: number): void {
    this.#sent?.request(count, maxBytes);
    for (const { writer } of this.#live) writer?.request(count, maxBytes);
  }

  cancel(error: GrpcError = new GrpcError("CANCELLED", "the call was cancelled")): void {
    this.#finish({ error, trailer: undefined });
  }

  // ---- from the channel ---------------------------------------------------------------

  /** Ends the call with UNAVAILABLE, in a later turn: its caller may not have it yet. */
  fail(reason: string): void {
    this.failWith(new GrpcError("UNAVAILABLE", reason));
  }

  /** Ends the call, in a later turn too. */
  failWith(error: GrpcError): void {
    markLocal(error);
    queueMicrotask(() => this.#finish({ error, trailer: undefined }));
  }

  /** While no attempt was under way. */
  onDeadline(): void {
    const before = this.#lastEnd?.error;
    const why = before === undefined ? "" : `; the attempt before it failed with ${before.message}`;
    const reason = `the deadline passed before the call was attempted${before === undefined ? "" : " again"}${why}`;
    this.#finish({ error: markLocal(new GrpcError("DEADLINE_EXCEEDED", reason)), trailer: undefined });
  }

  // ---- attempts -----------------------------------------------------------------------

  #startAttempt(): void {
    const settings = this.#settings;
    if (settings === undefined || this.#isOver || this.#sent === undefined) return;
    this.#stopWaiting();
    const attempt = new Attempt(this, this.#attempts++);
    this.#live.add(attempt);
    const init = attempt.index === 0 ? settings.init : withPreviousAttempts(settings.init, attempt.index);
    attempt.writer = this.#host.startAttempt(this.method, init, attempt);
    try {
      if (this.#sent.repeat(attempt.writer)) this.#tellWritable();
    } catch (error) {
      attempt.writer.cancel(unsendableRequest(error));
      return;
    }
    if (settings.policy === undefined) this.#commit(attempt);
    else if (settings.policy.kind === "hedging") this.#planHedge(settings.policy.hedgingDelayMs);
    this.#limitBuffer();
  }

  #tellWritable(): void {
    if (!this.#isBlocked) return;
    this.#isBlocked = false;
    this.#observer.onWritable();
  }

  /** Whether another attempt may be made. */
  get #mayAttempt(): boolean {
    const { policy } = this.#settings ?? {};
    if (policy === undefined || this.#host.isClosed || this.#committed !== undefined || this.#isOver) return false;
    return this.#attempts < policy.maxAttempts && this.#obstacle === undefined;
  }

  /** Why there is no further attempt although the policy has some left; undefined where that is not so. */
  get #obstacle(): string | undefined {
    if (this.#isStopped) return "the server wants none";
    return this.#settings?.throttle?.isOpen === false ? "retries are throttled" : undefined;
  }

  #planHedge(delayMs: number): void {
    this.#alarm?.cancel();
    if (this.#settings?.policy?.kind !== "hedging") return;
    if (this.#attempts >= this.#settings.policy.maxAttempts || this.#isStopped) return;
    this.#setAlarm(delayMs, () => {
      // Throttled, it may be that the attempts that are under way are enough.
      if (this.#mayAttempt) this.#startAttempt();
      else if (this.#live.size === 0) this.#giveUp();
    });
  }

  #setAlarm(delayMs: number, onTime: () => void): void {
    this.#alarm ??= new Alarm(this.#host.clock);
    this.#alarm.set(delayMs, onTime);
  }

  /** From now on there is only this attempt. */
  #commit(attempt: Attempt): void {
    if (this.#committed !== undefined) return;
    this.#committed = attempt;
    this.#alarm?.cancel();
    this.#letGo();
    for (const other of this.#live) {
      if (other === attempt) continue;
      this.#live.delete(other);
      other.writer?.cancel();
    }
  }

  #letGo(): void {
    this.#sent = undefined;
    this.#host.retryBuffer.giveBack(this.#keptBytes);
    this.#keptBytes = 0;
  }

  /** Commits the attempt that is furthest, once more is kept than may be. */
  #limitBuffer(): void {
    if (this.#committed !== undefined || this.#sent === undefined) return;
    let furthest: Attempt | undefined;
    let bytes = 0;
    for (const attempt of this.#live) {
      const sentBytes = attempt.writer?.sentBytes ?? 0;
      if (sentBytes < bytes) continue;
      bytes = sentBytes;
      furthest = attempt;
    }
    const { retryBuffer } = this.#host;
    if (furthest === undefined || bytes <= this.#keptBytes) return;
    if (bytes <= retryBuffer.maxCallBytes && retryBuffer.take(bytes - this.#keptBytes)) this.#keptBytes = bytes;
    else this.#commit(furthest);
  }

  // ---- from attempts ------------------------------------------------------------------

  onAttemptStart(attempt: Attempt): void {
    if (!this.#live.has(attempt)) return;
    // How much it is that was sent is known only now.
    this.#limitBuffer();
    const { policy } = this.#settings ?? {};
    if (policy?.kind !== "retry" || policy.attemptTimeoutMs === undefined || this.#committed !== undefined) return;
    const { attemptTimeoutMs } = policy;
    this.#setAlarm(attemptTimeoutMs, () => this.#onAttemptTimeout(attempt, policy, attemptTimeoutMs));
  }

  /** Nothing has come of the attempt. The last one that there may be goes on: nothing would be gained by its end. */
  #onAttemptTimeout(attempt: Attempt, policy: ParsedRetryPolicy, timeoutMs: number): void {
    if (this.#committed !== undefined || !this.#live.has(attempt)) return;
    this.#settings?.throttle?.onFailure();
    if (!this.#mayAttempt) return;
    this.#live.delete(attempt);
    const reason = `${attempt.writer?.peer ?? "the server"} did not answer in ${timeoutMs / 1000} s`;
    const error = markLocal(new GrpcError("UNAVAILABLE", reason));
    attempt.writer?.cancel(error);
    this.#failures.push(error);
    this.#lastEnd = { error, trailer: undefined };
    this.#retry(policy, undefined);
  }

  onAttemptDrop(): void {
    this.#isDropped = true;
  }

  /** Hears what an attempt says to the caller. False where it is none of the caller's business any more. */
  isHeard(attempt: Attempt): boolean {
    if (this.#isOver || !this.#live.has(attempt)) return false;
    this.#commit(attempt);
    return true;
  }

  get observer(): CallObserver {
    return this.#observer;
  }

  onAttemptWritable(attempt: Attempt): void {
    if (this.#isOver || !this.#live.has(attempt)) return;
    this.#isBlocked = false;
    this.#limitBuffer();
    this.#observer.onWritable();
  }

  onAttemptEnd(attempt: Attempt, end: CallEnd): void {
    if (this.#isOver || !this.#live.delete(attempt)) return;
    this.#lastEnd = end;
    const { policy, throttle } = this.#settings ?? {};
    const code = end.error?.code;
    const isWorthAnother = code !== undefined && policy?.codes.has(code) === true;
    const pushback = end.error === undefined ? undefined : readPushback(end.trailer);
    if (isWorthAnother || pushback === "stop") throttle?.onFailure();
    else if (code === undefined) throttle?.onSuccess();
    if (end.error === undefined || this.#committed === attempt || !isWorthAnother || this.#isDropped) {
      this.#finish(end);
      return;
    }
    this.#failures.push(end.error);
    if (pushback === "stop") this.#isStopped = true;
    if (policy?.kind === "hedging") this.#goOnHedging(pushback);
    else if (policy?.kind === "retry") this.#retry(policy, pushback);
  }

  #retry(policy: ParsedRetryPolicy, pushback: Pushback): void {
    if (!this.#mayAttempt) {
      this.#giveUp();
      return;
    }
    let delayMs: number;
    if (typeof pushback === "number") {
      delayMs = pushback;
      this.#backoffs = 0;
    } else {
      const { initialBackoffMs, backoffMultiplier, maxBackoffMs } = policy;
      const fullMs = Math.min(initialBackoffMs * backoffMultiplier ** this.#backoffs++, maxBackoffMs);
      delayMs = fullMs * (0.8 + 0.4 * this.#host.random());
    }
    this.#wait();
    this.#setAlarm(delayMs, () => this.#startAttempt());
  }

  #goOnHedging(pushback: Pushback): void {
    const isMore = this.#mayAttempt;
    if (!isMore && this.#live.size === 0) this.#giveUp();
    if (!isMore) return;
    if (this.#live.size === 0) this.#wait();
    if (typeof pushback === "number") this.#planHedge(pushback);
    else this.#startAttempt();
  }

  /** No attempt is left: the call ends as the last one did. */
  #giveUp(): void {
    const isExhausted = this.#attempts >= (this.#settings?.policy?.maxAttempts ?? 1);
    this.#finish(this.#lastEnd ?? { error: undefined, trailer: undefined }, isExhausted ? undefined : this.#obstacle);
  }

  // -------------------------------------------------------------------------------------

  #wait(): void {
    if (this.#isHeld) return;
    this.#isHeld = true;
    this.#host.hold(this);
    if (this.#deadline !== undefined) this.#waitDeadline = this.#host.deadlines.schedule(this.#deadline, this);
  }

  #stopWaiting(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#host.forget(this);
    this.#waitDeadline?.cancel();
    this.#waitDeadline = undefined;
  }

  #finish(end: CallEnd, obstacle?: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#alarm?.cancel();
    this.#stopWaiting();
    this.#letGo();
    const { error } = end;
    for (const attempt of this.#live) attempt.writer?.cancel(error);
    this.#live.clear();
    if (error !== undefined) tellOfAttempts(error, this.#attempts, this.#failures, obstacle);
    this.onOver(error);
    this.#observer.onEnd(end);
  }
}

function withPreviousAttempts(init: CallInit, attempts: number): CallInit {
  const metadata = Metadata.fromWire([[PREVIOUS_ATTEMPTS_KEY, String(attempts)]]);
  return { ...init, metadata: init.metadata === undefined ? metadata : metadata.appendAll(init.metadata) };
}
