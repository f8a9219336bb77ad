import type { DeadlineScheduler, ScheduledDeadline } from "../core/index.ts";
import type { Http2Connection } from "../http2/index.ts";
import type { ConnectedPipe, PipeListener } from "../net/index.ts";
import { HTTP1_ANSWER, protocolOf, TLS_ANSWER } from "./first-bytes.ts";

/** How long a client may take to say what it speaks. */
const FIRST_BYTES_MS = 10_000;
/** No protocol needs more to be told. */
const MAX_FIRST_BYTES = 64;

/**
 * Stands before a connection until its first bytes tell what the client speaks. HTTP/2 goes on; anything else gets an
 * answer that its client understands, and the connection ends.
 */
export class FirstBytesGate implements PipeListener {
  readonly #pipe: ConnectedPipe;
  readonly #onDecided: (isHttp2: boolean) => Http2Connection | undefined;
  readonly #timer: ScheduledDeadline;
  #first: Uint8Array = new Uint8Array(0);
  #http2: Http2Connection | undefined;
  #isDecided = false;

  /** @param onDecided told whether the client speaks HTTP/2; gives the connection that goes on, where there is one */
  constructor(
    pipe: ConnectedPipe,
    deadlines: DeadlineScheduler,
    onDecided: (isHttp2: boolean) => Http2Connection | undefined,
  ) {
    this.#pipe = pipe;
    this.#onDecided = onDecided;
    this.#timer = deadlines.schedule(deadlines.now() + FIRST_BYTES_MS, { onDeadline: () => this.close() });
  }

  /** Starts reading. */
  open(): void {
    this.#pipe.attach(this);
  }

  /** Ends a connection that has not told what it speaks. */
  close(): void {
    if (this.#isDecided) return;
    this.#pipe.destroy();
    this.#decide(false);
  }

  receive(chunk: Uint8Array): void {
    if (this.#isDecided) {
      this.#http2?.receive(chunk);
      return;
    }
    this.#first = this.#first.length === 0 ? chunk : Buffer.concat([this.#first, chunk]);
    const protocol = protocolOf(this.#first);
    if (protocol === "undecided" && this.#first.length < MAX_FIRST_BYTES) return;
    if (protocol === "http2") {
      this.#decide(true);
      this.#http2?.receive(this.#first);
      this.#first = new Uint8Array(0);
      return;
    }
    if (protocol === "http1") this.#pipe.writeOwned(HTTP1_ANSWER);
    else if (protocol === "tls") this.#pipe.writeOwned(TLS_ANSWER);
    this.#pipe.end();
    this.#decide(false);
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

  #decide(isHttp2: boolean): void {
    this.#isDecided = true;
    this.#timer.cancel();
    this.#http2 = this.#onDecided(isHttp2);
  }
}
