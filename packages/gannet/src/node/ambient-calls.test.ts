import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { systemClock } from "../base/index.ts";
import type { Channel } from "../channel/index.ts";
import { type Client, createClient } from "../client/index.ts";
import { collect, fails } from "../client/testdata/call-outcomes.ts";
import { RouteGuide } from "../client/testdata/route_guide_pb.ts";
import { unhandledRejections } from "../client/testdata/unhandled-rejections.ts";
import { type AmbientCalls, GrpcError, type ParentCall, type ServerCall } from "../core/index.ts";
import { GrpcServer } from "../server/grpc-server.ts";
import { createServer, type Handlers, type Server, type ServerOptions } from "../server/index.ts";
import { createInMemoryChannel, VirtualClock } from "../testing/index.ts";
import { currentCall, emitWarning, nodeDiagnostics } from "./index.ts";

type RouteHandlers = Partial<Handlers<typeof RouteGuide>>;
type RouteClient = Client<typeof RouteGuide>;

/** Servers one behind the other: each has a client of the next. The last that is made is called first. */
class Chain {
  readonly #channels: Channel[] = [];
  readonly #servers: Server[] = [];

  add(handlers: RouteHandlers, options: ServerOptions = {}): RouteClient {
    const server = createServer(options).addPartial(RouteGuide, handlers);
    const channel = createInMemoryChannel(server);
    this.#servers.push(server);
    this.#channels.push(channel);
    return createClient(RouteGuide, channel);
  }

