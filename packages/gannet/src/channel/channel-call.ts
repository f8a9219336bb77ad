import type { DescMethod } from "@bufbuild/protobuf";
import {
  type CallCredentials,
  type CallEnd,
  type CallInit,
  type CallObserver,
  type CallWriter,
  type DeadlineScheduler,
  type DeadlineTarget,
  GrpcError,
  type Metadata,
  markLocal,
  type ReceivedMetadata,
  type ScheduledDeadline,
  unsendableRequest,
} from "../core/index.ts";
import type { CallCounts, CallPublisher, PublishedCall } from "../observe/index.ts";
import type { PickArguments, PickedCallEnd } from "./balancer/index.ts";
import {
  type ClientConnection,
  FinishedCall,
  type Http2CallWriter,
  startHttp2Call,
  type UnprocessedHandler,
} from "./call/index.ts";
import { CredentialsGrant } from "./credentials/index.ts";
import type { SelectedCallInit } from "./resolver/index.ts";
import { type AttemptListener, SentMessages } from "./retry/index.ts";
import type { CallLine, WaitingCall } from "./subchannel/index.ts";

/** A call that has sent more than that is not made again: what it sent would have to be kept. */
const MAX_HELD_MESSAGES = 16;

/** What a call needs of its channel. */
export interface CallHost {
  readonly counts: CallCounts;
  readonly publisher: CallPublisher;
  readonly deadlines: DeadlineScheduler;
  /** What all calls prove themselves by; undefined for nothing. */
  readonly credentials: readonly CallCredentials[] | undefined;
  /** Keeps the call, and the process for it, while it waits for its credentials. */
  hold(call: ChannelCall): void;
  /** Finds a connection for the call, which starts on it now or later, or fails. */
  dispatch(call: ChannelCall): void;
  /** Why there is no connection, for people; undefined where there is one, or nobody has tried. */
  readonly failure: string | undefined;
}

/** Somewhere that a call waits in. */
export interface WaitingLine {
  forget(call: ChannelCall): void;
  /** What it is that calls wait for there, for people; undefined where the channel knows. */
  readonly lack?: string;
}

/**
 * A call and the connection it is looking for. What its caller does before there is one is kept until then. A call that
 * the server says it has not looked at starts once more, and one that has not left its connection before that was gone as
 * often as that happens (gRFC A6, "Transparent Retries"). For that its messages are kept until the server answers; they are
 * not to be changed before.
 */
