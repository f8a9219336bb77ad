import type { DeadlineScheduler, ScheduledDeadline } from "../core/index.ts";
import type { BytePipe, Http2Connection } from "../http2/index.ts";
import type { IncomingConnection } from "../net/index.ts";
import { HTTP1_ANSWER, protocolOf, TLS_ANSWER } from "./first-bytes.ts";

/** How long a client may take to say what it speaks. */
const FIRST_BYTES_MS = 10_000;
/** No protocol needs more to be told. */
const MAX_FIRST_BYTES = 64;

/**
 * Stands before a connection until its first bytes tell what the client speaks. HTTP/2 goes on; anything else gets an
 * answer that its client understands, and the connection ends.
 */
export class FirstBytesGate {
  readonly #pipe: BytePipe;
  readonly #onDecided: (pipe: BytePipe | undefined) => Http2Connection | undefined;
  readonly #timer: ScheduledDeadline;
  #first: Uint8Array = new Uint8Array(0);
  #http2: Http2Connection | undefined;
  #isDecided = false;

  /** @param onDecided given the pipe of a client of HTTP/2, or undefined; gives the connection that goes on with it */
  constructor(
    incoming: IncomingConnection,
    deadlines: DeadlineScheduler,
    onDecided: (pipe: BytePipe | undefined) => Http2Connection | undefined,
  ) {
    this.#onDecided = onDecided;
    this.#timer = deadlines.schedule(deadlines.now() + FIRST_BYTES_MS, { onDeadline: () => this.close() });
    this.#pipe = incoming.open({
      receive: (chunk) => this.#receive(chunk),
      flush: () => this.#http2?.flush(),
      onDrain: () => this.#http2?.onDrain(),
      onEnd: (reason) => this.#onEnd(reason),
    });
  }

  /** Ends a connection that has not told what it speaks. */
  close(): void {
    if (this.#isDecided) return;
    this.#pipe.destroy();
    this.#decide(undefined);
  }

  #receive(chunk: Uint8Array): void {
    if (this.#isDecided) {
      this.#http2?.receive(chunk);
      return;
    }
    this.#first = this.#first.length === 0 ? chunk : Buffer.concat([this.#first, chunk]);
    const protocol = protocolOf(this.#first);
    if (protocol === "undecided" && this.#first.length < MAX_FIRST_BYTES) return;
    if (protocol === "http2") {
      this.#decide(this.#pipe);
      this.#http2?.receive(this.#first);
      this.#first = new Uint8Array(0);
      return;
    }
    if (protocol === "http1") this.#pipe.writeOwned(HTTP1_ANSWER);
    else if (protocol === "tls") this.#pipe.writeOwned(TLS_ANSWER);
    this.#pipe.end();
    this.#decide(undefined);
  }

  #onEnd(reason: string): void {
    if (this.#isDecided) this.#http2?.onPipeEnd(reason);
    else this.#decide(undefined);
  }

  #decide(pipe: BytePipe | undefined): void {
    this.#isDecided = true;
    this.#timer.cancel();
    this.#http2 = this.#onDecided(pipe);
  }
}
