import { Referee } from "./referee.ts";
import type { SeededChoice } from "./seeded-choice.ts";
import type { SimulatedLoop } from "./simulated-loop.ts";
import { SimulatedPipe } from "./simulated-pipe.ts";

/** A direction: from client to server, or back. */
export type Way = "up" | "down";

/** How a connection carries bytes. */
export interface Carriage {
  /** Pieces have at most so many bytes. */
  readonly maxPieceBytes: number;
  readonly latencyMs: number;
  readonly jitterMs: number;
  /** From so many bytes under way on a sender should hold back. */
  readonly congestedBytes: number;
}

/** What the network tells of its connections. */
export interface ConnectionWatcher {
  /** For the trace: what happened, and to which bytes. */
  onHappening(connection: SimulatedConnection, what: string, bytes?: Uint8Array): void;
  /** A rule of HTTP/2 was broken. */
  onFoul(foul: string): void;
  /** It ended otherwise than by both ends' will. */
  onBroken(connection: SimulatedConnection): void;
  onClosed(connection: SimulatedConnection): void;
  /** Bytes came, some of which had been written before those of another connection that came earlier. */
  onDelivered(writtenAt: number): void;
  count(what: "splits" | "delays"): void;
}

interface Piece {
  /** Undefined for the end. */
  readonly bytes: Uint8Array | undefined;
  readonly at: number;
  readonly writtenAt: number;
  /** Of the last piece of what its sender lent: it may be written over now. */
  readonly onFree: (() => void) | undefined;
}

interface Road {
  readonly pieces: Piece[];
  bytes: number;
  lastAt: number;
  stalledUntil: number;
  isScheduled: boolean;
  /** Whether the last piece is the end, or nothing is carried any more. */
  isEnded: boolean;
  isEndDelivered: boolean;
}

/** So many pieces one write makes at most. */
const MAX_PIECES = 48;

/** A connection through the simulated network: bytes come in the order in which they left, later, in other pieces. */
export class SimulatedConnection {
  readonly loop: SimulatedLoop;
  readonly choice: SeededChoice;
  readonly client: SimulatedPipe;
  readonly server: SimulatedPipe;
  readonly referees: Readonly<Record<"client" | "server", Referee>>;
  readonly name: string;
  readonly channel: number;
  #isBroken = false;
  #isDoomed = false;
  #isClosed = false;
  readonly #carriage: Carriage;
  readonly #watcher: ConnectionWatcher;
  readonly #roads: Readonly<Record<Way, Road>> = { up: createRoad(), down: createRoad() };

  constructor(
    name: string,
    channel: number,
    carriage: Carriage,
    loop: SimulatedLoop,
    choice: SeededChoice,
    watcher: ConnectionWatcher,
  ) {
    this.name = name;
    this.channel = channel;
    this.#carriage = carriage;
    this.loop = loop;
    this.choice = choice;
    this.#watcher = watcher;
    this.client = new SimulatedPipe(this, "up", name);
    this.server = new SimulatedPipe(this, "down", name);
    const onFoul = (foul: string) => watcher.onFoul(foul);
    this.referees = { client: new Referee(true, name, onFoul), server: new Referee(false, name, onFoul) };
  }

  get isOpen(): boolean {
    return !this.#isClosed && !this.#isBroken;
  }

  /** Whether anything is under way. */
  get isQuiet(): boolean {
    return this.#roads.up.pieces.length === 0 && this.#roads.down.pieces.length === 0;
  }

  // ---- from the ends ----------------------------------------------------------------------

  /** @param onFree called once the bytes are no longer needed, which nobody changes before; where undefined they are ours */
  send(way: Way, bytes: Uint8Array, onFree?: () => void): void {
    this.#refereeOf(way, "sender").onSent(bytes);
    const road = this.#roads[way];
    if (road.isEnded || bytes.length === 0) {
      onFree?.();
      return;
    }
    const { maxPieceBytes } = this.#carriage;
    const least = Math.ceil(bytes.length / MAX_PIECES);
    for (let start = 0; start < bytes.length; ) {
      const length = Math.max(least, this.choice.between(1, maxPieceBytes));
      const piece = bytes.subarray(start, start + length);
      if (piece.length < bytes.length) this.#watcher.count("splits");
      start += piece.length;
      this.#carry(way, piece, start === bytes.length ? onFree : undefined);
    }
    road.bytes += bytes.length;
  }

  sendEnd(way: Way): void {
    const road = this.#roads[way];
    if (road.isEnded) return;
    this.#carry(way, undefined);
    road.isEnded = true;
  }

  isCongested(way: Way): boolean {
    return this.#roads[way].bytes > this.#carriage.congestedBytes;
  }

  onAttached(way: Way): void {
    this.#schedule(way === "up" ? "down" : "up");
  }

  /** One end wants no more of it. */
  onDestroyed(way: Way): void {
    this.#watcher.onHappening(this, `destroyed ${way}`);
    this.break(`${way === "up" ? "client" : "server"} closed it`);
  }

