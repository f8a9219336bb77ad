import type { DescMethod } from "@bufbuild/protobuf";
import { type Clock, SerialQueue } from "../base/index.ts";
import {
  type AmbientCalls,
  type CallCredentials,
  type CallInit,
  type CallObserver,
  type CallWriter,
  type ClientInterceptor,
  checkOptionKeys,
  type DeadlineScheduler,
  GrpcError,
  type Signal,
} from "../core/index.ts";
import { CallCounts, type CallPublisher, type ChannelStats, type ObservedSubchannel } from "../observe/index.ts";
import {
  type BalancerHost,
  ChildBalancer,
  type ConnectivityState,
  type Endpoint,
  failPicker,
  type PickArguments,
  type Picker,
  QUEUE_PICKER,
  type Subchannel,
} from "./balancer/index.ts";
import { CallStarter, type StarterHost } from "./call-starter.ts";
import type { Channel } from "./channel.ts";
import { ChannelCall, type WaitingLine } from "./channel-call.ts";
import type { ChannelParts } from "./channel-parts.ts";
import { ConnectWaiters } from "./connect-waiter.ts";
import { IdleWatch } from "./idle-watch.ts";
import { KnownSubchannels } from "./known-subchannels.ts";
import { OpenConnections } from "./open-connections.ts";
import { ProcessHold } from "./process-hold.ts";
import { createEndpoint, type Found, GuardedResolver, type ResolverHost } from "./resolver/index.ts";
import type { AttemptListener, RetriedCall, RetryBuffer } from "./retry/index.ts";
import type { ConfigInUse } from "./service-config/index.ts";
import { StateWatchers } from "./state-watchers.ts";
import { Http2Subchannel, type SubchannelSettings } from "./subchannel/index.ts";

/** A pick that asks why there is no connection. */
const ASK_WHY: PickArguments = { path: "", metadata: () => undefined, hash: undefined };
const CLOSED = "the channel was closed";
const FOREIGN_SUBCHANNEL = "the balancer has picked a subchannel that is none of those that it was given";
const SIGNAL_KEYS: ReadonlySet<string> = new Set(["signal"]);

/**
 * A channel over a resolver and a balancer: the one finds addresses, the other connects to them and publishes pickers,
 * and each call asks the picker of the moment for its connection. Calls that it has none for wait for the next picker.
 */
export class BalancedChannel implements Channel, StarterHost, BalancerHost, ResolverHost, WaitingLine {
  readonly clock: Clock;
  readonly deadlines: DeadlineScheduler;
  readonly interceptors: readonly ClientInterceptor[] | undefined;
  readonly ambient: AmbientCalls;
  readonly credentials: readonly CallCredentials[] | undefined;
  readonly retryBuffer: RetryBuffer;
  readonly counts: CallCounts = new CallCounts();
  readonly publisher: CallPublisher;
  readonly #parts: ChannelParts;
  readonly #subchannels: SubchannelSettings;
  /** Balancers are never called while they run. */
  readonly #serial = new SerialQueue();
  readonly #queue = new Set<ChannelCall>();
  /** Calls whose credentials are on their way, or that wait for another attempt. */
  readonly #held = new Set<ChannelCall | RetriedCall>();
  readonly #connections = new OpenConnections();
  readonly #known = new KnownSubchannels();
  readonly #waiters = new ConnectWaiters();
  readonly #starter: CallStarter;
  #state: ConnectivityState = "idle";
  #picker: Picker = QUEUE_PICKER;
  /** Both undefined while the channel sleeps. */
  #resolver: GuardedResolver | undefined;
  #balancer: ChildBalancer | undefined;
  #hasEndpoints = false;
  readonly #config: ConfigInUse;
  #failure: string | undefined;
  readonly #hold: ProcessHold;
  readonly #idleness: IdleWatch;
  readonly #watchers = new StateWatchers();
  #closing: Promise<void> | undefined;

