import {
  type Channel,
  type ChannelOptions,
  type Client,
  createClient,
  createServer,
  type Server,
  type ServerOptions,
} from "gannet";
import { type CallPlan, MAX_GAP_MS } from "./call-plan.ts";
import { makeCall } from "./caller.ts";
import { createCheckedTransport } from "./checked-transport.ts";
import { channelLayer } from "./internals.ts";
import type { Outcome, ServerRecord } from "./outcome.ts";
import { Post } from "./post_pb.ts";
import { createHandlers } from "./post-office.ts";
import { SeededChoice } from "./seeded-choice.ts";
import type { SimulatedLoop } from "./simulated-loop.ts";
import { SimulatedNetwork } from "./simulated-network.ts";
import type { Tally } from "./tally.ts";
import type { Trace } from "./trace.ts";
import { findFault } from "./verdict.ts";
import { planWorld, type WorldPlan } from "./world-plan.ts";

type Event = { readonly name: string; readonly fields: Readonly<Record<string, unknown>> };

interface ServerSlot {
  current: Server;
  readonly gone: Server[];
  readonly shutdowns: Promise<void>[];
  /** When it refused a stream. */
  readonly refusals: number[];
  hasGraceEnded: boolean;
}

/** Clients and servers of gRPC as a seed has them, from the first connection until nothing is left of them. */
export class StackWorld {
  readonly loop: SimulatedLoop;
  readonly plans: Map<number, CallPlan> = new Map();
  readonly records: Map<number, ServerRecord> = new Map();
  readonly onProblem: (problem: string) => void;
  openIterables = 0;
  readonly #plan: WorldPlan;
  readonly #tally: Tally;
  readonly #trace: Trace;
  readonly #network: SimulatedNetwork;
  readonly #servers: readonly ServerSlot[];
  readonly #channels: readonly Channel[];
  readonly #clients: readonly Client<typeof Post>[];
  #openCalls = 0;

  constructor(seed: number, loop: SimulatedLoop, tally: Tally, trace: Trace, onProblem: (problem: string) => void) {
    this.loop = loop;
    this.onProblem = onProblem;
    this.#tally = tally;
    this.#trace = trace;
    this.#network = new SimulatedNetwork(loop, new SeededChoice(seed ^ 0x1b873593), tally, trace, onProblem);
    this.#plan = planWorld(new SeededChoice(seed));
    for (const plan of this.#plan.calls) this.plans.set(plan.id, plan);
    this.#servers = this.#plan.servers.map((_, index) => {
      return { current: this.#createServer(index), gone: [], shutdowns: [], refusals: [], hasGraceEnded: false };
    });
    this.#channels = this.#plan.channels.map((_, index) => this.#createChannel(index));
    this.#clients = this.#channels.map((channel) => createClient(Post, createCheckedTransport(channel, onProblem)));
  }

