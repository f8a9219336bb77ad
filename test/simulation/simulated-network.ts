import type { SeededChoice } from "./seeded-choice.ts";
import { type ConnectionWatcher, SimulatedConnection, type Way } from "./simulated-connection.ts";
import type { SimulatedLoop } from "./simulated-loop.ts";
import type { Tally } from "./tally.ts";
import type { Trace } from "./trace.ts";
import { planCarriage } from "./world-plan.ts";

/** All connections of a simulated world. */
export class SimulatedNetwork implements ConnectionWatcher {
  readonly open: Set<SimulatedConnection> = new Set();
  /** When connections of each channel broke, or were refused. */
  readonly breaks: Map<number, number[]> = new Map();
  readonly #loop: SimulatedLoop;
  readonly #choice: SeededChoice;
  readonly #tally: Tally;
  readonly #trace: Trace;
  readonly #onProblem: (problem: string) => void;
  #connections = 0;
  #newestArrival = 0;

  constructor(
    loop: SimulatedLoop,
    choice: SeededChoice,
    tally: Tally,
    trace: Trace,
    onProblem: (problem: string) => void,
  ) {
    this.#loop = loop;
    this.#choice = choice;
    this.#tally = tally;
    this.#trace = trace;
    this.#onProblem = onProblem;
  }

  /** @throws Error where the connection is refused */
  connect(channel: number, refusals: number): SimulatedConnection {
    if (this.#choice.chance(refusals)) {
      this.#tally.count("refused connections");
      this.noteBreak(channel);
      throw new Error("the network refuses the connection");
    }
    const carriage = planCarriage(this.#choice);
    const name = `connection-${++this.#connections}`;
    const connection = new SimulatedConnection(name, channel, carriage, this.#loop, this.#choice, this);
    this.open.add(connection);
    return connection;
  }

  find(name: unknown): SimulatedConnection | undefined {
    return [...this.open].find((connection) => connection.name === name);
  }

  /** Lets a connection suffer. Nothing happens where none is open. */
  afflict(kind: "stall" | "drop" | "half-close", way: Way, ms: number, lot: number): void {
    const usable = [...this.open].filter(({ isOpen }) => isOpen);
    const connection = usable[Math.floor(lot * usable.length)];
    if (connection === undefined) return;
    if (kind === "stall") {
      this.#tally.count("stalls");
      connection.stall(way, ms);
    } else if (kind === "drop") {
      this.#tally.count("drops");
      connection.break("planned");
    } else {
      this.#tally.count("half-closes");
      connection.halfClose(way);
    }
  }

  get isQuiet(): boolean {
    return [...this.open].every(({ isQuiet }) => isQuiet);
  }

  noteBreak(channel: number): void {
    const breaks = this.breaks.get(channel) ?? [];
    breaks.push(this.#loop.now());
    this.breaks.set(channel, breaks);
  }

  onHappening(connection: SimulatedConnection, what: string, bytes?: Uint8Array): void {
    this.#trace.note(`${connection.name} ${what}`, bytes);
  }

  onFoul(foul: string): void {
    this.#onProblem(foul);
  }

  onBroken(connection: SimulatedConnection): void {
    this.noteBreak(connection.channel);
  }

  onClosed(connection: SimulatedConnection): void {
    this.#trace.note(`${connection.name} closed`);
    this.open.delete(connection);
    for (const { seen } of Object.values(connection.referees)) {
      this.#tally.count("GOAWAYs", seen.goaways);
      this.#tally.count("resets of streams", seen.resets);
    }
    const { pings } = connection.referees.server.seen;
    this.#tally.count("keepalive pings", pings);
    this.#tally.countOther("connections");
  }

  onDelivered(writtenAt: number): void {
    if (writtenAt < this.#newestArrival) this.#tally.count("reorderings");
    else this.#newestArrival = writtenAt;
  }

  count(what: "splits" | "delays"): void {
    this.#tally.count(what);
  }
}