  async close(): Promise<void> {
    await Promise.all(this.#channels.map((channel) => channel.close()));
    await Promise.all(this.#servers.map((server) => server.shutdown()));
  }
}

async function withChain(use: (chain: Chain) => Promise<void>): Promise<void> {
  const found = await unhandledRejections(async () => {
    const chain = new Chain();
    await use(chain);
    await chain.close();
  });
  assert.deepEqual(found, []);
}

/** Notes what a call fails with. */
async function noted<T>(seen: unknown[], call: PromiseLike<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    seen.push(error);
    throw error;
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

class Gate {
  open: () => void = () => {};
  readonly opened: Promise<void> = new Promise((resolve) => {
    this.open = resolve;
  });
}

/** A call that is never answered, and notes when it is over. */
function stuck(log: unknown[], started: Gate): RouteHandlers {
  return {
    async getFeature(_, call) {
      const over = new Promise((resolve) => call.signal.addEventListener("abort", resolve));
      started.open();
      await over;
      log.push((call.signal.reason as GrpcError).code);
      return {};
    },
  };
}

describe("a call that a handler makes", () => {
  test("gets the time that the handler's call has left, where its own is longer or none", async () => {
    await withChain(async (chain) => {
      const remaining: (number | undefined)[] = [];
      const back = chain.add({
        getFeature(_, call) {
          remaining.push(call.timeRemainingMs());
          return {};
        },
      });
      const front = chain.add({
        async getFeature() {
          await back.getFeature({});
          await back.getFeature({}, { timeoutMs: 1e9 });
          await back.getFeature({}, { timeoutMs: 10_000 });
          await back.getFeature({}, { parent: null });
          return {};
        },
      });
      await front.getFeature({}, { timeoutMs: 50_000 });
      const [inherited = 0, longer = 0, shorter = 0, detached] = remaining;
      assert.ok(inherited > 10_000 && inherited <= 50_000, String(inherited));
      assert.ok(longer > 10_000 && longer <= 50_000, String(longer));
      assert.ok(shorter > 0 && shorter <= 10_000, String(shorter));
      assert.equal(detached, undefined);
    });
  });

  test("is cancelled through three hops when the client leaves", async () => {
    await withChain(async (chain) => {
      const log: unknown[] = [];
      const started = new Gate();
      const last = chain.add(stuck(log, started));
      const seen: unknown[] = [];
      const middle = chain.add({
        getFeature: (point) => noted(seen, last.getFeature(point)),
      });
      const front = chain.add({ getFeature: (point) => Promise.resolve(middle.getFeature(point)) });
      const call = front.getFeature({});
      const failed = fails(call, "CANCELLED");
      await started.opened;
      call.cancel();
      await failed;
      while (log.length === 0) await turn();
      assert.deepEqual(log, ["CANCELLED"]);
      const [error] = seen as GrpcError[];
      assert.equal(error?.code, "CANCELLED");
      assert.match(
        error.message,
        /the server call \/routeguide.RouteGuide\/GetFeature, which this one was made for, is over/,
      );
      assert.ok(GrpcError.is(error.cause, "CANCELLED"));
    });
  });

  test("is out of time when the handler's call is, and so says the status", async () => {
    await withChain(async (chain) => {
      const clock = new VirtualClock();
      const log: unknown[] = [];
      const started = new Gate();
      const back = chain.add(stuck(log, started));
      const seen: unknown[] = [];
      const handlers: RouteHandlers = {
        getFeature: (point) => noted(seen, back.getFeature(point)),
      };
      const front = chain.add(handlers, { clock });
      const failed = fails(front.getFeature({}, { timeoutMs: 60_000 }), "DEADLINE_EXCEEDED");
      await started.opened;
      await clock.advance(60_000);
      await failed;
      while (log.length === 0) await turn();
      assert.match(String(seen[0]), /DEADLINE_EXCEEDED: the server call .* is over: DEADLINE_EXCEEDED/);
    });
  });

  test("ends when the handler ends its call by cancel(), and when the handler fails", async () => {
    for (const end of ["cancel", "throw"]) {
      await withChain(async (chain) => {
        const log: unknown[] = [];
        const started = new Gate();
        const back = chain.add(stuck(log, started));
        const front = chain.add({
          async getFeature(point, call) {
            const other = fails(back.getFeature(point), "CANCELLED", /which this one was made for/);
            await started.opened;
            if (end === "throw") throw new GrpcError("ABORTED", "enough");
            call.cancel();
            await other;
            return {};
          },
        });
        await fails(front.getFeature({}), end === "throw" ? "ABORTED" : "CANCELLED");
        while (log.length === 0) await turn();
        assert.deepEqual(log, ["CANCELLED"]);
      });
    }
  });

  test("goes on where the handler has answered, and is not cut short by calls that come later", async () => {
    await withChain(async (chain) => {
      const started = new Gate();
      const release = new Gate();
      const back = chain.add({
        async getFeature() {
          started.open();
          await release.opened;
          return { name: "kept" };
        },
      });
      let left: PromiseLike<{ readonly name: string }> | undefined;
      const front = chain.add({
        getFeature(point) {
          left = back.getFeature(point);
          return {};
        },
      });
      await front.getFeature({});
      await started.opened;
      release.open();
      assert.equal((await left)?.name, "kept");
    });
  });

  test("is not held to a call that is over, where the handler left something running", async () => {
    await withChain(async (chain) => {
      const over = new Gate();
      const started = new Gate();
      const back = chain.add({ getFeature: (_, call) => ({ name: String(call.timeRemainingMs()) }) });
      const late = new Gate();
      let name: string | undefined;
      const front = chain.add({
        async getFeature(point, call) {
          void over.opened.then(async () => {
            assert.equal(currentCall(), undefined);
            name = (await back.getFeature(point)).name;
            late.open();
          });
          const cancelled = new Promise((resolve) => call.signal.addEventListener("abort", resolve));
          started.open();
          await cancelled;
          return {};
        },
      });
      const call = front.getFeature({}, { timeoutMs: 60_000 });
      const failed = fails(call, "CANCELLED");
      await started.opened;
      call.cancel();
      await failed;
      for (let turns = 0; turns < 5; turns++) await turn();
      over.open();
      await late.opened;
      assert.equal(name, "undefined");
    });
  });

  test("does not start where the handler's call is over", async () => {
    await withChain(async (chain) => {
      const calls: unknown[] = [];
      const back = chain.add({ getFeature: () => ({ name: String(calls.push(1)) }) });
      const done = new Gate();
      const started = new Gate();
      const front = chain.add({
        async getFeature(point, call) {
          const over = new Promise((resolve) => call.signal.addEventListener("abort", resolve));
          started.open();
          await over;
          await fails(back.getFeature(point), "CANCELLED", /which this one was made for/);
          done.open();
          return {};
        },
      });
      const call = front.getFeature({});
      const failed = fails(call, "CANCELLED");
      await started.opened;
      call.cancel();
      await failed;
      await done.opened;
      assert.deepEqual(calls, []);
    });
  });

  test("belongs to the call that it is told, where the server knows of none by itself", async () => {
    await withChain(async (chain) => {
      const back = chain.add({ getFeature: (_, call) => ({ name: String(call.timeRemainingMs() !== undefined) }) });
      const handlers: RouteHandlers = {
        async getFeature(point, call) {
          assert.equal(currentCall(), undefined);
          const alone = await back.getFeature(point);
          const told = await back.getFeature(point, { parent: call });
          return { name: `${alone.name} ${told.name}` };
        },
      };
      const front = chain.add(handlers, { ambient: false });
      assert.equal((await front.getFeature({}, { timeoutMs: 50_000 })).name, "false true");
    });
  });
});

describe("currentCall()", () => {
  test("is the handler's call, in handlers of all kinds, in generators, and in what they wait for", async () => {
    await withChain(async (chain) => {
      const seen: [ServerCall | undefined, ServerCall][] = [];
      const note = (call: ServerCall): number => seen.push([currentCall(), call]);
      const client = chain.add(
        {
          async getFeature(_, call) {
            note(call);
            await turn();
            note(call);
            return {};
          },
          async *listFeatures(_, call) {
            try {
              for (;;) {
                note(call);
                yield {};
              }
            } finally {
              note(call);
            }
          },
          async recordRoute(points, call) {
            for await (const _ of points) note(call);
            return {};
          },
          async *routeChat(notes, call) {
            for await (const one of notes) {
              note(call);
              yield one;
            }
          },
        },
        { ambient: true },
      );
      const replies = client.listFeatures({});
      await replies.next();
      await Promise.all([client.getFeature({}), client.getFeature({}), client.recordRoute([{}, {}])]);
      await collect(client.routeChat([{}, {}]));
      await replies.return?.();
      await turn();
      await turn();
      assert.ok(seen.length >= 10);
      for (const [current, call] of seen) assert.equal(current, call);
      assert.equal(new Set(seen.map(([, call]) => call)).size, 5);
    });
    assert.equal(currentCall(), undefined);
  });

  test("is the same in interceptors and the handler", async () => {
    await withChain(async (chain) => {
      const seen: unknown[] = [];
      const client = chain.add(
        { getFeature: (_, call) => ({ name: String(seen.push(currentCall() === call)) }) },
        {
          ambient: true,
          interceptors: [
            async (call, next) => {
              seen.push(currentCall() === call);
              await next();
              seen.push(currentCall() === call);
            },
          ],
        },
      );
      await client.getFeature({});
      assert.deepEqual(seen, [true, true, true]);
    });
  });

  test("is not followed before somebody may ask, nor where the server is told not to", async () => {
    for (const [ambient, isWanted, isEntered] of [
      [undefined, false, false],
      ["auto", false, false],
      ["auto", true, true],
      [true, false, true],
      [false, true, false],
    ] as const) {
      let entered = 0;
      const calls: AmbientCalls = {
        isWanted,
        want() {},
        current: () => undefined,
        run<T>(_: ParentCall, code: () => T): T {
          entered++;
          return code();
        },
        runOutside: (code) => code(),
      };
      const environment = { diagnostics: nodeDiagnostics, random: () => 0, ambient: calls, emitWarning };
      const server = new GrpcServer({ ambient }, systemClock, environment);
      server.addPartial(RouteGuide, { getFeature: () => ({}) });
      const channel = createInMemoryChannel(server);
      await createClient(RouteGuide, channel).getFeature({});
      assert.equal(entered > 0, isEntered, `${ambient} ${isWanted}`);
      await channel.close();
      await server.shutdown();
    }
  });
});
