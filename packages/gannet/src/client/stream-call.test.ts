import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { GrpcError } from "../core/index.ts";
import { createClient } from "./create-client.ts";
import { RouteGuide } from "./testdata/route_guide_pb.ts";
import { ScriptedTransport } from "./testdata/scripted-transport.ts";
import { unhandledRejections } from "./testdata/unhandled-rejections.ts";

function start() {
  const transport = new ScriptedTransport();
  const call = createClient(RouteGuide, transport).listFeatures({});
  return { call, server: transport.call };
}

function feature(index: number): object {
  return { name: String(index) };
}

function features(count: number): object[] {
  return Array.from({ length: count }, (_, index) => feature(index));
}

async function names(replies: AsyncIterable<{ readonly name: string }>): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of replies) found.push(name);
  return found;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function down(): GrpcError {
  return new GrpcError("UNAVAILABLE", "connection lost");
}

test("replies are iterated in order, those before the loop and those within it", async () => {
  const { call, server } = start();
  assert.equal(server.isSendEnded, true);
  server.header().reply(feature(0), feature(1));
  const found = names(call);
  await turn();
  server.reply(feature(2), feature(3)).end();
  assert.deepEqual(await found, ["0", "1", "2", "3"]);
});

test("header and trailer come with the stream", async () => {
  const { call, server } = start();
  server.header({ place: "a" });
  assert.equal((await call.header).get("place"), "a");
  server.end(undefined, { "served-by": "b" });
  assert.equal((await call.trailer).get("served-by"), "b");
  assert.deepEqual(await call.next(), { done: true, value: undefined });
});

test("a loop over a call that fails takes what came before, then throws", async () => {
  const { call, server } = start();
  server.reply(feature(0), feature(1)).end(down());
  const found: string[] = [];
  await assert.rejects(
    async () => {
      for await (const { name } of call) found.push(name);
    },
    { code: "UNAVAILABLE" },
  );
  assert.deepEqual(found, ["0", "1"]);
  assert.deepEqual(await call.next(), { done: true, value: undefined });
});

test("a reader that waits is told of the failure", async () => {
  const { call, server } = start();
  const waiting = call.next();
  server.end(down());
  await assert.rejects(waiting, { code: "UNAVAILABLE" });
  assert.deepEqual(await call.next(), { done: true, value: undefined });
});

test("a failed call that nobody reads leaves no unhandled rejection", async () => {
  const found = await unhandledRejections(() => {
    const { call, server } = start();
    void call.header;
    server.end(down());
  });
  assert.deepEqual(found, []);
});

test("a reply that was asked for ahead of a failure, or behind it, and is never looked at is no unhandled rejection", async () => {
  const found = await unhandledRejections(() => {
    const { call, server } = start();
    const ahead = call.next();
    server.end(down());
    assert.ok(ahead instanceof Promise);
    const other = start();
    other.server.end(down());
    void other.call.next();
  });
  assert.deepEqual(found, []);
});

test("a reply that was asked for ahead, and is looked at long after the failure, rejects with it", async () => {
  const { call, server } = start();
  const ahead = call.next();
  server.end(down());
  await turn();
  await turn();
  await assert.rejects(ahead, { code: "UNAVAILABLE" });
});

test("a slow reader stops the wire", async () => {
  const { call, server } = start();
  server.reply(...features(1_000));
  await turn();
  const ahead = server.delivered;
  assert.ok(ahead <= 16, `${ahead} came although nothing was read`);
  for (let taken = 1; taken <= 100; taken++) {
    await call.next();
    assert.ok(server.delivered <= taken + ahead, `${server.delivered} came when ${taken} were read`);
  }
});

test("a fast reader gets everything, however much it is", async () => {
  const { call, server } = start();
  server.reply(...features(1_000)).end();
  assert.equal((await names(call)).length, 1_000);
});

test("the transport is asked for replies in portions", async () => {
  const { call, server } = start();
  server.reply(...features(1_000)).end();
  await names(call);
  assert.ok(server.timesAsked <= 130, `asked ${server.timesAsked} times`);
});

for (const [way, leave] of [
  ["break", (call: AsyncIterable<unknown>) => leaveByBreak(call)],
  ["throw", (call: AsyncIterable<unknown>) => leaveByThrow(call)],
] as const) {
  test(`to leave a loop by ${way} cancels the call and drops what was not read`, async () => {
    const { call, server } = start();
    server.reply(...features(5));
    await leave(call);
    assert.equal(server.cancelled?.code, "CANCELLED");
    assert.deepEqual(await call.next(), { done: true, value: undefined });
    assert.equal((await call.trailer).size, 0);
  });
}

async function leaveByBreak(call: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of call) break;
}

async function leaveByThrow(call: AsyncIterable<unknown>): Promise<void> {
  const leaving = async () => {
    for await (const _ of call) throw new Error("enough");
  };
  await assert.rejects(leaving, /enough/);
}

test("to leave a loop over a call that has ended well does not cancel it", async () => {
  const { call, server } = start();
  server.reply(...features(5)).end(undefined, { "served-by": "b" });
  await leaveByBreak(call);
  assert.equal(server.cancelled, undefined);
  assert.deepEqual(await call.next(), { done: true, value: undefined });
  assert.equal((await call.trailer).get("served-by"), "b");
});

test("return ends the waiting of others", async () => {
  const { call } = start();
  const waiting = [call.next(), call.next()];
  assert.deepEqual(await call.return?.(), { done: true, value: undefined });
  for (const result of await Promise.all(waiting)) assert.equal(result.done, true);
});

