import type { Clock } from "../base/index.ts";
import {
  type DeadlineScheduler,
  GrpcError,
  type Peer,
  type ScheduledDeadline,
  type TlsFacts,
  thrownFields,
} from "../core/index.ts";
import {
  type ConnectionObserver,
  type HeaderList,
  HeaderTemplate,
  Http2Code,
  type Http2Connection,
  type Http2Stream,
  type StreamSink,
} from "../http2/index.ts";
import type { ConnectedPipe } from "../net/index.ts";
import {
  type CallPublisher,
  ConnectionCounts,
  type ConnectionStats,
  type EventTeller,
  type ObservedConnection,
  type ServerCounts,
} from "../observe/index.ts";
import { type GrpcContentType, type MessageSettings, PROTO_TYPE, SpareBuffer } from "../protocol/index.ts";
import { CallList } from "./call-list.ts";
import { CallRunner, type RunnerHost } from "./call-runner.ts";
import { ConnectionLifetime, type LivingConnection } from "./connection-lifetime.ts";
import { HttpExchange } from "./http-exchange.ts";
import type { HttpResponse } from "./http-request.ts";
import { Http2ServerCall } from "./http2-server-call.ts";
import type { Lifetime } from "./lifetime-options.ts";
import type { Routes } from "./route.ts";
import type { ServerLimits } from "./server-limits.ts";
import type { ServerOptions } from "./server-options.ts";

/** How long the answer to the ping between two GOAWAYs is waited for. */
const DRAIN_PING_MS = 5_000;
const MAX_STREAM_ID = 0x7fffffff;
const OK_TRAILER = [["grpc-status", "0"]] as const;
const KEEPALIVE_PING = new Uint8Array([0x67, 0x61, 0x6e, 0x6e, 0x65, 0x74, 0x20, 0x32]);
const DRAIN_PING = new Uint8Array([0x67, 0x61, 0x6e, 0x6e, 0x65, 0x74, 0x20, 0x31]);

/** What connections share: the server as they see it. */
export interface ServerContext extends RunnerHost {
  /** For connections of this peer. */
  routesFor(peer: Peer): Routes;
  readonly deadlines: DeadlineScheduler;
  readonly options: ServerOptions;
  readonly counts: ServerCounts;
  readonly messages: MessageSettings;
  /** What most responses start with. */
  readonly okFields: HeaderTemplate["fields"];
  readonly lifetime: Lifetime;
  readonly limits: ServerLimits;
  readonly clock: Clock;
  readonly events: EventTeller;
  readonly publisher: CallPublisher;
  random(): number;
  onViolation(name: string, message: string, peer: Peer): void;
  onConnectionClosed(connection: ServerConnection, reason: string): void;
}

/** What a response starts with, where its messages are compressed with `encoding`, if at all. */
export function responseFields(
  { text }: GrpcContentType,
  encoding: string | undefined,
  { compressors }: MessageSettings,
): HeaderTemplate["fields"] {
  const fields: [string, string][] = [
    [":status", "200"],
    ["content-type", text],
    ["grpc-accept-encoding", compressors.acceptEncoding],
  ];
  if (encoding !== undefined) fields.push(["grpc-encoding", encoding]);
  return fields;
}

/** A client's connection. */
export class ServerConnection implements ConnectionObserver, ObservedConnection, LivingConnection {
  readonly peer: Peer;
  readonly http2: Http2Connection;
  readonly routes: Routes;
  readonly deadlines: DeadlineScheduler;
  readonly messages: MessageSettings;
  /** What requests in pieces are put together in. */
  readonly spare: SpareBuffer = new SpareBuffer();
  /** What most responses start with. */
  readonly okHeader: HeaderTemplate;
  readonly okTrailer: HeaderTemplate = new HeaderTemplate(OK_TRAILER);
  readonly counts: ConnectionCounts;
  readonly #context: ServerContext;
  readonly #pipe: ConnectedPipe;
  /** What others start with: made with the first. */
  #headers: Map<string, HeaderTemplate> | undefined;
  readonly #calls = new CallList<Http2ServerCall>();
  readonly #lifetime: ConnectionLifetime;
  /** The words in its GOAWAYs; undefined until it takes no further calls. */
  #drainReason: string | undefined;
  #isLastGoawaySent = false;
  #drainTimer: ScheduledDeadline | undefined;
  #settingsTimer: ScheduledDeadline | undefined;

