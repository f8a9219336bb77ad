import { SeededChoice } from "../seeded-choice.ts";
import type { SimulatedConnection } from "../simulated-connection.ts";
import type { SimulatedLoop } from "../simulated-loop.ts";
import { SimulatedNetwork } from "../simulated-network.ts";
import type { Fault, Tally } from "../tally.ts";
import type { Trace } from "../trace.ts";
import type { End, EndObserver, EndSink, EndStream, Fields } from "./end.ts";
import { EngineEnd } from "./engine-end.ts";
import { type ConnectionEvent, type EnginePlan, planEngines } from "./engine-plan.ts";
import { findExchangeFault } from "./engine-verdict.ts";
import { Party } from "./party.ts";
import { ReferenceEnd } from "./reference-end.ts";

type Side = "client" | "server";

/** How often it is looked whether both ends agree. */
const LOOK_MS = 40;
/** Longer than any pause of a plan: by then all has happened, or never will. */
const LONGEST_MS = 60_000;
const DRAIN_MS = 60;

/** A client and a server of HTTP/2 without gRPC, one connection, as a seed has it. */
export class EngineWorld {
  readonly loop: SimulatedLoop;
  readonly onProblem: (problem: string) => void;
  readonly #plan: EnginePlan;
  readonly #tally: Tally;
  readonly #trace: Trace;
  readonly #connection: SimulatedConnection;
  readonly #ends: Readonly<Record<Side, End>>;
  readonly #clients = new Map<number, Party>();
  readonly #servers = new Map<number, Party>();
  /** Streams of which the header has come at the server. */
  readonly #live = new Set<{ party: Party | undefined }>();
  /** Exchanges whose time has come, and for which there is no room. */
  #waiting: number[] = [];
  readonly #pings: Readonly<Record<Side, string[]>> = { client: [], server: [] };
  #pingsSent = 0;
  readonly #closes: Readonly<Record<Side, string[]>> = { client: [], server: [] };
  #isBroken = false;
  #hasGoaway = false;
  #hasRefused = false;
  #looks = 0;

  constructor(seed: number, loop: SimulatedLoop, tally: Tally, trace: Trace, onProblem: (problem: string) => void) {
    this.loop = loop;
    this.onProblem = onProblem;
    this.#tally = tally;
    this.#trace = trace;
    this.#plan = planEngines(new SeededChoice(seed));
    const chance = new SeededChoice(seed ^ 0x1b873593);
    const network = new SimulatedNetwork(loop, chance, tally, trace, onProblem);
    this.#connection = network.connect(0, 0);
    this.#ends = { client: this.#createEnd("client", chance), server: this.#createEnd("server", chance) };
  }

