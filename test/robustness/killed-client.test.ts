/** What a server keeps of clients whose processes are killed: nothing. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Client, createChannel, createClient, createServer, type Server, type ServerCall } from "gannet";
import { ChildProgram } from "./child-program.ts";
import { KINDS, type Kind } from "./kinds.ts";
import { type MiddleObserver, middleHandlers } from "./middle-handlers.ts";
import { Probe } from "./probe_pb.ts";
import { activeResources, settleResources, watchProcess } from "./resources.ts";

/** A handler that a test waits for. */
class Middle implements MiddleObserver {
  readonly call: Promise<ServerCall>;
  readonly ended: Promise<void>;
  #onCall: (call: ServerCall) => void = () => {};
  #onEnded: () => void = () => {};

  constructor() {
    this.call = new Promise((resolve) => {
      this.#onCall = resolve;
    });
    this.ended = new Promise((resolve) => {
      this.#onEnded = resolve;
    });
  }

  onMiddle(_: Kind, call: ServerCall): void {
    this.#onCall(call);
  }

  onEnd(): void {
    this.#onEnded();
  }
}

async function withServer(
  middle: () => MiddleObserver,
  use: (port: number, healthy: Client<typeof Probe>, server: Server) => Promise<void>,
): Promise<void> {
  const before = activeResources();
  const process = watchProcess();
  // One for the healthy client, one for the others: a call that is not given up leaves no room for the next.
  const server = createServer({ maxConcurrentCalls: 2 }).add(
    Probe,
    middleHandlers({
      onMiddle: (kind, call) => middle().onMiddle(kind, call),
      onEnd: (kind) => middle().onEnd(kind),
    }),
  );
  const { port } = await server.listen("127.0.0.1:0");
  const channel = createChannel(`http://127.0.0.1:${port}`);
  await use(port, createClient(Probe, channel), server);
  await channel.close();
  // Ends once no stream and no connection is left, without anything ending them.
  await server.shutdown();
  await settleResources(before);
  process.stop();
  assert.deepEqual(process.errors, []);
}

describe("a client killed in the middle of a call", () => {
  for (const kind of KINDS) {
    test(`of kind ${kind} aborts its signal, ends its handler and frees its place`, async () => {
      let middle = new Middle();
      await withServer(
        () => middle,
        async (port, healthy) => {
          for (let round = 0; round < 3; round++) {
            middle = new Middle();
            const program = new ChildProgram("client-process", [String(port), kind]);
            const call = await middle.call;
            await program.line("middle");
            const { signal } = call;
            const aborted = new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
            assert.deepEqual([signal.aborted, call.active], [false, true]);
            await program.kill();
            await Promise.all([aborted, middle.ended]);
            assert.equal(call.active, false);
            assert.equal((signal.reason as { code?: unknown }).code, "CANCELLED");
            assert.equal((await healthy.unary({ n: round })).n, round);
          }
        },
      );
    });
  }
});
