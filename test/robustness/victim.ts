import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { type Channel, type Client, createChannel, createClient, createServer, type Server, tls } from "gannet";
import { Probe } from "./probe_pb.ts";
import { activeResources, settleResources, watchProcess } from "./resources.ts";
import { endsOf } from "./wire.ts";

/** A certificate and its key, in PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** A live server that is to be attacked, and a healthy client of it on a connection of its own. */
export class Victim {
  readonly port: number;
  /** Calls whose handlers run. */
  running = 0;
  readonly healthy: Client<typeof Probe>;
  readonly #server: Server;
  readonly #channel: Channel;
  readonly #identity: Identity | undefined;
  readonly #before: Record<string, number>;
  readonly #process = watchProcess();
  readonly #unexpected: unknown[];
  readonly #sockets = new Set<Socket>();

  private constructor(init: {
    readonly server: Server;
    readonly port: number;
    readonly identity: Identity | undefined;
    readonly before: Record<string, number>;
    readonly unexpected: unknown[];
  }) {
    this.#server = init.server;
    this.port = init.port;
    this.#identity = init.identity;
    this.#before = init.before;
    this.#unexpected = init.unexpected;
    this.#channel =
      init.identity === undefined
        ? createChannel(`http://127.0.0.1:${init.port}`)
        : createChannel(`https://127.0.0.1:${init.port}`, { credentials: tls({ ca: init.identity.cert }) });
    this.healthy = createClient(Probe, this.#channel);
  }

  static async start(identity?: Identity): Promise<Victim> {
    const before = activeResources();
    const unexpected: unknown[] = [];
    const server = createServer({ onUnexpectedError: (error) => unexpected.push(error), maxReceiveBytes: 100_000 });
    const running = { count: 0, add: (change: number) => (running.count += change) };
    const listening = await server
      .add(Probe, {
        unary: ({ n }) => ({ n }),
        async *serverStream({ n }) {
          running.add(1);
          try {
            for (let i = 0; i < n; i++) yield { n: i, text: "x".repeat(1000) };
          } finally {
            running.add(-1);
          }
        },
        async clientStream(requests) {
          running.add(1);
          let n = 0;
          try {
            for await (const request of requests) n += request.n;
          } finally {
            running.add(-1);
          }
          return { n };
        },
        async *bidi(requests) {
          running.add(1);
          try {
            for await (const { n } of requests) yield { n };
          } finally {
            running.add(-1);
          }
        },
      })
      .listen("127.0.0.1:0", identity === undefined ? {} : { tls: identity });
    const victim = new Victim({ server, port: listening.port, identity, before, unexpected });
    running.add = (change) => (victim.running += change);
    return victim;
  }

  /** Connects, without a word. */
  async connect(): Promise<Attacker> {
    const socket = connect(this.port, "127.0.0.1");
    this.#sockets.add(socket);
    const attacker = new Attacker(socket);
    await once(socket, "connect");
    return attacker;
  }

  /** Connects with TLS that is in order, to go on with what is not. */
  async connectTls(): Promise<Attacker> {
    const socket = connectTls({ port: this.port, host: "127.0.0.1", ca: this.#identity?.cert, ALPNProtocols: ["h2"] });
    this.#sockets.add(socket);
    const attacker = new Attacker(socket);
    await once(socket, "secureConnect");
    return attacker;
  }

  /** Makes a call of each kind as a client does that is in order. */
  async checkHealthy(): Promise<void> {
    assert.equal((await this.healthy.unary({ n: 5 })).n, 5);
    assert.equal((await this.healthy.clientStream([{ n: 1 }, { n: 2 }])).n, 3);
    let replies = 0;
    for await (const _ of this.healthy.serverStream({ n: 3 })) replies++;
    for await (const _ of this.healthy.bidi([{ n: 1 }])) replies++;
    assert.equal(replies, 4);
  }

  /** Ends everything, and looks at what is left. */
  async end(): Promise<void> {
    await this.checkHealthy();
    await this.#channel.close();
    for (const socket of this.#sockets) socket.destroy();
    // Ends by itself once no connection and no call is left.
    await this.#server.shutdown();
    assert.equal(this.running, 0);
    await settleResources(this.#before);
    this.#process.stop();
    assert.deepEqual(this.#process.errors, []);
    assert.deepEqual(this.#unexpected, []);
  }
}

/** A client that says bytes. */
export class Attacker {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  readonly #chunks: Buffer[] = [];
  #onData: () => void = () => {};

  constructor(socket: Socket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => {
      socket.once("close", () => {
        resolve();
        this.#onData();
      });
    });
    // The server may close while bytes are on their way.
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#onData();
    });
  }

  get received(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** The ends of streams and of the connection that were seen, with their codes. */
  get ends(): string[] {
    return endsOf(this.received);
  }

  say(...chunks: readonly Uint8Array[]): void {
    this.socket.write(Buffer.concat(chunks));
  }

  /** Waits until this end was seen, or the connection was closed. */
  async waitForEnd(end: string): Promise<void> {
    while (!this.ends.includes(end) && !this.socket.destroyed) {
      await new Promise<void>((resolve) => {
        this.#onData = resolve;
      });
    }
  }
}