  async run(): Promise<void> {
    const { exchanges, events, pairing } = this.#plan;
    this.#tally.countOther(pairing);
    for (const { id, openAt } of exchanges) this.loop.setTimer(openAt, () => this.#begin(id));
    for (const event of events) this.loop.setTimer(event.at, () => this.#afflict(event));
    this.#lookAgain();
    const isDone = () => this.loop.now() > LONGEST_MS || this.#isDone();
    await this.loop.run(isDone);
    this.#judge();
    for (const end of Object.values(this.#ends)) end.close("the simulation is over");
    await this.loop.run(() => !this.#connection.isOpen && this.loop.now() > LONGEST_MS + LOOK_MS);
    this.#checkLeftovers();
  }

  // ---- what there is ----------------------------------------------------------------------

  #createEnd(side: Side, chance: SeededChoice): End {
    const { pairing, limits, habits } = this.#plan;
    const pipe = this.#connection[side];
    const observer = this.#createObserver(side);
    const isReference = pairing === (side === "client" ? "reference to engine" : "engine to reference");
    return isReference
      ? new ReferenceEnd(side, pipe, habits, observer, this.loop, chance)
      : new EngineEnd(side, pipe, limits[side], observer, this.loop, chance);
  }

  #createObserver(side: Side): EndObserver {
    return {
      onStream: (stream) => this.#accept(side, stream),
      onRoom: () => {
        if (side === "client") queueMicrotask(() => this.#openWaiting());
      },
      onGoaway: () => {
        this.#trace.note(`${side} is told GOAWAY`);
      },
      onPingAck: (payload) => {
        const due = this.#pings[side].shift();
        const text = Buffer.from(payload).toString("latin1");
        if (text !== due) this.onProblem(`the ${side} got the answer ${text} to the ping ${due}`);
        this.#tally.count("answers to pings");
      },
      onClose: (reason) => {
        this.#closes[side].push(reason);
        this.#trace.note(`${side} closed: ${reason}`);
      },
      onViolation: (name, message) => {
        if (name === "too-many-streams" && side === "server") this.#onRefusal();
        else this.onProblem(`the ${side} found fault: ${name}: ${message}`);
      },
    };
  }

  // ---- streams ----------------------------------------------------------------------------

  #begin(id: number): void {
    this.#waiting.push(id);
    this.#openWaiting();
  }

  #openWaiting(): void {
    const { client } = this.#ends;
    while (client.canOpenStream) {
      const id = this.#waiting.shift();
      const plan = this.#plan.exchanges.find((exchange) => exchange.id === id);
      if (plan === undefined) return;
      const party = new Party(plan, "client", client, this);
      this.#clients.set(plan.id, party);
      party.open();
    }
    if (this.#waiting.length > 0) this.#tally.count("streams that wait for room");
  }

  /** The server's limit holds for what it was told of, and is not done with. */
  #accept(side: Side, stream: EndStream): EndSink {
    if (side === "client") this.onProblem("a stream came at the client");
    const limit = this.#limit;
    const live = this.#countLive();
    if (live >= limit) this.onProblem(`a stream came although ${live} of ${limit} are open`);
    const entry: { party: Party | undefined } = { party: undefined };
    this.#live.add(entry);
    const world = this;
    const known = (): Party => {
      if (entry.party === undefined) throw new Error("something came before the header");
      return entry.party;
    };
    return {
      onHeader(fields: Fields, isEnd) {
        entry.party ??= world.#meet(stream, fields);
        entry.party.onHeader(fields, isEnd);
      },
      onData: (bytes, isEnd) => known().onData(bytes, isEnd),
      onReset: (reset) => known().onReset(reset),
      onWritable: () => known().onWritable(),
    };
  }

  #meet(stream: EndStream, fields: Fields): Party {
    const id = Number(fields.find(([name]) => name === "exchange")?.[1]);
    const plan = this.#plan.exchanges.find((exchange) => exchange.id === id);
    if (plan === undefined) throw new Error(`there is no exchange ${id}`);
    if (this.#servers.has(id)) this.onProblem(`exchange ${id} came twice`);
    const party = new Party(plan, "server", this.#ends.server, this);
    party.stream = stream;
    this.#servers.set(id, party);
    return party;
  }

  #onRefusal(): void {
    this.#hasRefused = true;
    this.#tally.count("refused streams");
    const live = this.#countLive();
    if (live < this.#limit) this.onProblem(`a stream was refused while ${live} of ${this.#limit} were open`);
  }

  get #limit(): number {
    return this.#ends.server instanceof ReferenceEnd
      ? Number.POSITIVE_INFINITY
      : (this.#plan.limits.server.maxConcurrentStreams ?? 1_000);
  }

  #countLive(): number {
    for (const entry of this.#live) if (entry.party?.isLive === false) this.#live.delete(entry);
    return this.#live.size;
  }

  // ---- what happens to the connection -----------------------------------------------------

  #afflict({ kind, side, way, ms }: ConnectionEvent): void {
    if (!this.#connection.isOpen) return;
    const end = this.#ends[side];
    switch (kind) {
      case "stall":
        this.#tally.count("stalls");
        this.#connection.stall(way, ms);
        return;
      case "ping": {
        const text = `ping ${String(++this.#pingsSent).padStart(3, "0")}`;
        if (end.isClosed) return;
        this.#pings[side].push(text);
        end.ping(Buffer.from(text));
        return;
      }
      case "goaway":
        this.#drain(ms);
        return;
      case "close":
        this.#isBroken = true;
        if (side === "server") this.#hasGoaway = true;
        this.#tally.countOther("connections closed by one end");
        end.close("one end has had enough");
        return;
      case "drop":
        this.#isBroken = true;
        this.#tally.count("drops");
        this.#connection.break("planned");
        return;
      case "half-close":
        this.#isBroken = true;
        this.#tally.count("half-closes");
        this.#connection.halfClose(way);
    }
  }

  /** As servers leave: they first say that they will, and later what they have seen (RFC 9113 §6.8). */
  #drain(ms: number): void {
    const { server } = this.#ends;
    this.#hasGoaway = true;
    this.#tally.count("drains");
    if (ms % 2 === 0) server.goaway(0x7fffffff);
    this.loop.setTimer(DRAIN_MS, () => server.goaway());
    // Who says it again takes nothing back, whatever came in between.
    if (ms % 3 === 0) this.loop.setTimer(2 * DRAIN_MS, () => server.goaway());
  }

  // ---- agreement --------------------------------------------------------------------------

  #lookAgain(): void {
    this.loop.setTimer(LOOK_MS, () => {
      if (this.#connection.isQuiet && this.loop.turns === 0) this.#look();
      if (this.loop.now() < LONGEST_MS && !this.#isDone()) this.#lookAgain();
    });
  }

  /** Nothing is under way: both ends know the same, and what may leave has left. */
  #look(): void {
    const { client, server } = this.#ends;
    if (!this.#connection.isOpen || client.isClosed || server.isClosed) return;
    this.#looks++;
    const { referees } = this.#connection;
    const same = (what: string, ...values: readonly number[]): void => {
      if (new Set(values).size > 1) this.onProblem(`${what}: ${values.join(", ")}`);
    };
    same("what the client may send", client.sendWindowBytes, server.receiveWindowBytes, referees.client.window);
    same("what the server may send", server.sendWindowBytes, client.receiveWindowBytes, referees.server.window);
    const open = [client.streamCount, server.streamCount, referees.client.openStreams, referees.server.openStreams];
    same("open streams", ...open);
    same("unanswered SETTINGS and PINGs", referees.client.unanswered, referees.server.unanswered, 0);
    for (const [id, one] of this.#clients) {
      const other = this.#servers.get(id);
      this.#lookAtHeldBack(client, one);
      if (other === undefined) continue;
      this.#lookAtHeldBack(server, other);
      if (one.stream === undefined || other.stream === undefined) continue;
      same(`whether exchange ${id} is over`, Number(one.stream.isClosed), Number(other.stream.isClosed));
      if (one.stream.isClosed || other.stream.isClosed) continue;
      if (other.isEarly && one.hasHeardAll) this.onProblem(`exchange ${id} goes on, whose server needs no more of it`);
      if (!other.hasHeardAll)
        same(`the client's window of exchange ${id}`, one.stream.sendWindow, other.stream.receiveWindow);
      if (!one.hasHeardAll)
        same(`the server's window of exchange ${id}`, other.stream.sendWindow, one.stream.receiveWindow);
    }
  }

  #lookAtHeldBack(end: End, { stream, plan, side }: Party): void {
    if (stream !== undefined && !stream.isClosed && end.isHeldBack(stream))
      this.onProblem(`exchange ${plan.id} is held back at the ${side}, whose windows are open`);
  }

  // ---- the end ----------------------------------------------------------------------------

  #isDone(): boolean {
    if (!this.#connection.isOpen) return this.#closes.client.length > 0 && this.#closes.server.length > 0;
    const areOver = (parties: Map<number, Party>) => [...parties.values()].every(({ isOver }) => isOver);
    const isAllBegun = this.#clients.size === this.#plan.exchanges.length || this.#hasGoaway;
    const isIdle = isAllBegun && areOver(this.#clients) && areOver(this.#servers);
    return isIdle && this.loop.now() > this.#lastAt && this.#connection.isQuiet && this.loop.turns === 0;
  }

  /** When the last of what was planned is due. */
  get #lastAt(): number {
    const { exchanges, events } = this.#plan;
    return Math.max(...exchanges.map(({ openAt }) => openAt), ...events.map(({ at }) => at + 2 * DRAIN_MS));
  }

  #judge(): void {
    if (!this.#isBroken) this.#look();
    const around = { isBroken: this.#isBroken, hasGoaway: this.#hasGoaway, hasRefused: this.#hasRefusals };
    for (const plan of this.#plan.exchanges) {
      const [client, server] = [this.#clients.get(plan.id), this.#servers.get(plan.id)];
      const fault = findExchangeFault(client, server, around);
      const ending = endingOf(client);
      this.#tally.countOther(`exchanges ${ending}`);
      this.#trace.note(`exchange ${plan.id} ${ending}`);
      if (fault === undefined) continue;
      const seen = [client, server].map((party) => party?.describe() ?? "nothing").join("; ");
      this.onProblem(`exchange ${plan.id}: ${fault}\n      ${seen}\n      ${JSON.stringify(plan, tell)}`);
    }
    for (const side of ["client", "server"] as const) {
      if (!this.#isBroken && this.#pings[side].length > 0)
        this.onProblem(`${this.#pings[side].length} pings of the ${side} were never answered`);
    }
    this.#tally.countOther("looks at rest", this.#looks);
  }

  get #hasRefusals(): boolean {
    const { server } = this.#ends;
    return this.#hasRefused || (server instanceof ReferenceEnd && server.done["refused streams"] > 0);
  }

  #checkLeftovers(): void {
    for (const [side, end] of Object.entries(this.#ends)) {
      if (!end.isClosed) this.onProblem(`the ${side} is not closed`);
      if (end.streamCount > 0) this.onProblem(`${end.streamCount} streams are left at the ${side}`);
      if (end instanceof ReferenceEnd) {
        for (const [what, times] of Object.entries(end.done)) this.#tally.count(what as Fault, times);
      }
    }
    for (const side of ["client", "server"] as const) {
      if (this.#closes[side].length !== 1)
        this.onProblem(`the ${side} was told ${this.#closes[side].length} times that the connection is closed`);
    }
    if (this.loop.timers > 0) this.onProblem(`${this.loop.timers} timers are left`);
  }
}

/** Fields by their number only. */
function tell(key: string, value: unknown): unknown {
  return (key === "fields" || key === "trailer") && Array.isArray(value) ? value.length : value;
}

function endingOf(client: Party | undefined): string {
  if (client === undefined) return "not begun";
  const { reset, ownReset } = client;
  if (reset !== undefined) return reset.unprocessed ? "not looked at" : `ended by the ${reset.origin}`;
  return ownReset === undefined ? "finished" : "reset by the client";
}
