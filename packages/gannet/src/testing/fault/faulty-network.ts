import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server as SocketServer } from "node:net";
import { type Clock, systemClock } from "../../base/index.ts";
import { type Channel, type ChannelOptions, createPipeChannel } from "../../channel/index.ts";
import { checkOptions, clockOption, numberFrom, type OptionChecks } from "../../core/index.ts";
import { type ConnectedPipe, createMemoryPipes, parseSocketAddress, SocketPipe } from "../../net/index.ts";
import type { Server } from "../../server/index.ts";
import { FaultyConnection } from "./faulty-connection.ts";
import { checkNetworkFaults, type NetworkFaults } from "./network-faults.ts";
import { SeededRandom } from "./seeded-random.ts";

/** What a network is made with. */
export interface NetworkOptions {
  /**
   * What the same pieces come from again.
   *
   * @default 1
   */
  readonly seed?: number | undefined;
  /**
   * What `latencyMs` is told by.
   *
   * @default the clock of this process
   */
  readonly clock?: Clock | undefined;
}

const CHECKS: OptionChecks<NetworkOptions> = { seed: numberFrom(Number.NEGATIVE_INFINITY), clock: clockOption };

/**
 * A network between clients and servers that does what a test says: in memory by `createChannel`, or over sockets by
 * `relay`, where client and server may be any program. Nothing is wrong with it at first.
 */
export class FaultyNetwork {
  readonly clock: Clock;
  readonly random: SeededRandom;
  #faults: NetworkFaults = {};
  #attempts = 0;
  readonly #connections = new Set<FaultyConnection>();
  readonly #relays = new Set<SocketServer>();

  /** @throws TypeError for a key that is no option */
  constructor(options: NetworkOptions = {}) {
    checkOptions(options, CHECKS, "FaultyNetwork");
    this.clock = options.clock ?? systemClock;
    this.random = new SeededRandom(options.seed ?? 1);
  }

  /** What is wrong now. */
  get faults(): NetworkFaults {
    return this.#faults;
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#connections.size;
  }

  /** How many connections were tried, those that were refused among them. */
  get attempts(): number {
    return this.#attempts;
  }

  /**
   * Says what is wrong from now on; without faults all is well again, and what was held back arrives.
   *
   * @throws TypeError or RangeError for faults that do not exist
   */
  set(faults: NetworkFaults = {}): this {
    checkNetworkFaults(faults);
    this.#faults = faults;
    for (const connection of this.#connections) connection.onChange();
    return this;
  }

  /** Breaks off every connection there is, without a word to either side. */
  cut(): this {
    for (const connection of this.#connections) connection.cut();
    return this;
  }

  /** Makes a channel to a server in this process that leads through this network. */
  createChannel(server: Server, options: ChannelOptions = {}): Channel {
    return createPipeChannel(() => {
      if (!this.#admit()) throw new Error("the network of this test refuses connections");
      const [near, client] = createMemoryPipes();
      const [far, back] = createMemoryPipes();
      server.serve(far);
      this.#join(client, back);
      return near;
    }, options);
  }

  /**
   * Listens on a free port of 127.0.0.1, from where connections lead through this network to a server's address.
   *
   * @returns the address for clients, `127.0.0.1:port`
   */
  async relay(address: string): Promise<string> {
    const target = parseSocketAddress(address);
    const relay = createServer((socket) => {
      if (!this.#admit()) {
        socket.resetAndDestroy();
        return;
      }
      // What goes wrong with a socket comes to its pipe as an end.
      this.#join(new SocketPipe(socket), new SocketPipe(connect(target)));
    });
    relay.listen(0, "127.0.0.1");
    await once(relay, "listening");
    this.#relays.add(relay);
    return `127.0.0.1:${(relay.address() as AddressInfo).port}`;
  }

  /** Breaks off all connections, and listens no longer. */
  async close(): Promise<void> {
    const relays = [...this.#relays];
    this.#relays.clear();
    const closed = relays.map((relay) => once(relay.close(), "close"));
    this.cut();
    await Promise.all(closed);
  }

  #admit(): boolean {
    this.#attempts++;
    return this.#faults.refuse !== true;
  }

  #join(client: ConnectedPipe, server: ConnectedPipe): void {
    const connection: FaultyConnection = new FaultyConnection(this, client, server, () => {
      this.#connections.delete(connection);
    });
    this.#connections.add(connection);
    connection.open();
  }
}