test("cancel drops what was not read, and the reader gets CANCELLED with the reason", async () => {
  const { call, server } = start();
  server.reply(...features(5));
  assert.equal((await call.next()).value?.name, "0");
  const reason = new Error("enough");
  call.cancel(reason);
  assert.equal(server.cancelled?.code, "CANCELLED");
  await assert.rejects(call.next(), (error: GrpcError) => error.code === "CANCELLED" && error.cause === reason);
});

test("an aborted signal does the same", async () => {
  const transport = new ScriptedTransport();
  const controller = new AbortController();
  const call = createClient(RouteGuide, transport).listFeatures({}, { signal: controller.signal });
  transport.call.reply(...features(5));
  controller.abort();
  await assert.rejects(names(call), { code: "CANCELLED" });
});

test("to iterate twice is a TypeError that says so", async () => {
  const { call, server } = start();
  server.reply(feature(0)).end();
  await names(call);
  const expected = { name: "TypeError", code: "GANNET_ALREADY_READ" };
  await assert.rejects(names(call), expected);
  assert.throws(() => call.batches(), expected);
});

test("next can be called before the loop", async () => {
  const { call, server } = start();
  server.reply(...features(3)).end();
  assert.equal((await call.next()).value?.name, "0");
  assert.deepEqual(await names(call), ["1", "2"]);
});

test("several that wait are served in the order of their asking; the first hears of a failure, the others of the end", async () => {
  const { call, server } = start();
  const waiting = [call.next(), call.next(), call.next(), call.next()];
  server.reply(feature(0), feature(1)).end(down());
  const results = await Promise.allSettled(waiting);
  assert.deepEqual(
    results.map((result) =>
      result.status === "rejected" ? (result.reason as GrpcError).code : result.value.value?.name,
    ),
    ["0", "1", "UNAVAILABLE", undefined],
  );
});

test("a request that cannot be encoded fails the call", async () => {
  const transport = new ScriptedTransport();
  const call = createClient(RouteGuide, transport).listFeatures({ unencodable: 1 } as object);
  assert.equal(transport.call.cancelled?.code, "INTERNAL");
  await assert.rejects(call.next(), { code: "INTERNAL" });
});

test("the stack of an error leads to the loop", async () => {
  for (const isLate of [true, false]) {
    const { call, server } = start();
    async function loops(): Promise<void> {
      for await (const _ of call);
    }
    if (!isLate) server.end(down());
    const failing = loops().then(
      () => assert.fail(),
      (reason: Error) => reason,
    );
    await turn();
    if (isLate) server.end(down());
    const error = await failing;
    assert.match(error.stack ?? "", /^GrpcError: UNAVAILABLE: connection lost\n[\s\S]*at (async )?loops /);
  }
});

test("batches have what came together", async () => {
  const { call, server } = start();
  const batches: number[] = [];
  const reading = (async () => {
    for await (const batch of call.batches()) batches.push(batch.length);
  })();
  await turn();
  server.reply(...features(3));
  await turn();
  server.reply(...features(1));
  await turn();
  server.reply(...features(2)).end();
  await reading;
  assert.deepEqual(batches, [3, 1, 2]);
});

test("batches are held back too, and to leave their loop cancels the call", async () => {
  const { call, server } = start();
  server.reply(...features(10_000));
  let largest = 0;
  for await (const batch of call.batches()) {
    largest = Math.max(largest, batch.length);
    if (server.delivered > 2_000) break;
  }
  assert.ok(largest > 16 && largest <= 256, `a batch of ${largest}`);
  assert.equal(server.cancelled?.code, "CANCELLED");
});

test("batches end with the failure of the call, behind what came before it", async () => {
  const { call, server } = start();
  server.reply(...features(2)).end(down());
  const sizes: number[] = [];
  async function loops(): Promise<void> {
    for await (const batch of call.batches()) sizes.push(batch.length);
  }
  const error = await loops().then(
    () => assert.fail(),
    (reason: GrpcError) => reason,
  );
  assert.equal(error.code, "UNAVAILABLE");
  assert.match(error.stack ?? "", /at (async )?loops /);
  assert.deepEqual(sizes, [2]);
});

const step = fc.oneof(
  { weight: 5, arbitrary: fc.constant("next" as const) },
  { weight: 5, arbitrary: fc.constant("reply" as const) },
  { weight: 2, arbitrary: fc.constant("turn" as const) },
  { weight: 1, arbitrary: fc.constant("microtask" as const) },
);

test("however asking and replying are mixed, each reply is given once, in order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 120 }), fc.boolean(), async (steps, isFailed) => {
      const { call, server } = start();
      const asked: Promise<IteratorResult<{ readonly name: string }>>[] = [];
      const settled: number[] = [];
      let replied = 0;
      const ask = (): void => {
        const index = asked.length;
        const result = call.next();
        asked.push(result);
        result.catch(() => {}).finally(() => settled.push(index));
      };
      for (const name of steps) {
        if (name === "next") ask();
        else if (name === "reply") server.reply(feature(replied++));
        else if (name === "turn") await turn();
        else await Promise.resolve();
      }
      server.end(isFailed ? down() : undefined);
      while (asked.length <= replied) ask();
      const results = await Promise.allSettled(asked);
      const values = results.map((result) => (result.status === "fulfilled" ? result.value.value?.name : "failed"));
      const end: (string | undefined)[] = Array.from({ length: asked.length - replied });
      if (isFailed) end[0] = "failed";
      assert.deepEqual(values, [...Array.from({ length: replied }, (_, index) => String(index)), ...end]);
      // A failure takes some microtasks longer, as it looks for who waits.
      const order = settled.filter((index) => values[index] !== "failed");
      assert.deepEqual(
        order,
        order.toSorted((one, other) => one - other),
      );
    }),
    { numRuns: 200 },
  );
});
