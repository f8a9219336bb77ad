import type { Clock } from "../base/index.ts";
import type { Code, DiagnosticsChannel, GrpcError, Metadata } from "../core/index.ts";

/** A call, as `diagnostics_channel` shows it: the same object at its start and at its end. */
export interface CallRecord {
  /** `/package.Service/Method`, as it was called: on a server, perhaps one that does not exist. */
  readonly path: string;
  /** What the client sends with the call; a server's copy. Undefined where there is none. */
  readonly metadata: Metadata | undefined;
  /** The other end; on a client undefined until it has a connection. */
  readonly peer: string | undefined;
  /** Undefined until the call has ended. */
  readonly code: Code | undefined;
  /** Undefined where the call has not ended, or with OK. */
  readonly error: GrpcError | undefined;
  /** From start to end, in milliseconds; undefined until the call has ended. */
  readonly durationMs: number | undefined;
}

/** What a record is made from. */
interface RecordedCall {
  readonly path: string;
  readonly peer: string | undefined;
  metadata(): Metadata | undefined;
}

/** Made only for those who listen. */
export class PublishedCall implements CallRecord {
  code: Code | undefined = undefined;
  error: GrpcError | undefined = undefined;
  durationMs: number | undefined = undefined;
  readonly #call: RecordedCall;
  readonly #clock: Pick<Clock, "now">;
  readonly #startedAt: number;

  constructor(call: RecordedCall, clock: Pick<Clock, "now">) {
    this.#call = call;
    this.#clock = clock;
    this.#startedAt = clock.now();
  }

  get path(): string {
    return this.#call.path;
  }

  get metadata(): Metadata | undefined {
    return this.#call.metadata();
  }

  get peer(): string | undefined {
    return this.#call.peer;
  }

  end(error: GrpcError | undefined): void {
    this.code = error?.code ?? "OK";
    this.error = error;
    this.durationMs = this.#clock.now() - this.#startedAt;
  }
}

/** Publishes the starts and ends of the calls of one side. */
export class CallPublisher {
  readonly #start: DiagnosticsChannel;
  readonly #end: DiagnosticsChannel;
  readonly #clock: Pick<Clock, "now">;

  constructor(start: DiagnosticsChannel, end: DiagnosticsChannel, clock: Pick<Clock, "now">) {
    this.#start = start;
    this.#end = end;
    this.#clock = clock;
  }

  /** Whether anybody listens: only then `start` is to be called. */
  get isHeard(): boolean {
    return this.#start.hasSubscribers || this.#end.hasSubscribers;
  }

  start(call: RecordedCall): PublishedCall {
    const record = new PublishedCall(call, this.#clock);
    if (this.#start.hasSubscribers) this.#start.publish(record);
    return record;
  }

  end(record: PublishedCall, error: GrpcError | undefined): void {
    record.end(error);
    if (this.#end.hasSubscribers) this.#end.publish(record);
  }
}
