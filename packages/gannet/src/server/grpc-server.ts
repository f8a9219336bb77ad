import type { DescService } from "@bufbuild/protobuf";
import { type Clock, describeValue, systemClock, type Timer, TimerWheel } from "../base/index.ts";
import { CodecCache, JsonCodecCache } from "../codec/index.ts";
import {
  type AmbientCalls,
  checkOptions,
  misuse,
  numberFrom,
  type OptionChecks,
  objectWith,
  type Peer,
  type ServerCall,
  type Signal,
} from "../core/index.ts";
import {
  BufferBudget,
  type ConnectionLimits,
  type HeaderTemplate,
  Http2Connection,
  SegmentPool,
  withHeaderRoom,
} from "../http2/index.ts";
import {
  type ConnectedPipe,
  type DuplexStream,
  listenSocket,
  MEMORY_ADDRESS,
  type SocketListener,
  SocketPipe,
} from "../net/index.ts";
import { defaultCompressors, expectManyListeners } from "../node/index.ts";
import {
  CallPublisher,
  EventTeller,
  IdentityEvents,
  type ObservedConnection,
  type ObservedListener,
  ServerCounts,
  type ServerStats,
} from "../observe/index.ts";
import { type MessageSettings, messageSettings, PROTO_TYPE } from "../protocol/index.ts";
import { Admission } from "./admission.ts";
import type { CallRunner } from "./call-runner.ts";
import { CheckedRoutes } from "./checked-routes.ts";
import { FirstBytesGate } from "./first-bytes-gate.ts";
import { HandlerFailures } from "./handler-failures.ts";
import type { Handlers, UnknownMethodHandler } from "./handlers.ts";
import { type Lifetime, readLifetime } from "./lifetime-options.ts";
import { type AnyHandler, type Routes, RouteTable } from "./route.ts";
import type { ListenAddress, ListenOptions, Server } from "./server.ts";
import { responseFields, ServerConnection, type ServerContext } from "./server-connection.ts";
import { type ServerEnvironment, SYSTEM } from "./server-environment.ts";
import { readServerLimits, type ServerLimits } from "./server-limits.ts";
import { checkServerOptions, type ServerOptions } from "./server-options.ts";
import { checkServiceOptions, type ServiceOptions } from "./service-options.ts";
import { turnAway } from "./turn-away.ts";

/** Makes a server. It answers nothing until it listens, or is given connections. */
export function createServer(options: ServerOptions = {}): Server {
  checkServerOptions(options);
  return new GrpcServer(options, options.clock ?? systemClock);
}

const LISTEN_CHECKS: OptionChecks<ListenOptions> = { tls: objectWith("an object with cert and key, or identity") };
const SHUTDOWN_CHECKS: OptionChecks<{ readonly graceMs?: number | undefined }> = { graceMs: numberFrom(0) };

/** How long what was said last may take to leave, once connections are ended. */
const LAST_WORDS_MS = 1_000;

/** The server, over any clock. */
export class GrpcServer implements Server, ServerContext {
  readonly options: ServerOptions;
  readonly routes: RouteTable;
  readonly deadlines: TimerWheel;
  readonly counts: ServerCounts = new ServerCounts();
  readonly messages: MessageSettings;
  readonly okFields: HeaderTemplate["fields"];
  readonly lifetime: Lifetime;
  readonly limits: ServerLimits;
  readonly clock: Clock;
  readonly events: EventTeller;
  readonly publisher: CallPublisher;
  readonly #environment: ServerEnvironment;
  readonly #failures: HandlerFailures;
  #checkedRoutes: CheckedRoutes | undefined;
  readonly #segments = new SegmentPool();
  readonly #connectionLimits: ConnectionLimits;
  readonly #now = (): number => this.clock.now();
  readonly #buffers: BufferBudget;
  readonly #admission: Admission;
  readonly #connections = new Set<ServerConnection>();
  readonly #gates = new Set<FirstBytesGate>();
  /** Whatever was taken and is not closed. */
  readonly #pipes = new Set<ConnectedPipe>();
  /** Those that were turned away, and take their time to leave. */
  readonly #leaving = new Set<ConnectedPipe>();
  readonly #listeners = new Set<SocketListener>();
  #shutdown: Promise<void> | undefined;
  #shutdownController: AbortController | undefined;
  #isShutDown = false;
  /** When what is left is ended, on the clock: the earliest that was asked for. */
  #graceEnd = Number.POSITIVE_INFINITY;
  #graceTimer: Timer | undefined;
  #onEmpty: (() => void) | undefined;

