import type { DeadlineScheduler, ScheduledDeadline } from "../core/index.ts";
import type { Http2Connection } from "../http2/index.ts";
import type { ConnectedPipe, PipeListener } from "../net/index.ts";
import { HTTP1_ANSWER, protocolOf, type SpokenProtocol, TLS_ANSWER } from "./first-bytes.ts";

/** No protocol needs more to be told. */
const MAX_FIRST_BYTES = 64;
const NOTHING = new Uint8Array(0);

/** Told whether the client speaks HTTP/2, and what is wrong where it is known; gives the connection that goes on. */
type DecisionListener = (isHttp2: boolean, problem: string | undefined) => Http2Connection | undefined;

/**
 * Stands before a connection until its first bytes tell what the client speaks. HTTP/2 goes on; anything else gets an
 * answer that its client understands, and the connection ends.
 *
 *   +-----------+   the preface of HTTP/2    +---------------+
 *   | undecided |--------------------------->| passes all on |
 *   +-----------+                            +---------------+
 *         |  anything else, too few bytes in time, the end
 *         |                                  +-------+
 *         +--------------------------------->| ended |
 *                                            +-------+
 */
export class FirstBytesGate implements PipeListener {
  readonly #pipe: ConnectedPipe;
  /** Both are for as long as it is not decided. */
  #onDecided: DecisionListener | undefined;
  #timer: ScheduledDeadline | undefined;
  #first: Uint8Array = NOTHING;
  readonly #timeoutMs: number;
  #http2: Http2Connection | undefined;
  #isDecided = false;

  /**
   * @param timeoutMs how long the client may take
   * @param onDecided gives the connection that goes on, where there is one
   */
  constructor(pipe: ConnectedPipe, deadlines: DeadlineScheduler, timeoutMs: number, onDecided: DecisionListener) {
    this.#pipe = pipe;
    this.#onDecided = onDecided;
    this.#timeoutMs = timeoutMs;
    this.#timer = deadlines.schedule(deadlines.now() + timeoutMs, this);
  }

  onDeadline(): void {
    this.close(`the client did not say in ${this.#timeoutMs / 1000} seconds what it speaks`);
  }

  /** Starts reading. */
  open(): void {
    this.#pipe.attach(this);
  }

  /** Ends a connection that has not told what it speaks. */
  close(problem?: string): void {
    if (this.#isDecided) return;
    this.#pipe.destroy();
    this.#decide(false, problem);
  }

  receive(chunk: Uint8Array): void {
    if (this.#isDecided) {
      this.#http2?.receive(chunk);
      return;
    }
    const first = this.#first.length === 0 ? chunk : Buffer.concat([this.#first, chunk]);
    const protocol = protocolOf(first);
    if (protocol === "undecided" && first.length < MAX_FIRST_BYTES) {
      this.#first = new Uint8Array(first);
      return;
    }
    this.#first = NOTHING;
    if (protocol === "http2") {
      this.#decide(true);
      this.#http2?.receive(first);
      return;
    }
    if (protocol === "http1") this.#pipe.writeOwned(HTTP1_ANSWER);
    else if (protocol === "tls") this.#pipe.writeOwned(TLS_ANSWER);
    this.#pipe.end();
    this.#decide(false, this.#describe(protocol));
  }

  flush(): void {
    this.#http2?.flush();
  }

  onDrain(): void {
    this.#http2?.onDrain();
  }

  onPipeEnd(reason: string): void {
    if (this.#isDecided) this.#http2?.onPipeEnd(reason);
    else this.#decide(false);
  }

  #describe(protocol: SpokenProtocol): string {
    if (protocol === "http1") return "the client sent HTTP/1, not HTTP/2";
    if (protocol !== "tls") return "the client sent something that is not HTTP/2";
    return this.#pipe.tls === undefined
      ? "the client sent TLS, but this listener is plaintext"
      : "the client sent TLS in TLS";
  }

  #decide(isHttp2: boolean, problem?: string): void {
    const onDecided = this.#onDecided;
    this.#isDecided = true;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#onDecided = undefined;
    this.#http2 = onDecided?.(isHttp2, problem);
  }
}
