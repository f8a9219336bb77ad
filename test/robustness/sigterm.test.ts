/** What becomes of calls when a server's process gets SIGTERM. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createChannel, createClient } from "gannet";
import { ChildProgram } from "./child-program.ts";
import { failsWith } from "./failure.ts";
import { KINDS, type Kind } from "./kinds.ts";
import { createGannetCaller, createGrpcJsCaller, type LoadCaller } from "./load-callers.ts";
import { Probe } from "./probe_pb.ts";

/** Callers of each kind, which call one after the other. */
const CALLERS = 8;
/** Calls that each caller makes on a server, at least. */
const CALLS = 10;
const REPLIES: Readonly<Record<Kind, number>> = { unary: 1, serverStream: 5, clientStream: 1, bidi: 5 };

interface Tally {
  readonly started: readonly number[];
  readonly finished: readonly number[];
  readonly calls: { readonly byCode: Readonly<Record<string, number>> };
}

async function startServer(graceMs: number): Promise<{ program: ChildProgram; port: number }> {
  const program = new ChildProgram("draining-server-process", [String(graceMs)]);
  return { program, port: Number(await program.line("listening ")) };
}

async function readTally(program: ChildProgram): Promise<Tally> {
  return JSON.parse(await program.line("tally ")) as Tally;
}

/** Keeps calls of every kind under way, and keeps what became of each. */
class Load {
  readonly answered = new Set<number>();
  readonly failures = new Map<number, string>();
  readonly #caller: LoadCaller;
  #next = 1;
  #isStopped = false;
  readonly #callers: Promise<void>[];
  #onAnswer: () => void = () => {};

  constructor(caller: LoadCaller) {
    this.#caller = caller;
    this.#callers = KINDS.flatMap((kind) => Array.from({ length: CALLERS }, () => this.#callOnAndOn(kind)));
  }

  /** Waits until so many calls more have been answered. */
  async more(calls: number): Promise<void> {
    const enough = this.answered.size + this.failures.size + calls;
    while (this.answered.size + this.failures.size < enough) {
      await new Promise<void>((resolve) => {
        this.#onAnswer = resolve;
      });
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#callers);
  }

  async #callOnAndOn(kind: Kind): Promise<void> {
    while (!this.#isStopped) {
      const n = this.#next++;
      try {
        assert.equal(await this.#caller.call(kind, n), REPLIES[kind]);
        this.answered.add(n);
      } catch (error) {
        this.failures.set(n, `${kind} ${n}: ${String(error)}`);
        // What fails at once shall not keep others from their turn.
        await new Promise((resolve) => setImmediate(resolve));
      }
      this.#onAnswer();
    }
  }
}

describe("a server under load that gets SIGTERM", () => {
  for (const [library, createCaller] of [
    ["gannet", createGannetCaller],
    ["grpc-js", createGrpcJsCaller],
  ] as const) {
    test(`finishes what it accepted, and no call of ${library} is lost to the next server`, async () => {
      const [first, second] = await Promise.all([startServer(20_000), startServer(20_000)]);
      const caller = createCaller(`ipv4:127.0.0.1:${first.port},127.0.0.1:${second.port}`);
      const load = new Load(caller);
      await load.more(4 * CALLERS * CALLS);
      first.program.signal("SIGTERM");
      const tally = await readTally(first.program);
      assert.equal(await first.program.exit(), "exit 0");
      await load.more(4 * CALLERS * CALLS);
      await load.stop();
      second.program.signal("SIGTERM");
      const next = await readTally(second.program);
      assert.equal(await second.program.exit(), "exit 0");
      await caller.close();

      assert.deepEqual([...load.failures.values()], []);
      assert.deepEqual(Object.keys(tally.calls.byCode), ["OK"]);
      assert.deepEqual(new Set(tally.finished), new Set(tally.started));
      assert.ok(tally.started.length >= CALLS && next.started.length >= CALLS, "both servers were called");
      const ran = [...tally.started, ...next.started];
      assert.equal(new Set(ran).size, ran.length, "no call ran twice");
      assert.deepEqual(new Set(ran), load.answered);
    });

    test(`and is the only one fails calls of ${library} only that it has not run`, async () => {
      const { program, port } = await startServer(20_000);
      const caller = createCaller(`ipv4:127.0.0.1:${port}`);
      const load = new Load(caller);
      await load.more(4 * CALLERS * CALLS);
      program.signal("SIGTERM");
      const tally = await readTally(program);
      assert.equal(await program.exit(), "exit 0");
      await load.stop();
      await caller.close();

      assert.deepEqual(new Set(tally.started), load.answered, "what it ran was answered");
      assert.deepEqual(Object.keys(tally.calls.byCode), ["OK"]);
      for (const failure of load.failures.values()) assert.match(failure, /UNAVAILABLE/);
    });
  }
});

describe("a server with a call that never ends", () => {
  async function withStuckCall(
    graceMs: number,
    use: (program: ChildProgram, call: PromiseLike<unknown>) => Promise<void>,
  ): Promise<void> {
    const { program, port } = await startServer(graceMs);
    const channel = createChannel(`http://127.0.0.1:${port}`);
    const call = createClient(Probe, channel).unary({ n: -1 });
    call.catch(() => {});
    await program.line("stuck");
    await use(program, call);
    await channel.close();
  }

  test("ends all the same when graceMs is over, with 0, and the client hears why", () =>
    withStuckCall(200, async (program, call) => {
      program.signal("SIGTERM");
      await failsWith(call, "UNAVAILABLE", /the server shuts down/);
      assert.equal(await program.exit(), "exit 0");
      assert.deepEqual((await readTally(program)).calls.byCode, { UNAVAILABLE: 1 });
    }));

  test("ends at once at the second signal, as it would have without a listener", () =>
    withStuckCall(600_000, async (program, call) => {
      program.signal("SIGINT");
      await program.line("shutdown-started");
      program.signal("SIGTERM");
      assert.equal(await program.exit(), "SIGTERM");
      await failsWith(call, "UNAVAILABLE");
    }));
});