  /** From here on, and until its client has heard of it, calls may fail. */
  noteBroken(): void {
    this.#isDoomed = true;
    this.#watcher.onBroken(this);
  }

  // ---- what goes wrong ---------------------------------------------------------------------

  /** What is under way is lost, and both ends are told, one after the other. */
  break(reason: string): void {
    if (this.#isBroken || this.#isClosed) return;
    this.#isBroken = true;
    this.#watcher.onHappening(this, `broken: ${reason}`);
    this.noteBroken();
    for (const way of ["up", "down"] as const) {
      const road = this.#roads[way];
      for (const { onFree } of road.pieces.splice(0)) onFree?.();
      road.bytes = 0;
      road.isEnded = true;
      const pipe = this.#receiverOf(way);
      pipe.isEnded = true;
      this.loop.at(this.loop.now() + this.choice.next() * this.#carriage.latencyMs, () => {
        this.#tellEnd(pipe, "the network broke the connection");
        pipe.close();
        this.#closeIfOver();
      });
    }
  }

  /** One direction ends behind what is under way in it; the other goes on until its sender hears of that. */
  halfClose(way: Way): void {
    if (!this.isOpen || this.#roads[way].isEnded) return;
    this.#watcher.onHappening(this, `half-closed ${way}`);
    this.noteBroken();
    this.sendEnd(way);
  }

  stall(way: Way, ms: number): void {
    const road = this.#roads[way];
    road.stalledUntil = Math.max(road.stalledUntil, this.loop.now() + ms);
    this.#watcher.onHappening(this, `stalled ${way} ${ms}`);
  }

  // ------------------------------------------------------------------------------------------

  #carry(way: Way, bytes: Uint8Array | undefined, onFree?: () => void): void {
    const road = this.#roads[way];
    const { latencyMs, jitterMs } = this.#carriage;
    const delay = latencyMs + this.choice.next() * jitterMs;
    if (delay > 0.5) this.#watcher.count("delays");
    road.lastAt = Math.max(road.lastAt, this.loop.now() + delay);
    road.pieces.push({ bytes, at: road.lastAt, writtenAt: this.loop.now(), onFree });
    this.#schedule(way);
  }

  #schedule(way: Way): void {
    const road = this.#roads[way];
    const next = road.pieces[0];
    if (road.isScheduled || next === undefined || this.#receiverOf(way).listener === undefined) return;
    road.isScheduled = true;
    this.loop.at(Math.max(next.at, road.stalledUntil), () => this.#deliver(way));
  }

  #deliver(way: Way): void {
    const road = this.#roads[way];
    road.isScheduled = false;
    if (this.loop.now() < road.stalledUntil) {
      this.#schedule(way);
      return;
    }
    const piece = road.pieces.shift();
    if (piece === undefined) return;
    const receiver = this.#receiverOf(way);
    if (piece.bytes === undefined) {
      this.#watcher.onHappening(this, `end ${way}`);
      road.isEndDelivered = true;
      this.#tellEnd(receiver, "the peer closed the connection");
      receiver.end();
      this.#closeIfOver();
    } else {
      // Its receiver may keep it.
      const bytes = Uint8Array.prototype.slice.call(piece.bytes);
      road.bytes -= bytes.length;
      this.#watcher.onHappening(this, way, bytes);
      this.#watcher.onDelivered(piece.writtenAt);
      this.#refereeOf(way, "receiver").onReceived(bytes);
      piece.onFree?.();
      if (!receiver.isOver) receiver.listener?.receive(bytes);
      this.#tellDrained(way);
    }
    this.#schedule(way);
  }

  #tellEnd(pipe: SimulatedPipe, reason: string): void {
    if (this.#isDoomed) this.#watcher.onBroken(this);
    pipe.tellEnd(reason);
  }

  #tellDrained(way: Way): void {
    const sender = this.#senderOf(way);
    if (!sender.isDrainAwaited || this.isCongested(way)) return;
    sender.isDrainAwaited = false;
    this.loop.soon(() => sender.listener?.onDrain());
  }

  #closeIfOver(): void {
    const { up, down } = this.#roads;
    if (up.isEndDelivered && down.isEndDelivered) {
      this.client.close();
      this.server.close();
    }
    if (!this.client.isClosed || !this.server.isClosed || this.#isClosed) return;
    this.#isClosed = true;
    this.#watcher.onClosed(this);
  }

  #senderOf(way: Way): SimulatedPipe {
    return way === "up" ? this.client : this.server;
  }

  #receiverOf(way: Way): SimulatedPipe {
    return way === "up" ? this.server : this.client;
  }

  #refereeOf(way: Way, role: "sender" | "receiver"): Referee {
    return (way === "up") === (role === "sender") ? this.referees.client : this.referees.server;
  }
}

function createRoad(): Road {
  return {
    pieces: [],
    bytes: 0,
    lastAt: 0,
    stalledUntil: 0,
    isScheduled: false,
    isEnded: false,
    isEndDelivered: false,
  };
}
