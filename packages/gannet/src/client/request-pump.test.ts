import assert from "node:assert/strict";
import { test } from "node:test";
import { type AnyIterable, GrpcError } from "../core/index.ts";
import { createClient } from "./create-client.ts";
import { RouteGuide } from "./testdata/route_guide_pb.ts";
import { type ScriptedCall, ScriptedTransport } from "./testdata/scripted-transport.ts";
import { unhandledRejections } from "./testdata/unhandled-rejections.ts";

const summary = { $typeName: "routeguide.RouteSummary", pointCount: 2 };

interface Point {
  readonly latitude: number;
}

function record(requests: AnyIterable<Point>, script?: (call: ScriptedCall) => void) {
  const transport = new ScriptedTransport(script);
  const call = createClient(RouteGuide, transport).recordRoute(requests);
  return { call, server: transport.call };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Points without end, which count how many were asked for and whether they were told to stop. */
class Points implements AsyncIterableIterator<Point> {
  asked = 0;
  stopped = 0;
  /** Settles what is asked for; points come at once where there is none. */
  gate: Promise<void> = Promise.resolve();

  async next(): Promise<IteratorResult<Point>> {
    this.asked++;
    await this.gate;
    return { done: false, value: { latitude: this.asked } };
  }

  return(): Promise<IteratorResult<Point>> {
    this.stopped++;
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

test("all of an array, a generator or an async generator is sent, then the end", async () => {
  const points = [{ latitude: 1 }, { latitude: 2 }, { latitude: 3 }];
  function* generate() {
    yield* points;
  }
  async function* generateLater() {
    for (const point of points) {
      await turn();
      yield point;
    }
  }
  for (const requests of [points, new Set(points), generate(), generateLater()]) {
    const { call, server } = record(requests);
    while (!server.isSendEnded) await turn();
    assert.deepEqual(server.sent, points);
    server.reply(summary).end();
    assert.equal(await call, summary);
    assert.equal(server.cancelled, undefined);
  }
});

test("an iterable is pulled no faster than the wire", async () => {
  const points = new Points();
  const { server } = record(points, (call) => {
    call.hasRoom = false;
  });
  for (let sent = 1; sent <= 3; sent++) {
    await turn();
    await turn();
    assert.equal(points.asked, sent);
    assert.equal(server.sent.length, sent);
    server.drain();
    server.hasRoom = false;
  }
  server.cancel();
});

test("room that nobody waited for is no reason to ask for more", async () => {
  const points = new Points();
  points.gate = new Promise(() => {});
  const { server } = record(points);
  server.drain();
  assert.equal(points.asked, 1);
});

test("a synchronous iterable is pulled no faster either", async () => {
  let asked = 0;
  function* generate() {
    for (;;) yield { latitude: ++asked };
  }
  const { server } = record(generate(), (call) => {
    call.onRequest = () => {
      call.hasRoom = call.sent.length % 10 !== 0;
    };
  });
  assert.equal(asked, 10);
  server.drain();
  assert.equal(asked, 20);
  server.cancel();
});

test("an iterable that never waits lets timers run all the same", async () => {
  function* generate() {
    for (let latitude = 0; latitude < 1_000; latitude++) yield { latitude };
  }
  async function* generateLater() {
    yield* generate();
  }
  for (const requests of [generate(), generateLater()]) {
    const { server } = record(requests);
    await turn();
    assert.ok(server.sent.length > 0 && server.sent.length < 200, `${server.sent.length} were sent in one turn`);
    while (!server.isSendEnded) await turn();
    assert.equal(server.sent.length, 1_000);
  }
});

test("a server that answers early ends the call well, and the iterable is told to stop at once", async () => {
  const points = new Points();
  points.gate = new Promise(() => {});
  const { call, server } = record(points);
  server.reply(summary).end();
  assert.equal(points.stopped, 1);
  assert.equal(await call, summary);
  assert.equal(server.cancelled, undefined);
});

test("a generator that waits is told to stop when it goes on, and what it yields is not sent", async () => {
  let isCleanedUp = false;
  let goOn = (): void => {};
  async function* generate() {
    try {
      yield { latitude: 1 };
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
      yield { latitude: 2 };
      yield { latitude: 3 };
    } finally {
      isCleanedUp = true;
    }
  }
  const { call, server } = record(generate());
  await turn();
  server.reply(summary).end();
  assert.equal(await call, summary);
  goOn();
  await turn();
  assert.equal(isCleanedUp, true);
  assert.deepEqual(server.sent, [{ latitude: 1 }]);
});

test("a generator is told to stop whatever ends the call, once", async () => {
  const endings: ((call: ScriptedCall) => void)[] = [
    (call) => call.end(new GrpcError("UNAVAILABLE", "connection lost")),
    (call) => call.cancel(),
    (call) => call.reply(summary).end(),
  ];
  for (const ending of endings) {
    const points = new Points();
    const { server } = record(points);
    await turn();
    ending(server);
    await turn();
    await turn();
    assert.equal(points.stopped, 1);
  }
});

test("a generator is told to stop also where the call never began", async () => {
  const points = new Points();
  const routes = createClient(RouteGuide, new ScriptedTransport());
  await assert.rejects(Promise.resolve(routes.recordRoute(points, { timeoutMs: 0 })), { code: "DEADLINE_EXCEEDED" });
  assert.deepEqual([points.asked, points.stopped], [0, 1]);
});

test("a generator that ends the call while it runs is told to stop behind its next yield", async () => {
  let isCleanedUp = false;
  const transport = new ScriptedTransport();
  function* generate() {
    try {
      yield { latitude: 1 };
      transport.call.reply(summary).end();
      yield { latitude: 2 };
    } finally {
      isCleanedUp = true;
    }
  }
  const call = createClient(RouteGuide, transport).recordRoute(generate());
  assert.equal(await call, summary);
  assert.equal(isCleanedUp, true);
  assert.deepEqual(transport.call.sent, [{ latitude: 1 }]);
});

test("an iterable that ends the call while it is asked is told to stop at once, however long its answer takes", () => {
  const points = new Points();
  const transport = new ScriptedTransport();
  const next = points.next.bind(points);
  points.next = () => {
    transport.call.reply(summary).end();
    return next();
  };
  void createClient(RouteGuide, transport).recordRoute(points);
  assert.deepEqual([points.asked, points.stopped], [1, 1]);
});

test("what a generator throws cancels the call, which fails with it as cause", async () => {
  const reason = new Error("the file is gone");
  function* generate() {
    yield { latitude: 1 };
    throw reason;
  }
  async function* generateLater() {
    yield* generate();
  }
  for (const requests of [generate(), generateLater()]) {
    const { call, server } = record(requests);
    await assert.rejects(Promise.resolve(call), (error: GrpcError) => {
      assert.deepEqual([error.code, error.reason], ["CANCELLED", "the iterable of requests failed: the file is gone"]);
      assert.equal(error.cause, reason);
      return true;
    });
    assert.equal(server.cancelled?.code, "CANCELLED");
    assert.equal(server.isSendEnded, false);
  }
});

test("what a generator throws when the call is over already goes nowhere", async () => {
  const found = await unhandledRejections(async () => {
    let goOn = (): void => {};
    async function* generate() {
      try {
        yield { latitude: 1 };
        await new Promise<void>((resolve) => {
          goOn = resolve;
        });
      } finally {
        await turn();
        // biome-ignore lint/correctness/noUnsafeFinally: this is what is tested
        throw new Error("too late");
      }
    }
    const { call, server } = record(generate());
    await turn();
    server.reply(summary).end();
    goOn();
    assert.equal(await call, summary);
  });
  assert.deepEqual(found, []);
});

test("a request that cannot be encoded fails the call and stops the iterable", async () => {
  let isCleanedUp = false;
  function* generate() {
    try {
      yield { unencodable: 1 } as unknown as Point;
    } finally {
      isCleanedUp = true;
    }
  }
  const { call } = record(generate());
  await assert.rejects(Promise.resolve(call), { code: "INTERNAL" });
  assert.equal(isCleanedUp, true);
});

test("an iterator that gives no results fails the call rather than the process", async () => {
  const broken = { [Symbol.iterator]: () => ({ next: () => undefined }) } as unknown as Iterable<Point>;
  const { call } = record(broken);
  await assert.rejects(Promise.resolve(call), { code: "CANCELLED" });
  const unwilling = {
    [Symbol.iterator]() {
      throw new Error("no");
    },
  } as unknown as Iterable<Point>;
  await assert.rejects(Promise.resolve(record(unwilling).call), { code: "CANCELLED" });
});

test("the replies of a bidi call can be the requests of another, which cancels the first when it ends", async () => {
  const source = new ScriptedTransport();
  const sink = new ScriptedTransport();
  const notes = createClient(RouteGuide, source).routeChat([]);
  const echoes = createClient(RouteGuide, sink).routeChat(notes);
  source.call.reply({ message: "a" }, { message: "b" });
  await turn();
  assert.deepEqual(sink.call.sent, [{ message: "a" }, { message: "b" }]);
  sink.call.reply({ message: "c" });
  for await (const _ of echoes) break;
  assert.equal(sink.call.cancelled?.code, "CANCELLED");
  assert.equal(source.call.cancelled?.code, "CANCELLED");
});

test("an iterable of requests to a bidi call ends only its own direction", async () => {
  const transport = new ScriptedTransport();
  const call = createClient(RouteGuide, transport).routeChat([{ message: "a" }]);
  assert.equal(transport.call.isSendEnded, true);
  transport.call.reply({ message: "b" }, { message: "c" }).end();
  const heard: string[] = [];
  for await (const { message } of call) heard.push(message);
  assert.deepEqual(heard, ["b", "c"]);
});

test("a result that throws when it is looked at fails the call, and nothing else", async () => {
  const result = {
    get done(): boolean {
      throw new Error("not today");
    },
  } as unknown as IteratorResult<Point>;
  const found = await unhandledRejections(async () => {
    for (const next of [() => result, async () => result]) {
      const { call } = record({ [Symbol.iterator]: () => ({ next: next as () => IteratorResult<Point> }) });
      await assert.rejects(
        call.response,
        (error) => GrpcError.is(error, "CANCELLED") && /not today/.test(error.reason),
      );
    }
  });
  assert.deepEqual(found, []);
});

test("a request that is the last one says so itself, rather than by a message of its own behind it", () => {
  const transport = new ScriptedTransport((call) => {
    call.onRequest = () => assert.ok(call.isSendEnded);
  });
  void createClient(RouteGuide, transport).getFeature({ latitude: 1 });
  assert.equal(transport.call.sent.length, 1);
});