  constructor(parts: ChannelParts) {
    this.#parts = parts;
    this.clock = parts.clock;
    this.#hold = new ProcessHold(parts.clock);
    this.#idleness = new IdleWatch(
      parts.clock,
      parts.idleTimeoutMs,
      this.counts,
      () => this.#isBusy,
      () => this.#sleep("idle"),
    );
    this.deadlines = parts.deadlines;
    this.retryBuffer = parts.retryBuffer;
    this.publisher = parts.publisher;
    this.interceptors = parts.interceptors;
    this.credentials = parts.credentials;
    this.ambient = parts.ambient;
    this.#config = parts.serviceConfig;
    this.#starter = new CallStarter(this, parts.rules, (reason) => this.#config.warn(reason));
    this.#subchannels = parts.createSubchannelSettings(
      (connection) => this.#connections.add(connection),
      (at) => {
        this.counts.lastStartedAt = at;
      },
      (task) => this.#serial.run(task),
    );
  }

  get target(): string {
    return this.#parts.target.text;
  }

  get state(): ConnectivityState {
    return this.#state;
  }

  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  get failure(): string | undefined {
    if (this.#failure !== undefined || this.#state !== "connecting") return this.#failure;
    return `${this.#parts.target.text} has not answered yet`;
  }

  // ---- for those who look on ----------------------------------------------------------

  stats(): ChannelStats {
    return {
      state: this.#state,
      calls: {
        ...this.counts.stats(this.clock),
        waiting: this.#queue.size,
        waitingForRoom: this.#known.waiting,
      },
      connections: { ...this.#connections.stats(), further: this.#subchannels.scaling.opened },
      codecs: { ...this.#parts.codecs.counts },
    };
  }

  subchannels(): readonly ObservedSubchannel[] {
    return this.#known.all();
  }

  // ---- from those who make calls ------------------------------------------------------

  start(method: DescMethod, init: CallInit, observer: CallObserver): CallWriter {
    this.counts.started++;
    // Whoever hears of that may close the channel.
    if (this.#balancer === undefined) this.#wake();
    if (this.#closing !== undefined) {
      const call = new ChannelCall(this, method, init, observer);
      call.fail(CLOSED);
      return call;
    }
    return this.#starter.start(method, init, observer);
  }

  startAttempt(method: DescMethod, init: CallInit, attempt: CallObserver & AttemptListener): ChannelCall {
    const call = new ChannelCall(this, method, init, attempt, attempt);
    this.dispatch(call);
    return call;
  }

  connect(options: { readonly signal?: Signal | undefined } = {}): Promise<void> {
    checkOptionKeys(options, SIGNAL_KEYS, "connect");
    const { signal } = options;
    this.#idleness.connects++;
    if (this.#balancer === undefined) this.#wake();
    if (this.#closing !== undefined) return Promise.reject(new GrpcError("UNAVAILABLE", CLOSED));
    if (this.#state === "idle") this.run(() => this.#balancer?.exitIdle());
    const connected = this.#waiters.wait(signal, () => this.#keepAlive());
    this.#keepAlive();
    this.#waiters.onState(this.#state, this.#failure);
    return connected;
  }

  watch(options: { readonly signal?: Signal | undefined } = {}): AsyncIterableIterator<ConnectivityState> {
    checkOptionKeys(options, SIGNAL_KEYS, "watch");
    return this.#watchers.watch(this.#state, options.signal);
  }

  close(): Promise<void> {
    if (this.#closing === undefined) {
      let onGone: () => void = () => {};
      // Set before anything ends: nothing is to begin anew for it.
      this.#closing = new Promise((resolve) => {
        onGone = resolve;
      });
      this.#shutDown();
      void this.#connections.close(CLOSED).then(onGone);
    }
    return this.#closing;
  }

  #shutDown(): void {
    this.#idleness.stop();
    this.#sleep("shutdown");
    for (const call of [...this.#queue, ...this.#held]) call.fail(CLOSED);
    this.#queue.clear();
    this.#held.clear();
    this.#waiters.settle(CLOSED);
    this.#keepAlive();
  }

  // ---- calls --------------------------------------------------------------------------

  dispatch(call: ChannelCall): void {
    // A pick may wake a balancer, which publishes another picker.
    for (let picker: Picker | undefined; picker !== this.#picker; ) {
      if (this.#closing !== undefined) {
        call.fail(CLOSED);
        return;
      }
      picker = this.#picker;
      const pick = picker.pick(call);
      if (pick.kind === "drop" || (pick.kind === "fail" && !call.waitForReady)) {
        call.fail(pick.reason, pick.kind === "drop");
        return;
      }
      if (pick.kind === "subchannel") {
        if (!(pick.subchannel instanceof Http2Subchannel)) {
          call.fail(FOREIGN_SUBCHANNEL, true);
          return;
        }
        call.onPickEnd = pick.onCallEnd;
        if (pick.subchannel.take(call)) {
          if (!call.isUnderWay) call.waitIn(pick.subchannel);
          return;
        }
        call.leavePick();
      }
    }
    this.#queue.add(call);
    call.waitIn(this);
    this.#keepAlive();
  }

  hold(call: ChannelCall | RetriedCall): void {
    this.#held.add(call);
    if (call instanceof ChannelCall) call.waitIn(this);
    this.#keepAlive();
  }

  forget(call: ChannelCall | RetriedCall): void {
    if (call instanceof ChannelCall) this.#queue.delete(call);
    this.#held.delete(call);
    this.#keepAlive();
  }

  #keepAlive(): void {
    this.#hold.set(this.#queue.size > 0 || this.#held.size > 0 || this.#waiters.size > 0);
  }

  // ---- what balancers ask -------------------------------------------------------------

  createSubchannel(endpoint: Endpoint, onStateChange: (state: ConnectivityState) => void): Subchannel {
    const subchannel = new Http2Subchannel(endpoint, this.#subchannels, (state) =>
      this.#serial.run(() => onStateChange(state)),
    );
    this.#known.add(subchannel);
    return subchannel;
  }

  publish(state: ConnectivityState, picker: Picker): void {
    if (this.#closing !== undefined) return;
    this.#picker = picker;
    const pick = state === "transientFailure" ? picker.pick(ASK_WHY) : undefined;
    this.#failure = pick?.kind === "fail" ? pick.reason : undefined;
    this.#setState(state);
    this.#waiters.onState(this.#state, this.#failure);
    const calls = [...this.#queue];
    this.#queue.clear();
    for (const call of calls) this.dispatch(call);
    this.#keepAlive();
  }

  /** What a service config allows holds for the subchannels that there are, too. */
  #scale(): void {
    const { scaling } = this.#subchannels;
    const before = scaling.maxConnections;
    scaling.ask(this.#config.current?.maxConnectionsPerSubchannel);
    if (scaling.maxConnections > before) for (const subchannel of this.#known.all()) subchannel.serve();
  }

  #publishChild(): void {
    if (this.#balancer !== undefined) this.publish(this.#balancer.state, this.#balancer.picker);
  }

  resolveNow(): void {
    this.#resolver?.resolveNow();
  }

  random(): number {
    return this.#parts.random();
  }

  run(task: () => void): void {
    this.#serial.run(task);
  }

  // ---- what resolvers tell ------------------------------------------------------------

  update(found: Found): string | undefined {
    const unusable = this.#config.take(found);
    if (unusable !== undefined) {
      this.fail(unusable);
      return unusable;
    }
    this.#scale();
    const endpoints = found.endpoints.map(createEndpoint);
    let refusal: string | undefined;
    this.#serial.run(() => {
      this.#hasEndpoints = endpoints.length > 0;
      const { policy, config } = this.#config.current?.balancer ?? this.#parts.balancer;
      refusal = this.#balancer?.update(policy, { endpoints, config, note: found.note });
      // Balancers know first of what is chosen for calls (gRFC A31).
      this.#starter.decide(this.#config.current, this.#config.selectCall);
      for (const subchannel of this.#known.all()) subchannel.onHealthService();
      this.#publishChild();
    });
    return refusal;
  }

  fail(reason: string): void {
    if (this.#hasEndpoints) return;
    // Calls are not to wait for a config that may never come.
    this.#starter.decide(this.#config.current, this.#config.selectCall);
    this.publish("transientFailure", failPicker(reason));
  }

  // ---- states -------------------------------------------------------------------------

  #setState(state: ConnectivityState): void {
    if (state === this.#state) return;
    this.#state = state;
    const fields = { target: this.#parts.target.text, state, reason: this.#failure };
    this.#parts.events.tell("channel-state", state === "transientFailure" ? "warning" : "info", fields);
    this.#watchers.tell(state);
  }

  #wake(): void {
    if (this.#closing !== undefined) return;
    this.#balancer = new ChildBalancer(this, { onChildChange: () => this.#publishChild() });
    this.#setState("connecting");
    // Where the resolver has nothing to say of it, calls need not wait for what it finds.
    if (this.#parts.resolver.mayConfigure !== true) this.#starter.decide(this.#config.current);
    if (this.#closing !== undefined) return;
    const { resolver: policy, target, checkAddress } = this.#parts;
    const resolver = new GuardedResolver(policy, target, this, this.ambient, checkAddress);
    // What it found at once, and what came of that, is told to people, too.
    if (this.#closing !== undefined) {
      resolver.close();
      return;
    }
    this.#resolver = resolver;
    this.#idleness.start();
  }

  #sleep(state: "idle" | "shutdown"): void {
    this.#resolver?.close();
    this.#balancer?.close();
    this.#resolver = undefined;
    this.#balancer = undefined;
    this.#hasEndpoints = false;
    this.#starter.sleep();
    this.#picker = QUEUE_PICKER;
    this.#failure = undefined;
    this.#setState(state);
  }

  /** Whether somebody makes calls, or waits to. */
  get #isBusy(): boolean {
    const waiting = this.#queue.size + this.#held.size + this.#waiters.size + this.#known.waiting;
    return waiting > 0 || this.#connections.isUsed;
  }
}