  constructor(options: ServerOptions, clock: Clock, environment: ServerEnvironment = SYSTEM) {
    this.options = options;
    this.lifetime = readLifetime(options);
    this.clock = clock;
    this.#environment = environment;
    const { serverCallStart, serverCallEnd, serverEvent } = environment.diagnostics;
    this.events = new EventTeller(options.onEvent, serverEvent);
    this.#failures = new HandlerFailures(options.onUnexpectedError, this.events, environment.emitWarning, clock);
    this.publisher = new CallPublisher(serverCallStart, serverCallEnd, clock);
    this.routes = new RouteTable(new CodecCache(options.codecs), new JsonCodecCache(options.jsonRegistry));
    this.deadlines = new TimerWheel(clock);
    this.messages = messageSettings(options, defaultCompressors);
    this.okFields = responseFields(PROTO_TYPE, undefined, this.messages);
    this.#connectionLimits = withHeaderRoom(options.http2, this.messages.maxMetadataBytes);
    this.limits = readServerLimits(options, this.messages.maxReceiveBytes);
    this.#buffers = new BufferBudget(this.limits.maxBufferedBytes);
    this.#admission = new Admission(this.limits.maxRunning, this.limits.maxQueuedCalls);
  }

  add<S extends DescService>(service: S, handlers: Handlers<S>, options: ServiceOptions = {}): this {
    return this.#add(service, handlers, false, options);
  }

  addPartial<S extends DescService>(service: S, handlers: Partial<Handlers<S>>, options: ServiceOptions = {}): this {
    return this.#add(service, handlers, true, options);
  }

  addUnknown(handler: UnknownMethodHandler, options: ServiceOptions = {}): this {
    this.routes.addUnknown(handler as AnyHandler, this.#withInterceptors(options));
    return this;
  }

  #add(service: DescService, handlers: object, isPartial: boolean, options: ServiceOptions): this {
    const named = handlers as Readonly<Record<string, unknown>>;
    this.routes.add(service, named, isPartial, this.#withInterceptors(options));
    return this;
  }

  #withInterceptors(options: ServiceOptions): ServiceOptions {
    checkServiceOptions(options);
    const interceptors = [...(this.options.interceptors ?? []), ...(options.interceptors ?? [])];
    return { ...options, interceptors };
  }

  services(): readonly DescService[] {
    return this.routes.services();
  }

  async listen(address: string, options: ListenOptions = {}): Promise<ListenAddress> {
    checkOptions(options, LISTEN_CHECKS, "listen");
    if (this.#shutdown !== undefined) throw shutDownError();
    const listener = await listenSocket(address, {
      tls: options.tls,
      identityListener: new IdentityEvents(this.events),
      maxHandshakes: this.options.maxConnections,
      onConnection: (pipe) => this.#accept(pipe),
      onProblem: (message, peer) => this.#onNoConnection(message, peer),
    });
    if (this.#shutdown !== undefined) {
      await listener.close();
      throw shutDownError();
    }
    this.#listeners.add(listener);
    this.events.tell("listening", "info", { address: listener.address, tls: options.tls !== undefined });
    return { address: listener.address, port: listener.port };
  }

  serve(connection: DuplexStream | ConnectedPipe): void {
    if (typeof connection !== "object" || connection === null) {
      const what = `serve takes a duplex stream, or a connection in memory, not ${describeValue(connection)}`;
      throw misuse(TypeError, "GANNET_INVALID_ARGUMENT", what);
    }
    this.#accept("attach" in connection ? connection : new SocketPipe(connection));
  }

  #accept(pipe: ConnectedPipe): void {
    if (this.#pipes.size >= this.limits.maxConnections) {
      this.#turnAway(pipe);
      return;
    }
    this.#pipes.add(pipe);
    void pipe.closed.then(() => this.#pipes.delete(pipe));
    const gate = new FirstBytesGate(pipe, this.deadlines, this.limits.prefaceTimeoutMs, (isHttp2, problem) => {
      this.#gates.delete(gate);
      if (problem !== undefined) this.#onNoConnection(problem, pipe.peer.address);
      const isWanted = isHttp2 && this.#shutdown === undefined;
      if (!isWanted) {
        if (isHttp2) pipe.destroy();
        this.#checkEmpty();
        return undefined;
      }
      const connection = new ServerConnection(this, pipe, (observer) => {
        return new Http2Connection({
          role: "server",
          pipe,
          observer,
          limits: this.#connectionLimits,
          segments: this.#segments,
          buffers: this.#buffers,
          now: this.#now,
          timers: this.deadlines,
        });
      });
      this.counts.connections++;
      this.#connections.add(connection);
      this.events.tell("connection-opened", "debug", { peer: pipe.peer.address, local: pipe.localAddress });
      return connection.http2;
    });
    this.#gates.add(gate);
    gate.open();
  }

  #onNoConnection(message: string, peer: string): void {
    this.events.tell("connection-failed", "info", { peer, message });
  }

