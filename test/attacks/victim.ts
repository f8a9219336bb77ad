import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Channel, createChannel, createClient, type ListenOptions, type ServerOptions, tls } from "gannet";
import { Probe } from "../robustness/probe_pb.ts";
import { Attacker } from "../robustness/victim.ts";
import { frame, Type } from "../robustness/wire.ts";
import type { Report } from "./report.ts";

/** An attack may not cost a victim more. */
const MAX_GROWTH_BYTES = 64_000_000;
/** What others ask meanwhile has to be answered by then: a minute, as machines may be busy. */
const PATIENCE_MS = 60_000;
const PING_ACK = 1;
/** Pings tell when a victim has read all. Else they end the connection, as those of a keepalive that is too eager. */
const PINGS_ALLOWED: ServerOptions = { keepalive: { minClientIntervalMs: 0, permitWithoutCalls: true } };

/** A program of this folder in a process of its own, which is asked for reports. */
export class VictimProcess {
  readonly child: ChildProcess;
  #asked = 0;

  constructor(name: "server-process" | "client-process", args: readonly string[]) {
    const path = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
    this.child = fork(path, [...args], {
      execArgv: ["--expose-gc", "--enable-source-maps"],
      stdio: ["ignore", 2, 2, "ipc"],
    });
  }

  async message(): Promise<unknown> {
    const [message] = await once(this.child, "message");
    return message;
  }

  async report(): Promise<Report> {
    const id = ++this.#asked;
    this.child.send({ ask: "report", id });
    for (;;) {
      const answer = (await this.message()) as { readonly id?: number; readonly report?: Report };
      if (answer.id === id && answer.report !== undefined) return answer.report;
    }
  }

  async end(): Promise<void> {
    this.child.kill("SIGKILL");
    await once(this.child, "exit");
  }
}

/** Checks that an attack has cost a victim no more than it may, and that no error got out of hand. */
export function checkCost(before: Report, after: Report): void {
  const growth = after.peak - before.memory;
  assert.ok(growth < MAX_GROWTH_BYTES, `memory grew by ${(growth / 1e6).toFixed(1)} MB`);
  assert.deepEqual(after.errors, []);
}

/** A live server that is attacked, with a client that is in order on a connection of its own. */
export class AttackedServer {
  readonly port: number;
  readonly #process: VictimProcess;
  readonly #channel: Channel;
  readonly #sockets = new Set<Socket>();

  private constructor(victim: VictimProcess, port: number, ca: string | undefined) {
    this.#process = victim;
    this.port = port;
    this.#channel =
      ca === undefined
        ? createChannel(`http://127.0.0.1:${port}`)
        : createChannel(`https://127.0.0.1:${port}`, { credentials: tls({ ca }) });
  }

  static async start(options: ServerOptions = {}, listen: ListenOptions = {}): Promise<AttackedServer> {
    const victim = new VictimProcess("server-process", [
      JSON.stringify({ ...PINGS_ALLOWED, ...options }),
      JSON.stringify(listen),
    ]);
    const { port } = (await victim.message()) as { readonly port: number };
    const ca = listen.tls?.cert;
    return new AttackedServer(victim, port, typeof ca === "string" ? ca : undefined);
  }

  /** One that ends with a test. */
  static async startFor(t: TestContext, options?: ServerOptions, listen?: ListenOptions): Promise<AttackedServer> {
    const victim = await AttackedServer.start(options, listen);
    t.after(() => victim.end());
    return victim;
  }

  report(): Promise<Report> {
    return this.#process.report();
  }

  /** Lets handlers end that wait. */
  release(): void {
    this.#process.child.send({ ask: "release" });
  }

  async connect(): Promise<Attacker> {
    const socket = connect(this.port, "127.0.0.1");
    this.#sockets.add(socket);
    const attacker = new Attacker(socket);
    await once(socket, "connect");
    return attacker;
  }

  /**
   * Attacks, while others make calls, and checks what every attack has to leave as it was.
   *
   * @param violation the name under which the attack is counted; undefined where it breaks no rule of HTTP/2
   */
  async attack(violation: string | undefined, run: () => Promise<void>): Promise<{ before: Report; after: Report }> {
    const before = await this.report();
    const others = new Others(this.#channel);
    await run();
    const after = await this.report();
    await others.stop();
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
    checkCost(before, after);
    if (violation !== undefined) {
      const counted = (after.violations[violation] ?? 0) - (before.violations[violation] ?? 0);
      assert.ok(counted > 0, `no ${violation} was counted: ${JSON.stringify(after.violations)}`);
      assert.equal(
        counted,
        (after.heard[violation] ?? 0) - (before.heard[violation] ?? 0),
        "onEvent heard another number",
      );
    }
    return { before, after };
  }

  async end(): Promise<void> {
    await this.#channel.close();
    await this.#process.end();
  }
}

/** Calls on another connection, one after the other, small ones and some that come in pieces. Each has to end well. */
class Others {
  readonly #done: Promise<void>;
  #isOver = false;
  #calls = 0;

  constructor(channel: Channel) {
    const client = createClient(Probe, channel);
    this.#done = (async () => {
      // A victim that lets clients go soon may do so with this one, where it is slow to connect.
      const options = { timeoutMs: PATIENCE_MS, waitForReady: true };
      while (!this.#isOver) {
        assert.equal((await client.unary({ n: 5 }, options)).n, 5);
        const large = [{ n: 1, text: "y".repeat(200_000) }];
        assert.equal((await client.clientStream(large, options)).n, 200_001);
        this.#calls++;
        await sleep(25);
      }
    })();
    // Looked at when the attack is over.
    this.#done.catch(() => {});
  }

  async stop(): Promise<void> {
    while (this.#calls === 0 && !this.#isOver) await Promise.race([sleep(5), this.#done]);
    this.#isOver = true;
    await this.#done;
  }
}

/** Waits for what an attacker should see, no longer than others wait. */
export async function sees(attacker: Attacker, ...ends: readonly string[]): Promise<void> {
  const timer = setTimeout(() => attacker.socket.destroy(), PATIENCE_MS);
  for (const end of ends) {
    await attacker.waitForEnd(end);
    assert.ok(attacker.ends.includes(end), `${end} was not seen: ${attacker.ends.slice(0, 20).join(", ")}`);
  }
  clearTimeout(timer);
}

/** Waits until all that was said has been read: a ping comes back, unless the connection is closed first. */
export async function settle(attacker: Attacker, text = "settled?"): Promise<void> {
  attacker.say(frame(Type.Ping, 0, 0, text));
  const answer = frame(Type.Ping, PING_ACK, 0, text);
  while (!attacker.received.includes(answer) && !attacker.socket.destroyed) await sleep(5);
}
