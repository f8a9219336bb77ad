import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { SeededChoice } from "../simulation/seeded-choice.ts";
import { FaultLane } from "./fault-lane.ts";

/**
 * What can be done to a connection: `kill` it, what is under way included; `reset` it, as a host does that knows nothing
 * of it; `tear` it within what comes next; `half-close` one direction; `stall` one, or `delay` what comes on it; `cut` what
 * comes into small pieces; `refuse` the next one.
 */
export const PROXY_FAULTS = ["kill", "reset", "tear", "half-close", "stall", "delay", "cut", "refuse"] as const;
export type ProxyFault = (typeof PROXY_FAULTS)[number];

interface ProxiedConnection {
  readonly client: Socket;
  readonly server: Socket;
  readonly lanes: readonly [up: FaultLane, down: FaultLane];
}

/** How long a direction is delayed, or what comes on it is cut. */
const SPELL_MS = 100;

/** Replies pause where none comes in so many turns of the loop: each looks at all sockets of this process. */
const QUIET_TURNS = 3;
/** Behind so many turns without a pause the requests are held, so that there is one. */
const PATIENT_TURNS = 1_000;
const HOLD_MS = 1_000;

/** What a proxy may do. */
export interface ProxyRules {
  /**
   * Whether replies may be torn apart too. A call whose header has come is not made again (gRFC A6), so that one whose reply
   * is torn apart fails, whatever its retry policy says. Where they may not, faults wait until replies pause: what the server
   * has sent in one go, which ends with a reply, has then come to the client.
   *
   * @default true
   */
  readonly tearsReplies?: boolean | undefined;
}

/** Carries TCP connections to a port, and does to them what networks do. It shares nothing with what is tested. */
export class FaultProxy {
  /** How often each fault was done. */
  readonly counts: Record<ProxyFault, number>;
  /** Whether every connection is refused, which does not count as a fault. */
  isShut = false;
  readonly #listener: Server;
  readonly #targetPort: number;
  readonly #choice: SeededChoice;
  readonly #tearsReplies: boolean;
  readonly #open = new Set<ProxiedConnection>();
  #refusals = 0;

  private constructor(listener: Server, targetPort: number, choice: SeededChoice, { tearsReplies = true }: ProxyRules) {
    this.counts = { kill: 0, reset: 0, tear: 0, "half-close": 0, stall: 0, delay: 0, cut: 0, refuse: 0 };
    this.#listener = listener;
    this.#targetPort = targetPort;
    this.#choice = choice;
    this.#tearsReplies = tearsReplies;
    listener.on("connection", (socket: Socket) => this.#accept(socket));
  }

  /** Listens on a free port of this machine, in front of `targetPort`. */
  static async listen(targetPort: number, choice: SeededChoice, rules: ProxyRules = {}): Promise<FaultProxy> {
    const listener = createServer({ allowHalfOpen: true, noDelay: true });
    listener.listen(0, "127.0.0.1");
    await once(listener, "listening");
    return new FaultProxy(listener, targetPort, choice, rules);
  }

  get port(): number {
    return (this.#listener.address() as AddressInfo).port;
  }

  /** Connections that are open. */
  get connections(): number {
    return this.#open.size;
  }

  /**
   * Does something to one of the connections that are open, by the seed's choice. False where none is.
   *
   * @param ms how long a stall takes
   * @param direction undefined for either
   */
  inject(fault: ProxyFault, ms = 20, direction?: "requests" | "replies"): boolean {
    if (fault === "refuse") {
      this.#refusals++;
      return true;
    }
    // One that is stalled may have been given up by both ends.
    const flowing = [...this.#open].filter(({ lanes: [up, down] }) => !up.isStalled && !down.isStalled);
    const connections = flowing.length > 0 ? flowing : [...this.#open];
    if (connections.length === 0) return false;
    const connection = this.#choice.pick(connections);
    const [up, down] = connection.lanes;
    const isUp = direction === undefined ? this.#choice.chance(0.5) : direction === "requests";
    const lane = isUp || (fault === "tear" && !this.#tearsReplies) ? up : down;
    this.counts[fault]++;
    if (fault === "kill") this.#lose(connection);
    else if (fault === "reset") this.#betweenReplies(connection, () => resetBoth(connection));
    else if (fault === "tear") lane.tear();
    else if (fault === "half-close") this.#betweenReplies(connection, () => lane.halfClose());
    else if (fault === "stall") this.#betweenReplies(connection, () => lane.stall(ms));
    else if (fault === "delay") lane.delay(this.#choice.between(1, 10), SPELL_MS);
    else lane.cut(this.#choice.magnitude(1, 2_000), SPELL_MS);
    return true;
  }

  /** As `kill` does, to each connection. */
  loseAll(): void {
    for (const connection of this.#open) this.#lose(connection);
  }

  /** From now on nothing is wrong with the connections that are open, nor refused. */
  heal(): void {
    this.#refusals = 0;
    for (const { lanes } of this.#open) for (const lane of lanes) lane.heal();
  }

  /** Ends each connection. Who is on it has to connect again. */
  killAll(): void {
    for (const connection of this.#open) this.#destroy(connection);
  }

  async close(): Promise<void> {
    const closed = once(this.#listener, "close");
    this.#listener.close();
    this.killAll();
    await closed;
  }

  #accept(client: Socket): void {
    client.on("error", () => {});
    if (this.isShut || this.#refusals > 0) {
      if (!this.isShut) {
        this.#refusals--;
        this.counts.refuse++;
      }
      client.resetAndDestroy();
      return;
    }
    const server = connect({ port: this.#targetPort, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    server.on("error", () => {});
    const onTorn = (): void => this.#lose(connection);
    const lanes = [
      new FaultLane(client, server, this.#choice, onTorn),
      new FaultLane(server, client, this.#choice, onTorn),
    ] as const;
    const connection: ProxiedConnection = { client, server, lanes };
    this.#open.add(connection);
    client.on("close", () => this.#destroy(connection));
    server.on("close", () => this.#lose(connection));
  }

  #lose(connection: ProxiedConnection): void {
    this.#betweenReplies(connection, () => this.#destroy(connection));
  }

  /** Does something to a connection: at once, or where replies may not be torn apart as soon as they pause. */
  #betweenReplies(connection: ProxiedConnection, act: () => void): void {
    if (this.#tearsReplies) act();
    else void this.#waitForPause(connection).then(() => this.#open.has(connection) && act());
  }

  /** Resolves at once where replies are held, which began with a pause. */
  async #waitForPause({ lanes: [up, down], ...connection }: ProxiedConnection): Promise<void> {
    let quietTurns = 0;
    for (let turn = 0; quietTurns < QUIET_TURNS && !down.isHeld; turn++) {
      const before = down.bytesTaken;
      await nextTurn();
      if (connection.client.destroyed) return;
      quietTurns = down.isEmpty && down.bytesTaken === before ? quietTurns + 1 : 0;
      if (turn === PATIENT_TURNS && !up.isHeld) up.stall(HOLD_MS);
    }
  }

  #destroy(connection: ProxiedConnection): void {
    if (!this.#open.delete(connection)) return;
    for (const lane of connection.lanes) lane.stop();
    connection.client.destroy();
    connection.server.destroy();
  }
}

function resetBoth({ client, server, lanes }: ProxiedConnection): void {
  for (const lane of lanes) lane.stop();
  reset(client);
  reset(server);
}

/** Node never closes what it was told to end before, nor what is still connecting and is ended then. */
function reset(socket: Socket): void {
  if (socket.writableEnded || socket.connecting) socket.destroy();
  else socket.resetAndDestroy();
}