  #turnAway(pipe: ConnectedPipe): void {
    this.counts.refusedConnections++;
    const { maxConnections } = this.options;
    this.events.tell("connection-refused", "warning", { peer: pipe.peer.address, maxConnections });
    this.#leaving.add(pipe);
    void pipe.closed.then(() => this.#leaving.delete(pipe));
    turnAway(pipe, "max_connections", this.#segments);
  }

  // ---- for those who look on ------------------------------------------------------------

  stats(): ServerStats {
    const { running, queued } = this.#admission;
    const connections = [...this.#connections].map(({ counts }) => counts);
    return this.counts.stats(this.clock, { running, queued, connections, codecs: this.routes.codecCounts });
  }

  listeners(): readonly ObservedListener[] {
    return [...this.#listeners];
  }

  connections(): readonly ObservedConnection[] {
    return [...this.#connections];
  }

  // ---- for connections and runners ------------------------------------------------------

  random(): number {
    return this.#environment.random();
  }

  routesFor({ address }: Peer): Routes {
    const isTested = process.env["NODE_ENV"] === "development" || address === MEMORY_ADDRESS;
    if (!(this.options.checkReplies ?? isTested)) return this.routes;
    this.#checkedRoutes ??= new CheckedRoutes(this.routes);
    return this.#checkedRoutes;
  }

  get ambient(): AmbientCalls | undefined {
    const { ambient } = this.#environment;
    const { ambient: isEntered = "auto" } = this.options;
    return isEntered === true || (isEntered === "auto" && ambient.isWanted) ? ambient : undefined;
  }

  enter(runner: CallRunner): "admitted" | "queued" | "refused" {
    const answer = this.#admission.enter(runner);
    if (answer === "refused") this.counts.refusedCalls++;
    return answer;
  }

  get hasRoom(): boolean {
    return this.#admission.hasRoom;
  }

  withdraw(runner: CallRunner): boolean {
    return this.#admission.withdraw(runner);
  }

  leave(): void {
    this.#admission.leave();
  }

  onUnexpectedError(error: unknown, call: ServerCall): void {
    this.#failures.tell(error, call);
  }

  onViolation(name: string, message: string, peer: Peer): void {
    this.counts.addViolation(name);
    this.events.tell("http2-violation", "warning", { violation: name, message, peer: peer.address });
  }

  onConnectionClosed(connection: ServerConnection, reason: string): void {
    this.counts.addClosed(connection.counts);
    this.#connections.delete(connection);
    this.events.tell("connection-closed", "debug", { peer: connection.peer.address, reason });
    this.#checkEmpty();
  }

  // ---- the end --------------------------------------------------------------------------

  shutdown(options: { readonly graceMs?: number | undefined } = {}): Promise<void> {
    checkOptions(options, SHUTDOWN_CHECKS, "shutdown");
    const { graceMs = Number.POSITIVE_INFINITY } = options;
    const end = this.clock.now() + graceMs;
    // What listens may end calls, which then need not be waited for, or call this once more.
    if (this.#shutdown === undefined) this.#shutdownController?.abort(shutDownError());
    this.#shutdown ??= this.#drain();
    if (end < this.#graceEnd) {
      this.#graceEnd = end;
      this.#graceTimer?.cancel();
      if (!this.#isShutDown) this.#graceTimer = this.clock.setTimer(graceMs, () => this.#closeAll());
    }
    return this.#shutdown;
  }

  get shutdownSignal(): Signal {
    if (this.#shutdownController === undefined) {
      this.#shutdownController = new AbortController();
      expectManyListeners(this.#shutdownController.signal);
      if (this.#shutdown !== undefined) this.#shutdownController.abort(shutDownError());
    }
    return this.#shutdownController.signal;
  }

  async #drain(): Promise<void> {
    const { running, queued } = this.#admission;
    this.events.tell("shutdown-started", "info", { connections: this.#connections.size, running, queued });
    const closed = Promise.all([...this.#listeners].map((listener) => listener.close()));
    this.#listeners.clear();
    for (const gate of this.#gates) gate.close();
    const empty = new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
    for (const connection of this.#connections) connection.drain("shutdown");
    this.#checkEmpty();
    await empty;
    await closed;
    this.#isShutDown = true;
    this.#graceTimer?.cancel();
    this.events.tell("shutdown-finished", "info", {});
  }

  /** Ends all calls. A client that does not take even that is left after a moment. */
  #closeAll(): void {
    const { running, queued } = this.#admission;
    this.events.tell("shutdown-grace-over", "warning", { connections: this.#connections.size, running, queued });
    for (const connection of [...this.#connections]) connection.close("the server shuts down");
    // They were told long ago.
    for (const pipe of this.#leaving) pipe.destroy();
    this.#graceTimer = this.clock.setTimer(LAST_WORDS_MS, () => {
      for (const pipe of this.#pipes) pipe.destroy();
    });
  }

  #checkEmpty(): void {
    if (this.#connections.size === 0 && this.#gates.size === 0) this.#onEmpty?.();
  }
}

function shutDownError(): TypeError {
  return misuse(TypeError, "GANNET_SHUT_DOWN", "the server was shut down: make a new one");
}
