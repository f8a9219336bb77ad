import { Alarm, Backoff, type BackoffOptions, type Clock } from "../../base/index.ts";
import { type CallEnd, type CallObserver, type CallWriter, GrpcError } from "../../core/index.ts";
import type { SubchannelConnection } from "./subchannel-connection.ts";

/**
 * Starts a call of the channel's own on a connection: nobody counts it, and nothing is kept alive for it. Undefined where
 * the connection has no room.
 */
export type OwnCallStarter = (
  connection: SubchannelConnection,
  path: string,
  request: Uint8Array,
  observer: CallObserver,
) => CallWriter | undefined;

/** What standing calls need of their channel. */
export interface StandingCallHost {
  readonly clock: Clock;
  readonly backoff: BackoffOptions | undefined;
  random(): number;
  readonly startOwnCall: OwnCallStarter;
}

/** Who hears of a standing call. */
export interface StandingCallListener {
  /** The call is made, or made again. */
  onAttempt?(): void;
  /** @throws Error for what cannot be read: the call ends, and is made again */
  onMessage(bytes: Uint8Array): void;
  /** The call has ended. It is made again, soon or later. */
  onFailure?(reason: string): void;
  /** The server does not have the method: the call is not made again. */
  onUnimplemented(): void;
}

/**
 * A call to one backend that goes on for as long as the connection: when it ends it is made again, at once where the
 * server had said something, else after a backoff (gRFCs A17, A51).
 */
export class StandingCall {
  readonly #connection: SubchannelConnection;
  readonly #path: string;
  readonly #request: Uint8Array;
  readonly #host: StandingCallHost;
  readonly #listener: StandingCallListener;
  readonly #backoff: Backoff;
  #attempt: StandingAttempt | undefined;
  readonly #alarm: Alarm;
  #isStopped = false;

  constructor(
    connection: SubchannelConnection,
    path: string,
    request: Uint8Array,
    host: StandingCallHost,
    listener: StandingCallListener,
  ) {
    this.#connection = connection;
    this.#path = path;
    this.#request = request;
    this.#host = host;
    this.#listener = listener;
    this.#alarm = new Alarm(host.clock);
    this.#backoff = new Backoff(() => host.random(), host.backoff);
    this.#start();
  }

  stop(): void {
    this.#isStopped = true;
    this.#alarm.cancel();
    this.#attempt?.cancel();
  }

  #start(): void {
    this.#listener.onAttempt?.();
    const attempt = new StandingAttempt(
      (bytes) => {
        this.#backoff.reset();
        if (!this.#isStopped) this.#listener.onMessage(bytes);
      },
      (error, hasAnswered) => {
        this.#connection.onOwnCallOver();
        // Where the connection is lost, that comes in this turn too, and says more.
        queueMicrotask(() => this.#onEnd(error, hasAnswered));
      },
    );
    const writer = this.#host.startOwnCall(this.#connection, this.#path, this.#request, attempt);
    if (writer === undefined) {
      this.#startLater(this.#backoff.next());
      return;
    }
    this.#attempt = attempt;
    attempt.drive(writer);
  }

  #startLater(delayMs: number): void {
    this.#alarm.set(delayMs, () => this.#start());
  }

  #onEnd(error: GrpcError | undefined, hasAnswered: boolean): void {
    if (this.#isStopped) return;
    if (error?.code === "UNIMPLEMENTED") {
      this.#isStopped = true;
      this.#listener.onUnimplemented();
      return;
    }
    this.#startLater(hasAnswered ? 0 : this.#backoff.next());
    this.#listener.onFailure?.(error?.message ?? "the server ended the call");
  }
}

/** A standing call, once. */
class StandingAttempt implements CallObserver {
  readonly #onBytes: (bytes: Uint8Array) => void;
  readonly #onOver: (error: GrpcError | undefined, hasAnswered: boolean) => void;
  #writer: CallWriter | undefined;
  #hasAnswered = false;

  constructor(
    onBytes: (bytes: Uint8Array) => void,
    onOver: (error: GrpcError | undefined, hasAnswered: boolean) => void,
  ) {
    this.#onBytes = onBytes;
    this.#onOver = onOver;
  }

  drive(writer: CallWriter): void {
    this.#writer = writer;
    writer.request(1);
  }

  cancel(): void {
    this.#writer?.cancel();
  }

  onHeader(): void {}

  onMessage(message: object): void {
    this.#hasAnswered = true;
    try {
      this.#onBytes(message as Uint8Array);
    } catch (error) {
      // Answers that cannot be read are as good as none.
      this.#hasAnswered = false;
      this.#writer?.cancel(new GrpcError("INTERNAL", "the server's message could not be read", { cause: error }));
      return;
    }
    this.#writer?.request(1);
  }

  onWritable(): void {}

  onEnd({ error }: CallEnd): void {
    this.#onOver(error, this.#hasAnswered);
  }
}
