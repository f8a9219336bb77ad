import type { Clock, SilenceTimer } from "../../base/index.ts";
import type { GrpcEvent, TlsFacts } from "../../core/index.ts";
import {
  type ConnectionLimits,
  type ConnectionObserver,
  Http2Code,
  Http2Connection,
  http2CodeName,
  type SegmentPool,
} from "../../http2/index.ts";
import type { ConnectedPipe } from "../../net/index.ts";
import {
  type ConnectionCounts,
  type ConnectionStats,
  type EventTeller,
  type ObservedConnection,
  showInConsole,
} from "../../observe/index.ts";
import { ClientConnection, type ClientConnectionInit } from "../call/index.ts";
import { type KeepaliveSettings, type PingedConnection, watchServer } from "./connection-keepalive.ts";

/** What a ping of ours carries. */
const KEEPALIVE_PING = Uint8Array.from("keepaliv", (character) => character.charCodeAt(0));

/** What all connections of a channel have in common. */
export interface ConnectionSettings extends Omit<ClientConnectionInit, "http2" | "peer" | "isPrivate"> {
  readonly segments: SegmentPool;
  readonly limits: ConnectionLimits | undefined;
  readonly events: EventTeller;
  readonly clock: Clock;
  readonly keepalive: KeepaliveSettings;
  /** The number of the first stream; undefined for 1. */
  readonly firstStreamId?: number | undefined;
  /** Told when calls were started last, once for all of a turn. */
  onCallsStarted(at: number): void;
  /** Told of each connection, so that it can be ended with the channel. */
  onConnection(connection: SubchannelConnection): void;
}

/** Where calls wait for room on a connection. */
export interface CallLine {
  take(call: WaitingCall): boolean;
  forget(call: WaitingCall): void;
  /** What they wait for, for people. */
  readonly lack: string;
}

/** A call that looks for a connection with room. */
export interface WaitingCall {
  /** The connection has room now. A call that is not ready to go has `line` take it again later. */
  startOn(connection: ClientConnection, line: CallLine): void;
  /** No connection takes calls any more: it has to go elsewhere. */
  onTurnedAway(): void;
}

/** Whose connection it is. */
export interface ConnectionOwner {
  /** It takes no further calls: those under way go on, or have ended with it. Comes at most once. */
  onGone(connection: SubchannelConnection): void;
  /** How many calls wait for room. */
  readonly waiting: number;
  /** There may be room, while calls wait. Not called in the middle of anything. */
  serve(): void;
}

/**
 * A connection to a server. It has room while it takes calls and the server's SETTINGS_MAX_CONCURRENT_STREAMS leave a stream
 * for another one, and keeps the process alive while calls are under way or wait for that.
 *
 *   +-----------+ the server's +------+ GOAWAY, or too many +----------+ its calls are over +--------+
 *   | handshake |------------->| open |-------------------->| draining |------------------->| closed |
 *   +-----------+   SETTINGS   +------+ stream numbers used +----------+                    +--------+
 *         |                        |                                                            ^
 *         +------------------------+------------------------------------------------------------+
 *                                    the pipe ends, or the channel does
 */
export class SubchannelConnection implements ConnectionObserver, ObservedConnection, PingedConnection {
  static {
    showInConsole(SubchannelConnection, (connection) => {
      const { remoteAddress, localAddress, tls } = connection;
      return { remoteAddress, localAddress, tls, ...connection.stats() };
    });
  }