  async run(): Promise<void> {
    const { faults, calls } = this.#plan;
    this.#tally.countOther(`${this.#plan.weather} seeds`);
    const timers = faults.map((fault) =>
      this.loop.setTimer(fault.at, () => {
        if (fault.kind === "shutdown") this.#restart(Math.floor(fault.lot * this.#servers.length), fault.ms);
        else this.#network.afflict(fault.kind, fault.way, fault.ms, fault.lot);
      }),
    );
    this.#openCalls = calls.length;
    for (const plan of calls) this.loop.setTimer(plan.startAt, () => void this.#call(plan));
    await this.loop.run(() => this.#openCalls === 0);
    if (this.#openCalls > 0) this.onProblem(`${this.#openCalls} calls never ended`);
    for (const timer of timers) timer.cancel();
    // What was about to send a request finds out that its call is over.
    const end = this.loop.now() + MAX_GAP_MS;
    await this.loop.run(() => this.loop.now() >= end && this.#isAtRest());
    this.#checkAgreement();
    await this.#close();
    this.#checkLeftovers();
    await this.loop.run();
  }

  // ---- what there is ------------------------------------------------------------------------

  #createServer(index: number): Server {
    const options = {
      ...this.#plan.servers[index],
      clock: this.loop,
      onEvent: (e: Event) => this.#onServerEvent(index, e),
    };
    return createServer(options).add(Post, createHandlers(this));
  }

  #createChannel(index: number): Channel {
    const { server = 0, options = {} } = this.#plan.channels[index] ?? {};
    const open = () => {
      const connection = this.#network.connect(index, this.#plan.refusals);
      this.#servers[server]?.current.serve(connection.server);
      return connection.client;
    };
    return channelLayer.createPipeChannel(open, {
      ...options,
      clock: this.loop,
      onEvent: ({ name, fields }) => {
        if (name === "http2-violation") this.onProblem(`channel ${index}: ${String(fields["message"])}`);
      },
    });
  }

  #onServerEvent(index: number, { name, fields }: Event): void {
    const { reason, peer, violation } = fields;
    if (name === "connection-draining") {
      this.#tally.count("drains");
      if (reason === "max_age") this.#tally.count("connections too old");
    } else if (name === "connection-closed" && reason !== "" && reason !== "the peer closed the connection") {
      this.#network.find(peer)?.noteBroken();
    } else if (name === "keepalive-timeout") this.#tally.countOther("keepalive timeouts");
    else if (name === "shutdown-grace-over") {
      const slot = this.#servers[index];
      if (slot !== undefined) slot.hasGraceEnded = true;
    } else if (name === "http2-violation") {
      // A handler that goes on behind the end of its call counts, of which its client knows nothing.
      if (violation === "too-many-streams") this.#servers[index]?.refusals.push(this.loop.now());
      else this.onProblem(`server ${index}: ${String(violation)}: ${String(fields["message"])}`);
      this.#tally.countOther(`violation ${String(violation)}`);
    } else if (name === "error-hook-failed") this.onProblem("error-hook-failed");
  }

  #restart(index: number, ms: number): void {
    const slot = this.#servers[index];
    if (slot === undefined) return;
    this.#tally.count("shutdowns");
    this.#trace.note(`shutdown ${index}`);
    const graceMs = this.#plan.weather === "calm" || ms % 3 === 0 ? undefined : ms;
    slot.shutdowns.push(slot.current.shutdown({ graceMs }));
    slot.gone.push(slot.current);
    slot.current = this.#createServer(index);
  }

