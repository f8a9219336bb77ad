import type { DescMethod } from "@bufbuild/protobuf";
import type { Clock } from "../base/index.ts";
import type { AmbientCalls } from "./ambient-calls.ts";
import type { CallCredentials } from "./call-credentials.ts";
import type { Instant } from "./deadline.ts";
import type { GrpcError } from "./grpc-error.ts";
import type { ClientInterceptor } from "./interceptor.ts";
import type { Metadata } from "./metadata.ts";

/** Metadata as it came. To be taken at once or later; it is made when it is asked for first. */
export interface ReceivedMetadata {
  metadata(): Metadata;
}

/** How a call ended, for whoever started it. */
export interface CallEnd {
  /** Undefined where the call ended with OK. */
  readonly error: GrpcError | undefined;
  /** Undefined where none came. */
  readonly trailer: ReceivedMetadata | undefined;
}

/**
 * Hears of a call. There are no promises here: those are made above, for who wants them. Whatever goes wrong comes to
 * `onEnd`, once, and nothing comes behind it.
 */
export interface CallObserver {
  /** What came before the first message. Not called where there was none. */
  onHeader(header: ReceivedMetadata): void;
  onMessage(message: object): void;
  /** There is room again, after a `send` that returned false. */
  onWritable(): void;
  onEnd(end: CallEnd): void;
}

/** Drives a call. */
export interface CallWriter {
  /**
   * Sends a message. False where the sender should wait for `onWritable`; the message is on its way all the same.
   *
   * @param isLast as `endSend` behind it, in fewer bytes
   * @param compress false for a message that stays as it is in a call that compresses
   * @throws TypeError for a message that cannot be encoded
   * @throws GrpcError RESOURCE_EXHAUSTED for one that is larger than may be sent
   */
  send(message: object, isLast?: boolean, compress?: boolean): boolean;
  /** Says that no further message comes. */
  endSend(): void;
  /**
   * Asks for `count` more messages. None comes unasked.
   *
   * @param maxBytes once those that come have so many bytes, decompressed, the others wait until more are asked for; no
   *   limit where undefined
   */
  request(count: number, maxBytes?: number): void;
  /** Ends the call, with CANCELLED where no error is given. */
  cancel(error?: GrpcError): void;
  /** The address of the other side, once there is one. */
  readonly peer: string | undefined;
}

/** What a call is started with. */
export interface CallInit {
  readonly metadata: Metadata | undefined;
  readonly deadline: Instant | undefined;
  /** Whether to wait for a connection rather than fail; where undefined, the transport knows. */
  readonly waitForReady: boolean | undefined;
  /** Whether requests are compressed; where undefined, the transport knows. */
  readonly compress?: boolean | undefined;
  /** The largest request and the largest reply; where undefined, what the transport allows. */
  readonly limits?: { readonly maxSendBytes: number; readonly maxReceiveBytes: number } | undefined;
  /** What the call is to prove itself by. A transport that does not know what is on the way must not send it. */
  readonly credentials?: CallCredentials | undefined;
}

/** Something that carries calls: a channel to a server, or a server in the same process. */
export interface Transport {
  /** What the deadlines of its calls are told by; the clock of this process where undefined. */
  readonly clock?: Clock | undefined;
  /** What clients run around the calls that they make over it; none where undefined. */
  readonly interceptors?: readonly ClientInterceptor[] | undefined;
  /** Knows which server call a call over it is made for, where its caller does not say; nobody does where undefined. */
  readonly ambient?: AmbientCalls | undefined;
  /** Starts a call. Never throws for what goes wrong with it: that comes to the observer. */
  start(method: DescMethod, init: CallInit, observer: CallObserver): CallWriter;
  /** Ends all calls and frees what was held. */
  close(): Promise<void>;
}