  /** What calls need of it. */
  readonly calls: ClientConnection;
  readonly http2: Http2Connection;
  readonly #pipe: ConnectedPipe;
  readonly #settings: ConnectionSettings;
  /** What calls of the channel's own need; undefined before the first. */
  #own: ClientConnection | undefined;
  readonly #ownLine: CallLine = {
    lack: "the connection has no room",
    take: (call) => this.startOwn(call),
    forget() {},
  };
  #phase: "handshake" | "open" | "draining" | "closed" = "handshake";
  #owner: ConnectionOwner | undefined;
  #goaway: string | undefined;
  /** Undefined where the server is never pinged. */
  #keepalive: SilenceTimer | undefined;
  #isReferenced = false;
  #isTurnScheduled = false;
  #onHandshake: ((failure: string | undefined) => void) | undefined;

  /** @param onHandshake called once with undefined when the server's settings have come, else with why they did not */
  constructor(pipe: ConnectedPipe, settings: ConnectionSettings, onHandshake: (failure: string | undefined) => void) {
    this.#pipe = pipe;
    this.#settings = settings;
    this.#onHandshake = onHandshake;
    const { limits, segments, deadlines, firstStreamId } = settings;
    const now = (): number => deadlines.now();
    this.http2 = new Http2Connection({
      role: "client",
      pipe,
      observer: this,
      limits,
      segments,
      firstStreamId,
      now,
      timers: deadlines,
    });
    this.calls = new ClientConnection({
      ...settings,
      http2: this.http2,
      peer: pipe.peer.address,
      isPrivate: pipe.isPrivate,
    });
    settings.onConnection(this);
    pipe.unref();
    pipe.attach(this.http2);
  }

  /** Resolves once nothing of the connection is left. */
  get closed(): Promise<void> {
    return this.#pipe.closed;
  }

  get remoteAddress(): string {
    return this.calls.peer;
  }

  get localAddress(): string | undefined {
    return this.#pipe.localAddress;
  }

  get tls(): TlsFacts | undefined {
    return this.#pipe.tls;
  }

  stats(): ConnectionStats {
    const { streamCount: openStreams, sendWindowBytes, receiveWindowBytes } = this.http2;
    return this.calls.counts.stats({ openStreams, sendWindowBytes, receiveWindowBytes });
  }

  /** What the server said with its first GOAWAY, such as `max_age`; undefined before that. */
  get goaway(): string | undefined {
    return this.#goaway;
  }

  /** Whether any call got something of it. */
  get isProven(): boolean {
    const { messagesReceived, streamsSucceeded } = this.calls.counts;
    return messagesReceived > 0 || streamsSucceeded > 0;
  }

  /** Whether calls are under way, of whoever. */
  get isBusy(): boolean {
    return this.http2.streamCount > 0;
  }

  /** Whether calls are under way that are not the channel's own. */
  get isUsed(): boolean {
    return this.http2.streamCount > (this.#own === undefined ? 0 : openStreams(this.#own.counts));
  }

  /** Makes `owner` the one who is told. False where the connection takes no calls any more. */
  adopt(owner: ConnectionOwner): boolean {
    if (this.#phase !== "open") return false;
    this.#owner = owner;
    return true;
  }

  /** Whether it takes a call now. */
  get hasRoom(): boolean {
    return this.#phase === "open" && this.http2.canOpenStream;
  }

  /** Starts a call, for which there has to be room. It is from `line`, and may go back there. */
  start(call: WaitingCall, line: CallLine): void {
    call.startOn(this.calls, line);
    // A call that has no stream yet keeps the process alive by its channel.
    if (!this.#isReferenced) this.hold();
  }

  /** Keeps the process alive for as long as it has to: while calls are under way, or wait for room. */
  hold(): void {
    const isNeeded = this.isUsed || (this.#owner !== undefined && this.#owner.waiting > 0);
    if (isNeeded === this.#isReferenced || this.http2.isClosed) return;
    this.#isReferenced = isNeeded;
    if (isNeeded) this.#pipe.ref();
    else this.#pipe.unref();
  }

  /**
   * Starts a call of the channel's own, in protobuf's format whatever that of the others is: it is not counted with them,
   * and keeps nothing alive. False where there is no room for it.
   */
  startOwn(call: WaitingCall): boolean {
    if (this.#phase !== "open" || !this.http2.canOpenStream) return false;
    const { http2 } = this;
    const { peer, isPrivate } = this.calls;
    this.#own ??= new ClientConnection({ ...this.#settings, format: "proto", http2, peer, isPrivate });
    call.startOn(this.#own, this.#ownLine);
    return true;
  }

  /** A call of the channel's own has ended: until then it may have looked as if there were no others. */
  onOwnCallOver(): void {
    if (!this.#isReferenced) this.hold();
  }

  /** Takes no further calls, and closes when those under way are done. */
  drain(): void {
    if (this.#phase !== "open") return;
    this.#phase = "draining";
    this.#owner?.onGone(this);
    this.#scheduleTurn();
  }

  /** Ends all calls now: they fail with `reason`. */
  close(reason: string): void {
    // Somebody may wait for the end at the top of a module, where nothing else keeps the process alive.
    this.#isReferenced = true;
    this.#pipe.ref();
    this.http2.close(Http2Code.NoError, reason);
  }

  // ---- what the connection tells ------------------------------------------------------

  onRoom(): void {
    if (this.#phase === "handshake") {
      this.#phase = "open";
      const { keepalive, clock } = this.#settings;
      if (Number.isFinite(keepalive.intervalMs)) this.#keepalive = watchServer(this, keepalive, clock);
      this.#tell("connection-opened", "debug", { local: this.localAddress });
      this.#endHandshake(undefined);
    }
    if (this.#isReferenced) this.hold();
    if (this.http2.isNearlyUsedUp) this.drain();
    if (this.#phase === "draining" || (this.#owner !== undefined && this.#owner.waiting > 0)) this.#scheduleTurn();
  }

  onGoaway(lastStreamId: number, http2Code: number, debug: string): void {
    const level = http2Code === Http2Code.NoError ? "debug" : "warning";
    this.#goaway ??= debug;
    if (http2Code === Http2Code.EnhanceYourCalm && debug === "too_many_pings")
      this.#settings.keepalive.onTooManyPings();
    this.#tell("goaway", level, { code: http2CodeName(http2Code), debug, lastStreamId });
    this.drain();
  }

  onPingAck(): void {}

  get chunksReceived(): number {
    return this.http2.chunksReceived;
  }

  ping(): void {
    this.http2.ping(KEEPALIVE_PING);
  }

  giveUp(reason: string): void {
    this.#tell("keepalive-timeout", "warning", { reason });
    // Nothing gets there either: the connection is cut rather than closed.
    this.http2.onPipeEnd(reason);
    this.#pipe.destroy();
  }

  onTurn(): void {
    const startedAt = this.calls.counts.stamp();
    if (startedAt !== undefined) this.#settings.onCallsStarted(startedAt);
  }

  onStream(): never {
    throw new Error("a server cannot open a stream");
  }

  onClose(reason: string): void {
    const phase = this.#phase;
    this.#phase = "closed";
    this.#keepalive?.stop();
    if (phase !== "handshake") this.#tell("connection-closed", "debug", { reason });
    if (phase === "handshake") this.#endHandshake(reason);
    if (phase === "open") this.#owner?.onGone(this);
  }

  onViolation(name: string, message: string): void {
    this.#tell("http2-violation", "warning", { violation: name, message });
  }

  // -------------------------------------------------------------------------------------

  #tell(name: string, level: GrpcEvent["level"], fields: GrpcEvent["fields"]): void {
    this.#settings.events.tell(name, level, { peer: this.calls.peer, ...fields });
  }

  /** Looks at the streams later: when one ends, the connection is in the middle of something. */
  #scheduleTurn(): void {
    if (this.#isTurnScheduled) return;
    this.#isTurnScheduled = true;
    queueMicrotask(() => {
      this.#isTurnScheduled = false;
      if (this.#phase === "draining" && this.http2.streamCount === 0) this.close("");
      else this.#owner?.serve();
    });
  }

  #endHandshake(failure: string | undefined): void {
    const onHandshake = this.#onHandshake;
    this.#onHandshake = undefined;
    onHandshake?.(failure);
  }
}

function openStreams({ streamsStarted, streamsSucceeded, streamsFailed }: ConnectionCounts): number {
  return streamsStarted - streamsSucceeded - streamsFailed;
}