export class ChannelCall
  implements CallWriter, CallObserver, UnprocessedHandler, WaitingCall, PickArguments, DeadlineTarget
{
  readonly waitForReady: boolean;
  /** Told of the end, for the picker that chose the subchannel. */
  onPickEnd: ((end: PickedCallEnd) => void) | undefined;
  /** What is shown to those who listen to calls; undefined where nobody does. */
  #record: PublishedCall | undefined;
  readonly #host: CallHost;
  readonly #method: DescMethod;
  readonly #init: SelectedCallInit;
  readonly #observer: CallObserver;
  readonly #credentials: readonly CallCredentials[] | undefined;
  /** Set while the call waits for its credentials. */
  #grant: CredentialsGrant | undefined;
  /** What the next attempt sends, once there are credentials. */
  #granted: Metadata | undefined;
  #attempt: Http2CallWriter | undefined;
  /** Undefined for a call of its own, to be counted and shown, rather than one attempt of a call. */
  readonly #attemptOf: AttemptListener | undefined;
  /** What was sent, as long as it may have to be sent again. */
  #sent: SentMessages | undefined = new SentMessages();
  #isBlocked = false;
  #isRetried = false;
  #isOver = false;
  #line: WaitingLine | undefined;
  #waitDeadline: ScheduledDeadline | undefined;

  constructor(
    host: CallHost,
    method: DescMethod,
    init: SelectedCallInit,
    observer: CallObserver,
    attemptOf?: AttemptListener,
  ) {
    this.#attemptOf = attemptOf;
    this.#host = host;
    this.#method = method;
    this.#init = init;
    this.#observer = observer;
    this.#credentials =
      init.credentials === undefined ? host.credentials : [...(host.credentials ?? []), init.credentials];
    this.waitForReady = init.waitForReady === true;
    if (attemptOf === undefined && host.publisher.isHeard) this.#record = this.#publish();
  }

  get peer(): string | undefined {
    return this.#attempt?.peer;
  }

  /** How many bytes of requests were sent, as they are on the wire. */
  get sentBytes(): number {
    return this.#attempt?.sentBytes ?? 0;
  }

  get hash(): bigint | undefined {
    return this.#init.choice?.hash;
  }

  get attributes(): ReadonlyMap<string, unknown> | undefined {
    return this.#init.choice?.attributes;
  }

  get path(): string {
    return `/${this.#method.parent.typeName}/${this.#method.name}`;
  }

  #publish(): PublishedCall {
    const call = this;
    const { path } = this;
    return this.#host.publisher.start({
      path,
      get peer() {
        return call.peer;
      },
      metadata: () => this.#init.metadata,
    });
  }

  metadata(key: string): string | undefined {
    return metadataText(this.#init, key);
  }

  // ---- from the caller ----------------------------------------------------------------

  send(message: object, isLast = false, compress = true): boolean {
    const sent = this.#sent;
    const attempt = this.#attempt;
    if (this.#isOver || sent?.isEnded === true) return true;
    const isRoom = attempt === undefined ? isLast : attempt.send(message, isLast, compress);
    if (sent !== undefined) {
      sent.send(message, isLast, compress);
      if (attempt !== undefined && sent.count > MAX_HELD_MESSAGES) this.#sent = undefined;
    }
    if (attempt === undefined) this.#isBlocked = !isRoom;
    return isRoom;
  }

  endSend(): void {
    this.#sent?.endSend();
    this.#attempt?.endSend();
  }

  request(count: number, maxBytes?: number): void {
    this.#sent?.request(count, maxBytes);
    this.#attempt?.request(count, maxBytes);
  }

  cancel(error: GrpcError = new GrpcError("CANCELLED", "the call was cancelled")): void {
    if (this.#attempt !== undefined) this.#attempt.cancel(error);
    else this.#finish({ error, trailer: undefined });
  }

  // ---- from the channel ---------------------------------------------------------------

  /** Whether a connection has taken it, or it needs none any more. */
  get isUnderWay(): boolean {
    return this.#attempt !== undefined || this.#isOver || this.#grant !== undefined;
  }

  /** Waits in `line` until it is taken out there, or is over. */
  waitIn(line: WaitingLine): void {
    this.#line = line;
    const { deadline } = this.#init;
    if (deadline !== undefined) this.#waitDeadline ??= this.#host.deadlines.schedule(deadline, this);
  }

  startOn(connection: ClientConnection, line: CallLine): void {
    this.#stopWaiting();
    if (this.#isOver) return;
    let init = this.#init;
    if (this.#credentials !== undefined) {
      if (this.#granted === undefined) {
        this.#askForCredentials(this.#credentials, connection, line);
        return;
      }
      init = { ...init, metadata: this.#granted };
      this.#granted = undefined;
    }
    const attempt = startHttp2Call(connection, this.#method, init, this, this);
    this.#attempt = attempt;
    if (this.#sent !== undefined) this.#repeat(attempt, this.#sent);
    this.#attemptOf?.onStart();
  }

  #repeat(attempt: CallWriter, sent: SentMessages): void {
    let isRoom: boolean;
    try {
      isRoom = sent.repeat(attempt);
    } catch (error) {
      attempt.cancel(unsendableRequest(error));
      return;
    }
    if (sent.count > MAX_HELD_MESSAGES) this.#sent = undefined;
    if (!this.#isBlocked || !isRoom) return;
    this.#isBlocked = false;
    this.#observer.onWritable();
  }

  #askForCredentials(credentials: readonly CallCredentials[], connection: ClientConnection, line: CallLine): void {
    const grant = new CredentialsGrant(this.#method, connection.authority);
    this.#grant = grant;
    this.#host.hold(this);
    if (!connection.isPrivate && !credentials.every(({ allowPlaintext }) => allowPlaintext)) {
      const way = "use tls(), or make them with { allowPlaintext: true }";
      const reason = `call credentials are not sent in plaintext to ${connection.peer}: ${way}`;
      this.#failLater(new GrpcError("UNAUTHENTICATED", reason));
      return;
    }
    grant.collect(credentials, this.#init.metadata).then(
      (metadata) => this.#onGranted(metadata, line),
      (error: GrpcError) => this.#finish({ error, trailer: undefined }),
    );
  }

  #onGranted(metadata: Metadata, line: CallLine): void {
    if (this.#isOver) return;
    this.#grant = undefined;
    this.#line?.forget(this);
    this.#stopWaiting();
    this.#granted = metadata;
    if (line.take(this)) {
      if (!this.isUnderWay) this.waitIn(line);
      return;
    }
    this.onTurnedAway();
  }

  onTurnedAway(): void {
    if (this.#isOver) return;
    this.leavePick();
    // Until there is another connection they may be out of date.
    this.#granted = undefined;
    this.#host.dispatch(this);
  }

  /**
   * Ends the call with UNAVAILABLE, in a later turn: its caller may not have it yet.
   *
   * @param isDropped whether the call that it is an attempt of is to end with it
   */
  fail(reason: string, isDropped = false): void {
    if (isDropped) this.#attemptOf?.onDrop();
    this.#failLater(new GrpcError("UNAVAILABLE", reason));
  }

  #failLater(error: GrpcError): void {
    queueMicrotask(() => this.#finish({ error, trailer: undefined }));
  }

  /** While no connection had room for it, or its credentials were on their way. */
  onDeadline(): void {
    if (this.#grant !== undefined) {
      const late = "the deadline passed before the call had its credentials";
      this.#finish({ error: new GrpcError("DEADLINE_EXCEEDED", late), trailer: undefined });
      return;
    }
    const why = this.#line?.lack ?? this.#host.failure;
    const reason = why === undefined ? "" : `: ${why}`;
    const error = new GrpcError(
      "DEADLINE_EXCEEDED",
      `the deadline passed before a connection had room for the call${reason}`,
    );
    this.#finish({ error, trailer: undefined });
  }

  /** The pick came to nothing: the call goes elsewhere, or waits. */
  leavePick(): void {
    this.onPickEnd?.({ ok: undefined, load: undefined });
    this.onPickEnd = undefined;
  }

  // ---- from the attempt ---------------------------------------------------------------

  onHeader(header: ReceivedMetadata): void {
    this.#sent = undefined;
    this.#observer.onHeader(header);
  }

  onMessage(message: object): void {
    this.#observer.onMessage(message);
  }

  onWritable(): void {
    this.#observer.onWritable();
  }

  onEnd(end: CallEnd): void {
    this.#finish(end);
  }

  onUnprocessed(_: string, isUnsent: boolean): boolean {
    if (this.#isOver || this.#sent === undefined || (this.#isRetried && !isUnsent)) return false;
    // One that has not left costs no server anything: it may be tried until its deadline.
    this.#isRetried ||= !isUnsent;
    this.#attempt = undefined;
    // A sender that waited for the lost attempt is told when the next one has room.
    this.#isBlocked = true;
    this.leavePick();
    this.#host.dispatch(this);
    return true;
  }

  // -------------------------------------------------------------------------------------

  #stopWaiting(): void {
    this.#line = undefined;
    this.#waitDeadline?.cancel();
    this.#waitDeadline = undefined;
  }

  #finish(end: CallEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (end.error !== undefined) markLocal(end.error);
    this.#sent = undefined;
    this.#line?.forget(this);
    this.#stopWaiting();
    this.#grant?.abort(end.error);
    this.#grant = undefined;
    if (this.#attemptOf === undefined) this.#host.counts.end(end.error?.code);
    if (this.#record !== undefined) this.#host.publisher.end(this.#record, end.error);
    if (this.onPickEnd !== undefined) this.onPickEnd(new FinishedCall(end));
    this.#observer.onEnd(end);
  }
}

/** The values of a key in a call's metadata, with commas between; undefined for none, and for bytes. */
export function metadataText({ metadata }: CallInit, key: string): string | undefined {
  const values: readonly unknown[] = metadata?.getAll(key) ?? [];
  return values.length > 0 && !key.endsWith("-bin") ? values.join() : undefined;
}