  constructor(
    context: ServerContext,
    pipe: ConnectedPipe,
    createHttp2: (observer: ConnectionObserver) => Http2Connection,
  ) {
    this.#context = context;
    this.#pipe = pipe;
    this.peer = pipe.peer;
    this.counts = new ConnectionCounts(context.deadlines);
    this.routes = context.routesFor(pipe.peer);
    this.deadlines = context.deadlines;
    this.messages = context.messages;
    this.okHeader = new HeaderTemplate(context.okFields);
    this.http2 = createHttp2(this);
    this.#lifetime = new ConnectionLifetime(this, context.lifetime, context.clock, () => context.random());
    this.#settingsTimer = this.deadlines.schedule(this.deadlines.now() + context.limits.prefaceTimeoutMs, {
      onDeadline: () => this.http2.close(Http2Code.SettingsTimeout, "the client's settings did not come in time"),
    });
  }

  // ---- for those who look on ----------------------------------------------------------

  get remoteAddress(): string {
    return this.peer.address;
  }

  get localAddress(): string | undefined {
    return this.#pipe.localAddress;
  }

  get tls(): TlsFacts | undefined {
    return this.#pipe.tls;
  }

  stats(): ConnectionStats {
    const { streamCount: openStreams, sendWindowBytes, receiveWindowBytes } = this.http2;
    return this.counts.stats({ openStreams, sendWindowBytes, receiveWindowBytes });
  }

  // ---- from calls ---------------------------------------------------------------------

  /** A request of gRPC has come. */
  onCallStart(call: Http2ServerCall): void {
    const { counts, publisher } = this.#context;
    counts.calls.started++;
    if (publisher.isHeard) call.record = publisher.start(call.describe());
  }

  /** A call has its status, which the client was told, or not. Comes once for each. */
  onCallEnd(call: Http2ServerCall, error: GrpcError | undefined, isTold: boolean): void {
    this.#context.counts.calls.end(error?.code);
    if (call.record !== undefined) this.#context.publisher.end(call.record, error);
    if (isTold) this.counts.streamsSucceeded++;
    else this.counts.streamsFailed++;
  }

  /**
   * Has a request that is not gRPC's answered by `onHttpRequest`. False where there is none.
   *
   * @param refusal the answer where that gives none
   */
  answerForeign(call: Http2ServerCall, refusal: HttpResponse, list: HeaderList, endStream: boolean): boolean {
    const handler = this.#context.options.onHttpRequest;
    if (handler === undefined) return false;
    const onExchangeEnd = (): void => {
      this.onForeignRequest();
      this.onHandlerEnd(call);
    };
    const onHttpFailure = (error: unknown): void => {
      this.#context.events.tell("http-handler-failed", "error", { peer: this.peer.address, ...thrownFields(error) });
    };
    const exchange = new HttpExchange(this.http2, call.stream, handler, refusal, { onExchangeEnd, onHttpFailure });
    call.stream.sink = exchange;
    exchange.onHeaders(list, endStream);
    return true;
  }

  /** A request that is not gRPC was answered in the words of HTTP. */
  onForeignRequest(): void {
    this.#context.counts.foreignRequests++;
    this.counts.streamsSucceeded++;
  }

  // ---- from the connection ------------------------------------------------------------

  onStream(stream: Http2Stream): StreamSink {
    this.counts.streamsStarted++;
    const call = new Http2ServerCall(this, stream);
    this.#calls.add(call);
    return call;
  }

  /** What a response starts with, where its messages are compressed with `encoding`, if at all. */
  headerFor(type: GrpcContentType, encoding: string | undefined): HeaderTemplate {
    if (type === PROTO_TYPE && encoding === undefined) return this.okHeader;
    const key = `${type.text} ${encoding}`;
    this.#headers ??= new Map();
    let header = this.#headers.get(key);
    if (header === undefined) {
      header = new HeaderTemplate(responseFields(type, encoding, this.messages));
      this.#headers.set(key, header);
    }
    return header;
  }

  createRunner(call: Http2ServerCall): CallRunner {
    return new CallRunner(call, this.#context);
  }

  /** A call is over, and so is its handler. */
  onHandlerEnd(call: Http2ServerCall): void {
    this.http2.releaseStream(call.stream);
    this.#calls.remove(call);
    this.#closeIfDrained();
  }

  onRoom(): void {
    this.#settingsTimer?.cancel();
    this.#settingsTimer = undefined;
    this.#closeIfDrained();
  }

  onGoaway(): void {}

  onTurn(): void {
    const startedAt = this.counts.stamp();
    if (startedAt !== undefined) this.#context.counts.calls.lastStartedAt = startedAt;
  }

  onPing(): void {
    this.#lifetime.onPing();
  }

  onPingAck(payload: Uint8Array): void {
    if (this.#drainReason !== undefined && DRAIN_PING.every((byte, index) => payload[index] === byte))
      this.#sendLastGoaway();
  }

  onClose(reason: string): void {
    this.#drainTimer?.cancel();
    this.#settingsTimer?.cancel();
    this.#lifetime.end();
    this.#context.onConnectionClosed(this, reason);
  }

  onViolation(name: string, message: string): void {
    this.#context.onViolation(name, message, this.peer);
  }

  /**
   * Takes no further calls and closes when those under way are done. Calls that the client sends before it knows are
   * still answered: first it is told to stop, and once it must have heard that, which call was the last.
   *
   * @param reason for the client, in both GOAWAYs: `max_idle`, `max_age`, `shutdown`
   */
  drain(reason: string): void {
    if (this.#drainReason !== undefined || this.http2.isClosed) return;
    this.#drainReason = reason;
    this.#context.events.tell("connection-draining", "debug", { peer: this.peer.address, reason });
    this.http2.goaway(Http2Code.NoError, reason, MAX_STREAM_ID);
    this.http2.ping(DRAIN_PING);
    this.#drainTimer = this.deadlines.schedule(this.deadlines.now() + DRAIN_PING_MS, {
      onDeadline: () => this.#sendLastGoaway(),
    });
  }

  #sendLastGoaway(): void {
    if (this.#isLastGoawaySent) return;
    this.#isLastGoawaySent = true;
    this.#drainTimer?.cancel();
    this.http2.goaway(Http2Code.NoError, this.#drainReason);
    this.#closeIfDrained();
  }

  #closeIfDrained(): void {
    if (this.#isLastGoawaySent && this.#calls.size === 0 && this.http2.streamCount === 0)
      this.http2.close(Http2Code.NoError, "");
  }

  /** Ends all calls now: their clients are told UNAVAILABLE, where that still gets through, and `reason`. */
  close(reason: string): void {
    if (this.http2.isClosed) return;
    for (const call of this.#calls.all()) call.fail(new GrpcError("UNAVAILABLE", reason));
    this.http2.close(Http2Code.NoError, reason);
  }

  // ---- for what watches over its life -------------------------------------------------

  get chunksReceived(): number {
    return this.http2.chunksReceived;
  }

  get payloadFramesSent(): number {
    return this.http2.payloadFramesSent;
  }

  get streamsStarted(): number {
    return this.counts.streamsStarted;
  }

  get hasCalls(): boolean {
    return this.#calls.size > 0;
  }

  ping(): void {
    this.counts.keepalivesSent++;
    this.http2.ping(KEEPALIVE_PING);
  }

  giveUp(reason: string): void {
    this.#context.events.tell("keepalive-timeout", "info", { peer: this.peer.address, reason });
    this.http2.onPipeEnd(reason);
    this.#pipe.destroy();
  }

  onTooManyPings(): void {
    this.onViolation("too_many_pings", "the client pings more often than keepalive.minClientIntervalMs allows");
    this.http2.close(Http2Code.EnhanceYourCalm, "too_many_pings");
  }
}