  async #call(plan: CallPlan): Promise<void> {
    const client = this.#clients[plan.channel];
    if (client === undefined) throw new Error(`there is no channel ${plan.channel}`);
    const startedAt = this.loop.now();
    const world = this;
    const outcome = await makeCall(plan, {
      loop: this.loop,
      client,
      onProblem: this.onProblem,
      get openIterables() {
        return world.openIterables;
      },
      set openIterables(value) {
        world.openIterables = value;
      },
    });
    this.#openCalls--;
    this.#judge(plan, startedAt, outcome);
  }

  #judge(plan: CallPlan, startedAt: number, outcome: Outcome): void {
    const { status, reason, replies } = outcome;
    this.#trace.note(`call ${plan.id} ${status} ${reason} ${replies}`);
    const { server: serverIndex = 0, options: channel = {} } = this.#plan.channels[plan.channel] ?? {};
    const server = this.#plan.servers[serverIndex] ?? {};
    const breaks = this.#network.breaks.get(plan.channel) ?? [];
    const record = this.records.get(plan.id);
    const { refusals = [], hasGraceEnded = false } = this.#servers[serverIndex] ?? {};
    const isChannelFailing = this.#channels[plan.channel]?.state === "transientFailure";
    const around = { startedAt, server, channel, record, breaks, isChannelFailing, hasGraceEnded, refusals };
    const fault = findFault(plan, outcome, around);
    if (fault !== undefined) {
      const told = { ...plan, metadata: Object.keys(plan.metadata).length };
      const seen = JSON.stringify({ plan: told, record, startedAt, breaks });
      this.onProblem(`call ${plan.id} ended with ${status} (${reason}): ${fault}\n      ${seen}`);
    }
    this.#count(plan, outcome, server, channel);
  }

  #count(plan: CallPlan, { status }: Outcome, server: ServerOptions, channel: ChannelOptions): void {
    const tally = this.#tally;
    tally.countStatus(status);
    tally.countKind(plan.kind);
    const hasRun = this.records.has(plan.id);
    if (status === "DEADLINE_EXCEEDED") tally.count("deadlines");
    if (status === "CANCELLED" && plan.cancelAfterMs !== undefined) tally.count("cancels by clients");
    if (status === "CANCELLED" && plan.ending === "cancel") tally.count("cancels by handlers");
    if (hasRun && plan.ending === "fail") tally.count("errors of handlers");
    if (hasRun && plan.ending === "throw") tally.count("exceptions of handlers");
    if (status === "OK" && plan.ending === "early") tally.count("early replies");
    if (Object.keys(plan.metadata).length > 0) tally.count("calls with metadata");
    if (plan.compress === true || channel.compress === true) tally.count("compressed calls");
    if (status !== "OK") return;
    const window = Math.min(65_535, server.http2?.streamWindowBytes ?? 65_535);
    for (const size of [...plan.requests, ...plan.replies]) {
      if (size === 0) tally.count("empty messages");
      if (size > window) tally.count("messages larger than their window");
    }
  }

  // ---- the end ------------------------------------------------------------------------------

  #isAtRest(): boolean {
    const isIdle = this.#servers.every(({ current, gone }) =>
      [current, ...gone].every((server) => server.stats().calls.running + server.stats().calls.queued === 0),
    );
    return isIdle && this.#network.isQuiet && this.loop.turns === 0;
  }

  /** When nothing is under way both ends of each connection know the same. */
  #checkAgreement(): void {
    const near = new Map(
      this.#channels.flatMap((channel) =>
        channel.subchannels().flatMap((subchannel) => subchannel.connections().map((one) => [one.remoteAddress, one])),
      ),
    );
    const far = new Map(
      this.#servers.flatMap(({ current, gone }) =>
        [current, ...gone].flatMap((server) => server.connections().map((one) => [one.remoteAddress, one] as const)),
      ),
    );
    for (const connection of this.#network.open) {
      const [one, other] = [near.get(connection.name)?.stats(), far.get(connection.name)?.stats()];
      if (!connection.isOpen || one === undefined || other === undefined) continue;
      this.#tally.countOther("connections compared");
      const { client, server } = connection.referees;
      const pairs = [
        ["what the client may send", one.sendWindowBytes, other.receiveWindowBytes],
        ["what the server may send", other.sendWindowBytes, one.receiveWindowBytes],
        ["what the client may send, as it was seen", one.sendWindowBytes, client.window],
        ["what the server may send, as it was seen", other.sendWindowBytes, server.window],
        ["the open streams of the client", one.streams.open, 0],
        ["the open streams of the server", other.streams.open, 0],
        ["the open streams of the client, as they were seen", client.openStreams, 0],
        ["the open streams of the server, as they were seen", server.openStreams, 0],
      ] as const;
      for (const [what, left, right] of pairs) {
        if (left !== right) this.onProblem(`${connection.name}: ${what}: ${left} and ${right}`);
      }
    }
  }

  async #close(): Promise<void> {
    let isClosed = false;
    const closing = [
      ...this.#channels.map((channel) => channel.close()),
      ...this.#servers.flatMap(({ current, shutdowns }) => [current.shutdown(), ...shutdowns]),
    ];
    void Promise.all(closing).then(() => {
      isClosed = true;
    });
    await this.loop.run(() => isClosed && this.#network.open.size === 0);
    if (!isClosed) this.onProblem("a channel or server never closed");
    if (this.#network.open.size > 0) this.onProblem(`${this.#network.open.size} connections are left`);
  }

  #checkLeftovers(): void {
    if (this.loop.referencedTimers > 0)
      this.onProblem(`${this.loop.referencedTimers} timers would keep a process alive`);
    // One for the deadlines of each, which is kept for those to come.
    const wheels = this.#channels.length + this.#servers.reduce((sum, { gone }) => sum + 1 + gone.length, 0);
    if (this.loop.timers > wheels) this.onProblem(`${this.loop.timers} timers are left, of ${wheels} at most`);
    if (this.openIterables > 0) this.onProblem(`${this.openIterables} iterables of requests were left half read`);
    for (const [id, { ending, runs }] of this.records) {
      if (ending === undefined) this.onProblem(`the handler of call ${id} never ended`);
      if (runs > 1) this.onProblem(`the handler of call ${id} ran ${runs} times`);
    }
    for (const [index, channel] of this.#channels.entries()) {
      const { started, succeeded, failed } = channel.stats().calls;
      if (started !== succeeded + failed)
        this.onProblem(`channel ${index} counts ${started} calls, ${succeeded} and ${failed} of which ended`);
    }
    for (const { current, gone } of this.#servers) {
      for (const server of [current, ...gone]) {
        const { connections, calls } = server.stats();
        if (connections.open + calls.running + calls.queued > 0) this.onProblem("a server has something left");
        if (calls.started !== calls.succeeded + calls.failed)
          this.onProblem(
            `a server counts ${calls.started} calls, ${calls.succeeded} and ${calls.failed} of which ended`,
          );
      }
    }
  }
}
