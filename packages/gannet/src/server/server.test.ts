import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create, type DescMethod } from "@bufbuild/protobuf";
import { type Clock, systemClock, TimerWheel } from "../base/index.ts";
import { ClientConnection, startHttp2Call } from "../channel/call/index.ts";
import { createClient } from "../client/index.ts";
import { FeatureSchema, PointSchema, RouteGuide } from "../client/testdata/route_guide_pb.ts";
import { CodecCache } from "../codec/index.ts";
import {
  type CallInit,
  type CallObserver,
  type Code,
  GrpcError,
  type GrpcEvent,
  type ServerCall,
  type Transport,
} from "../core/index.ts";
import { type ConnectionLimits, Http2Connection } from "../http2/index.ts";
import { createMemoryPipes } from "../net/index.ts";
import { messageSettings } from "../protocol/index.ts";
import { VirtualClock } from "../testing/index.ts";
import { GrpcServer, type Server } from "./server.ts";
import type { ServerOptions } from "./server-options.ts";

type PartialHandlers = Parameters<typeof addTo>[1];

function addTo(server: Server, handlers: Partial<import("./handlers.ts").Handlers<typeof RouteGuide>>): Server {
  return server.addPartial(RouteGuide, handlers);
}

/** A server, and a client of it over a connection in memory. */
class Pair implements Transport {
  readonly clock: Clock;
  readonly server: GrpcServer;
  readonly events: GrpcEvent[] = [];
  readonly unexpected: unknown[] = [];
  readonly http2: Http2Connection;
  readonly client = createClient(RouteGuide, this);
  readonly #connection: ClientConnection;
  readonly deadlines: TimerWheel;
  isClosed = false;

  constructor(
    handlers: PartialHandlers,
    options: ServerOptions & { readonly clock?: Clock; readonly limits?: ConnectionLimits } = {},
  ) {
    const { clock = systemClock, limits, ...serverOptions } = options;
    this.clock = clock;
    this.server = new GrpcServer(
      {
        onEvent: (event) => event.level !== "debug" && this.events.push(event),
        onUnexpectedError: (error) => this.unexpected.push(error),
        ...serverOptions,
      },
      clock,
    );
    addTo(this.server, handlers);
    const [here, there] = createMemoryPipes();
    this.server.serve(there);
    this.http2 = new Http2Connection({
      role: "client",
      pipe: here,
      limits,
      observer: {
        onStream: () => assert.fail(),
        onRoom() {},
        onGoaway() {},
        onPingAck() {},
        onClose: () => {
          this.isClosed = true;
        },
        onViolation: (name, message) => assert.fail(`${name}: ${message}`),
      },
    });
    here.attach(this.http2);
    this.deadlines = new TimerWheel(systemClock);
    this.#connection = new ClientConnection({
      http2: this.http2,
      peer: "in-memory",
      authority: "test",
      scheme: "http",
      deadlines: this.deadlines,
      codecs: new CodecCache(),
      format: "proto",
      messages: messageSettings({ maxReceiveBytes: 4 * 1024 * 1024 }, () => []),
      userAgent: "test",
    });
  }

  start(method: DescMethod, init: CallInit, observer: CallObserver): ReturnType<Transport["start"]> {
    return startHttp2Call(this.#connection, method, init, observer);
  }

  close(): Promise<void> {
    return this.server.shutdown({ graceMs: 0 });
  }
}

/** Runs what needs a pair, and ends it: a call that was not ended keeps the test from ending. */
async function withPair(
  handlers: PartialHandlers,
  use: (pair: Pair) => Promise<void>,
  options: ConstructorParameters<typeof Pair>[1] = {},
): Promise<void> {
  const pair = new Pair(handlers, options);
  await use(pair);
  if (pair.clock === systemClock) await pair.close();
}

async function failsWith(call: PromiseLike<unknown>, code: Code, said?: RegExp): Promise<GrpcError> {
  try {
    await call;
  } catch (error) {
    assert.ok(GrpcError.is(error), String(error));
    assert.equal(error.code, code, error.message);
    if (said !== undefined) assert.match(error.message, said);
    return error;
  }
  assert.fail(`it did not fail, let alone with ${code}`);
}

async function collect<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of iterable) all.push(one);
  return all;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await turn();
}
const never = (): Promise<never> => new Promise(() => {});
const points = [{ latitude: 1 }, { latitude: 2 }, { latitude: 3 }];

describe("each kind of call", () => {
  test("unary, from a plain value and from a promise", () =>
    withPair(
      {
        getFeature: ({ latitude }) => (latitude === 1 ? { name: "one" } : Promise.resolve({ name: "other" })),
      },
      async ({ client }) => {
        assert.equal((await client.getFeature({ latitude: 1 })).name, "one");
        assert.equal((await client.getFeature({ latitude: 2 })).name, "other");
      },
    ));

  test("server streaming, from an array, a generator and an async generator", () =>
    withPair(
      {
        listFeatures({ low }) {
          const names = ["a", "b", "c"].map((name) => create(FeatureSchema, { name }));
          if (low?.latitude === 1) return names;
          if (low?.latitude === 2) return names.values();
          return (async function* () {
            for (const one of names) {
              await turn();
              yield one;
            }
          })();
        },
      },
      async ({ client }) => {
        for (const latitude of [1, 2, 3]) {
          const seen = await collect(client.listFeatures({ low: { latitude } }));
          assert.deepEqual(
            seen.map(({ name }) => name),
            ["a", "b", "c"],
          );
        }
      },
    ));

  test("client streaming, all read or only some", () =>
    withPair(
      {
        async recordRoute(requests) {
          let pointCount = 0;
          for await (const { latitude } of requests) {
            pointCount++;
            if (latitude === 2) break;
          }
          return { pointCount };
        },
      },
      async ({ client, http2 }) => {
        assert.equal((await client.recordRoute([{ latitude: 1 }, { latitude: 3 }])).pointCount, 2);
        assert.equal((await client.recordRoute(points)).pointCount, 2);
        assert.equal((await client.recordRoute([])).pointCount, 0);
        await turns(5);
        assert.equal(http2.streamCount, 0);
      },
    ));

  test("bidi, one answer to each request", () =>
    withPair(
      {
        async *routeChat(requests) {
          for await (const { message } of requests) yield { message: `${message}!` };
        },
      },
      async ({ client }) => {
        const seen = await collect(client.routeChat([{ message: "a" }, { message: "b" }]));
        assert.deepEqual(
          seen.map(({ message }) => message),
          ["a!", "b!"],
        );
      },
    ));

  test("messages larger than any window, both ways", () => {
    const text = "x".repeat(3_000_000);
    return withPair(
      {
        async *routeChat(requests) {
          for await (const request of requests) yield request;
        },
      },
      async ({ client }) => {
        const seen = await collect(client.routeChat([{ message: text }, { message: "small" }, { message: text }]));
        assert.deepEqual(
          seen.map(({ message }) => message.length),
          [3_000_000, 5, 3_000_000],
        );
      },
    );
  });

  test("hundreds at once on one connection", () =>
    withPair(
      {
        async getFeature({ latitude }) {
          await turns(latitude % 5);
          return { name: String(latitude) };
        },
      },
      async ({ client }) => {
        const all = await Promise.all(Array.from({ length: 500 }, (_, latitude) => client.getFeature({ latitude })));
        assert.deepEqual(
          all.map(({ name }) => Number(name)),
          Array.from({ length: 500 }, (_, latitude) => latitude),
        );
      },
    ));
});

describe("metadata", () => {
  test("goes both ways, text and bytes, before and behind the messages", () =>
    withPair(
      {
        getFeature(_request, call) {
          call.header.set("h", call.metadata.get("text") ?? "").append("h-bin", Uint8Array.of(7));
          call.trailer.set("t-bin", call.metadata.get("raw-bin") ?? new Uint8Array());
          return { name: call.method.name };
        },
      },
      async ({ client }) => {
        const call = client.getFeature({}, { metadata: { text: "hi", "raw-bin": Uint8Array.of(0, 255) } });
        assert.equal((await call).name, "GetFeature");
        const [header, trailer] = [await call.header, await call.trailer];
        assert.deepEqual(
          [header.get("h"), header.get("h-bin"), trailer.get("t-bin")],
          ["hi", Uint8Array.of(7), Uint8Array.of(0, 255)],
        );
        assert.equal(header.get("t-bin"), undefined);
      },
    ));

  test("of an error comes with it, from the error and from the call, and header stays header", () =>
    withPair(
      {
        getFeature(_request, call) {
          call.header.set("h", "1");
          call.trailer.set("t", "2");
          throw new GrpcError("NOT_FOUND", "nö", { trailer: { e: "3" } });
        },
      },
      async ({ client }) => {
        const call = client.getFeature({});
        const error = await failsWith(call, "NOT_FOUND", /^NOT_FOUND: nö$/);
        assert.deepEqual([error.trailer.get("t"), error.trailer.get("e")], ["2", "3"]);
        assert.deepEqual([(await call.header).get("h"), error.trailer.get("h")], ["1", undefined]);
      },
    ));

  test("is the handler's own copy", () =>
    withPair(
      {
        getFeature(_request, { metadata }) {
          const name = String(metadata.get("k"));
          metadata.set("k", "changed");
          return { name };
        },
      },
      async ({ client }) => {
        for (let count = 0; count < 3; count++)
          assert.equal((await client.getFeature({}, { metadata: { k: "v" } })).name, "v");
      },
    ));

  test("may be sent before the first reply", () =>
    withPair(
      {
        async *listFeatures(_request, call) {
          call.header.set("early", "yes");
          call.sendHeader();
          await turns(3);
          yield { name: "late" };
        },
      },
      async ({ client }) => {
        const call = client.listFeatures({});
        assert.equal((await call.header).get("early"), "yes");
        assert.equal((await collect(call)).length, 1);
      },
    ));
});

test("a header that was sent takes nothing more, and says so", () =>
  withPair(
    {
      async *listFeatures(_request, call) {
        yield { name: "first" };
        call.header.set("late", "yes");
      },
      getFeature(_request, call) {
        call.header.set("early", "yes");
        call.sendHeader();
        call.header.set("late", "yes");
        return {};
      },
    },
    async ({ client, unexpected }) => {
      await failsWith(collect(client.listFeatures({})), "UNKNOWN");
      await failsWith(client.getFeature({}), "UNKNOWN");
      for (const error of unexpected as (Error & { code?: string })[]) {
        assert.equal(error.code, "GANNET_ALREADY_SENT");
        assert.match(error.message, /^the header was sent already: set it before sendHeader\(\)/);
      }
      assert.equal(unexpected.length, 2);
    },
  ));

describe("errors", () => {
  test("of a handler that are no GrpcError stay on the server", async () => {
    const secret = new Error("the password is 1234");
    const thrown: PartialHandlers = {
      getFeature: () => Promise.reject(secret),
      listFeatures: () => {
        throw secret;
      },
      // biome-ignore lint/correctness/useYield: it fails before it has anything to give
      async *routeChat() {
        throw secret;
      },
    };
    await withPair(thrown, async ({ client, unexpected, events }) => {
      const calls = [client.getFeature({}), collect(client.listFeatures({})), collect(client.routeChat([]))];
      for (const call of calls) assert.ok(!(await failsWith(call, "UNKNOWN")).message.includes("password"));
      assert.deepEqual(unexpected, [secret, secret, secret]);
      assert.deepEqual(
        events.map(({ name }) => name),
        ["handler-failed", "handler-failed", "handler-failed"],
      );
    });
  });

  test("of the hooks themselves harm nobody", () => {
    const fail = (): never => {
      throw new Error("a bug in a hook");
    };
    return withPair(
      { getFeature: fail },
      async ({ client }) => {
        await failsWith(client.getFeature({}), "UNKNOWN");
        await failsWith(client.getFeature({}), "UNKNOWN");
      },
      { onEvent: fail, onUnexpectedError: fail },
    );
  });

  test("of a handler that gives what is no message are its own", async () => {
    let isEnded = false;
    const wrong = {
      getFeature: () => undefined,
      listFeatures: () => 5,
      *routeChat() {
        try {
          yield "text";
        } finally {
          isEnded = true;
        }
      },
    } as unknown as PartialHandlers;
    await withPair(wrong, async ({ client, unexpected }) => {
      for (const call of [client.getFeature({}), collect(client.listFeatures({})), collect(client.routeChat([]))])
        await failsWith(call, "UNKNOWN");
      assert.deepEqual(
        unexpected.map((error) => (error as Error).message.slice(0, 30)),
        ["expected a message of type rou", "the handler of a streaming met", "expected a message of type rou"],
      );
      assert.ok(isEnded, "the generator's finally has run");
    });
  });

  test("come behind the replies before them", () =>
    withPair(
      {
        async *listFeatures() {
          yield { name: "a" };
          throw new GrpcError("ABORTED", "enough");
        },
      },
      async ({ client }) => {
        const seen: string[] = [];
        const reading = (async () => {
          for await (const { name } of client.listFeatures({})) seen.push(name);
        })();
        await failsWith(reading, "ABORTED");
        assert.deepEqual(seen, ["a"]);
      },
    ));

  test("of methods that are not there say so", () =>
    withPair({}, async ({ client }) => {
      await failsWith(
        client.getFeature({}),
        "UNIMPLEMENTED",
        /service routeguide\.RouteGuide has no handler for GetFeature/,
      );
    }));

  test("of messages over the limit come before they are read", () =>
    withPair(
      { getFeature: () => ({}), recordRoute: async (requests) => ({ pointCount: (await collect(requests)).length }) },
      async ({ client, http2 }) => {
        await failsWith(collect(client.routeChat([{ message: "x".repeat(101) }])), "UNIMPLEMENTED");
        const pair = new Pair({ routeChat: (requests) => requests }, { maxReceiveBytes: 100 });
        await failsWith(
          collect(pair.client.routeChat([{ message: "x".repeat(101) }])),
          "RESOURCE_EXHAUSTED",
          /103 bytes is larger than the 100/,
        );
        assert.equal((await collect(pair.client.routeChat([{ message: "x".repeat(98) }]))).length, 1);
        await pair.close();
        await turns(3);
        assert.equal(http2.streamCount, 0);
      },
    ));
});

describe("cancelling", () => {
  test("by the client aborts the signal, ends the requests and runs the generator's finally", async () => {
    const seen: string[] = [];
    let call: ServerCall | undefined;
    const handlers: PartialHandlers = {
      async *routeChat(requests, serverCall) {
        call = serverCall;
        serverCall.signal.addEventListener("abort", () =>
          seen.push(`abort ${(serverCall.signal.reason as GrpcError).code}`),
        );
        try {
          for await (const { message } of requests) yield { message };
        } catch (error) {
          seen.push(GrpcError.is(error) ? error.code : "?");
        } finally {
          seen.push("finally");
        }
      },
    };
    await withPair(handlers, async ({ client, http2, unexpected }) => {
      const controller = new AbortController();
      const chat = client.routeChat({ signal: controller.signal });
      await chat.send({ message: "a" });
      await turns(4);
      assert.equal(call?.active, true);
      controller.abort();
      await failsWith(collect(chat), "CANCELLED");
      await turns(4);
      assert.deepEqual(
        seen,
        ["CANCELLED", "finally", "abort CANCELLED"].sort((a, b) => seen.indexOf(a) - seen.indexOf(b)),
      );
      assert.equal(seen.length, 3);
      assert.deepEqual([call?.active, http2.streamCount, unexpected], [false, 0, []]);
    });
  });

  test("by the client runs the finally of a generator that waits for the wire", async () => {
    let isEnded = false;
    let made = 0;
    const handlers: PartialHandlers = {
      *listFeatures() {
        try {
          for (;;) yield { name: `${made++}`.padStart(10_000, "x") };
        } finally {
          isEnded = true;
        }
      },
    };
    await withPair(handlers, async ({ client }) => {
      for await (const { name } of client.listFeatures({})) if (name.endsWith("3")) break;
      await turns(10);
      assert.ok(isEnded);
      const after = made;
      await turns(10);
      assert.equal(made, after);
    });
  });

  test("by the server is CANCELLED at the client, at any time", async () => {
    const ended: string[] = [];
    const handlers: PartialHandlers = {
      getFeature(_request, call) {
        call.cancel();
        return {};
      },
      async recordRoute(requests, call) {
        call.cancel();
        try {
          for await (const _ of requests);
        } finally {
          ended.push("recordRoute");
        }
        return {};
      },
      *listFeatures(_request, call) {
        try {
          yield { name: "a" };
          call.cancel();
          yield { name: "b" };
        } finally {
          ended.push("listFeatures");
        }
      },
    };
    await withPair(handlers, async ({ client, http2, unexpected }) => {
      await failsWith(client.getFeature({}), "CANCELLED");
      await failsWith(client.recordRoute(points), "CANCELLED");
      await failsWith(collect(client.listFeatures({})), "CANCELLED");
      await turns(5);
      assert.deepEqual(ended, ["recordRoute", "listFeatures"]);
      assert.deepEqual([http2.streamCount, unexpected], [0, []]);
    });
  });

  test("a connection that breaks off ends its calls", async () => {
    const seen: unknown[] = [];
    const handlers: PartialHandlers = {
      async getFeature(_request, { signal }) {
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        seen.push((signal.reason as GrpcError).code);
        return {};
      },
    };
    await withPair(handlers, async ({ client, http2 }) => {
      const call = client.getFeature({});
      call.then(undefined, () => {});
      await turns(4);
      http2.close(0, "bye");
      await failsWith(call, "UNAVAILABLE", /bye/);
      await turns(4);
      assert.deepEqual(seen, ["CANCELLED"]);
    });
  });
});

describe("deadlines", () => {
  test("pass on the server by its own clock", async () => {
    const clock = new VirtualClock();
    const seen: unknown[] = [];
    const handlers: PartialHandlers = {
      async getFeature(_request, call) {
        seen.push(Math.ceil((call.timeRemainingMs() ?? 0) / 100));
        call.signal.addEventListener("abort", () => seen.push((call.signal.reason as GrpcError).code));
        return never();
      },
    };
    const pair = new Pair(handlers, { clock });
    const call = pair.client.getFeature({}, { timeoutMs: 5000 });
    const failed = failsWith(call, "DEADLINE_EXCEEDED");
    await clock.advance(4900);
    assert.deepEqual(seen, [50]);
    await clock.advance(150);
    await failed;
    assert.deepEqual(seen, [50, "DEADLINE_EXCEEDED"]);
    assert.equal(pair.http2.streamCount, 0);
  });

  test("leave nothing behind when the call ends before them", async () => {
    const clock = new VirtualClock();
    const pair = new Pair({ getFeature: () => ({}), routeChat: (requests) => requests }, { clock });
    for (let count = 0; count < 20; count++) await pair.client.getFeature({}, { timeoutMs: 60_000 });
    await collect(pair.client.routeChat([{ message: "a" }], { timeoutMs: 60_000 }));
    await turns(3);
    assert.equal(pair.server.deadlines.size, 0);
    assert.equal(pair.deadlines.size, 0);
  });

  test("end a call whose client does not take the replies", async () => {
    const clock = new VirtualClock();
    let isEnded = false;
    const handlers: PartialHandlers = {
      *listFeatures() {
        try {
          for (;;) yield { name: "x".repeat(100_000) };
        } finally {
          isEnded = true;
        }
      },
    };
    const pair = new Pair(handlers, { clock });
    const call = pair.client.listFeatures({}, { timeoutMs: 1000 });
    call.header.then(undefined, () => {});
    await turns(10);
    assert.equal(isEnded, false);
    await clock.advance(1100);
    assert.ok(isEnded);
    assert.equal(pair.http2.streamCount, 0, "the stream is reset, as a trailer would wait for ever");
    await assert.rejects(collect(call));
  });
});

describe("back-pressure", () => {
  test("a generator is pulled no faster than the client reads", async () => {
    let made = 0;
    const handlers: PartialHandlers = {
      *listFeatures() {
        for (let count = 0; count < 200; count++) {
          made++;
          yield { name: "x".repeat(50_000) };
        }
      },
    };
    await withPair(handlers, async ({ client }) => {
      const call = client.listFeatures({});
      const replies = call[Symbol.asyncIterator]();
      await replies.next();
      await turns(50);
      assert.ok(made < 40, `${made} messages of 50 kB were made for windows of 256 KiB`);
      let count = 1;
      while ((await replies.next()).done !== true) count++;
      assert.deepEqual([count, made], [200, 200]);
    });
  });

  test("a client is let send no faster than the handler reads", async () => {
    let read: (() => void) | undefined;
    const handlers: PartialHandlers = {
      async recordRoute(requests) {
        await new Promise<void>((resolve) => {
          read = resolve;
        });
        return { pointCount: (await collect(requests)).length };
      },
    };
    await withPair(handlers, async ({ client }) => {
      let made = 0;
      const reply = client.recordRoute(
        (function* () {
          for (; made < 100_000; made++)
            yield create(PointSchema, { latitude: 1_000_000_000, longitude: 1_000_000_000 });
        })(),
      );
      reply.then(undefined, () => {});
      await turns(1200);
      assert.ok(made < 60_000, `${made} messages of 17 bytes were made for a window of 256 KiB`);
      read?.();
      assert.equal((await reply).pointCount, 100_000);
    });
  });

  test("a handler that stops reading lets the client send all the same", () =>
    withPair(
      {
        async *routeChat(requests) {
          for await (const _ of requests) break;
          await turns(100);
          yield { message: "done" };
        },
      },
      async ({ client }) => {
        const chat = client.routeChat(Array.from({ length: 20 }, () => ({ message: "x".repeat(50_000) })));
        assert.equal((await collect(chat)).length, 1);
      },
    ));

  test("a generator that never waits lets others have their turn", () =>
    withPair(
      {
        *listFeatures() {
          for (let count = 0; count < 20_000; count++) yield { name: "x" };
        },
        getFeature: () => ({}),
      },
      async ({ client }) => {
        let isDone = false;
        const all = collect(client.listFeatures({})).then(() => {
          isDone = true;
        });
        for (let count = 0; count < 5; count++) await client.getFeature({});
        assert.ok(!isDone);
        await all;
      },
    ));
});

describe("maxConcurrentCalls", () => {
  test("lets calls wait in the order of their coming, and refuses those beyond the queue", async () => {
    const order: number[] = [];
    const open: (() => void)[] = [];
    const handlers: PartialHandlers = {
      async getFeature({ latitude }) {
        order.push(latitude);
        await new Promise<void>((resolve) => open.push(resolve));
        return {};
      },
    };
    await withPair(
      handlers,
      async ({ client }) => {
        const calls = [0, 1, 2, 3, 4].map((latitude) => client.getFeature({ latitude }));
        const cancelled = new AbortController();
        const gone = client.getFeature({ latitude: 9 }, { signal: cancelled.signal });
        await failsWith(gone, "RESOURCE_EXHAUSTED", /maxQueuedCalls/);
        assert.deepEqual(order, [0, 1]);
        for (let count = 0; count < 5; count++) {
          open.shift()?.();
          await turns(3);
        }
        await Promise.all(calls);
        assert.deepEqual(order, [0, 1, 2, 3, 4]);
      },
      { maxConcurrentCalls: 2, maxQueuedCalls: 3 },
    );
  });

  test("a call that ends while it waits gives its place up", async () => {
    const ran: number[] = [];
    let release: (() => void) | undefined;
    const handlers: PartialHandlers = {
      async getFeature({ latitude }) {
        ran.push(latitude);
        if (latitude === 0) await new Promise<void>((resolve) => (release = resolve));
        return {};
      },
    };
    await withPair(
      handlers,
      async ({ client }) => {
        const first = client.getFeature({ latitude: 0 });
        first.then(undefined, () => {});
        const controller = new AbortController();
        const second = client.getFeature({ latitude: 1 }, { signal: controller.signal });
        const failed = failsWith(second, "CANCELLED");
        const third = client.getFeature({ latitude: 2 });
        third.then(undefined, () => {});
        await turns(4);
        controller.abort();
        await failed;
        await turns(4);
        release?.();
        await Promise.all([first, third]);
        assert.deepEqual(ran, [0, 2]);
      },
      { maxConcurrentCalls: 1 },
    );
  });
});

describe("shutdown", () => {
  test("lets calls finish, takes no further ones, and then closes", async () => {
    let release: (() => void) | undefined;
    const pair = new Pair({
      getFeature: async () => {
        await new Promise<void>((resolve) => (release = resolve));
        return { name: "finished" };
      },
    });
    const call = pair.client.getFeature({});
    call.then(undefined, () => {});
    await turns(4);
    const down = pair.server.shutdown();
    await turns(4);
    assert.ok(!pair.http2.canOpenStream);
    release?.();
    assert.equal((await call).name, "finished");
    await down;
    await turns(3);
    assert.ok(pair.isClosed);
  });

  test("closes once replies that waited for the client have left", async () => {
    const pair = new Pair({
      *listFeatures() {
        for (let count = 0; count < 5; count++) yield { name: "x".repeat(200_000) };
      },
    });
    const call = pair.client.listFeatures({});
    const replies = call[Symbol.asyncIterator]();
    await replies.next();
    const down = pair.server.shutdown();
    await turns(10);
    assert.equal((await collect({ [Symbol.asyncIterator]: () => replies })).length, 4);
    await down;
  });

  test("ends what is left after graceMs, and a later shutdown may be shorter", async () => {
    const clock = new VirtualClock();
    const pair = new Pair({ getFeature: never }, { clock });
    const failed = failsWith(pair.client.getFeature({}), "UNAVAILABLE");
    await turns(4);
    let isDown = false;
    const down = Promise.all([pair.server.shutdown({ graceMs: 60_000 }), pair.server.shutdown({ graceMs: 1000 })]).then(
      () => {
        isDown = true;
      },
    );
    await clock.advance(900);
    assert.ok(!isDown);
    await clock.advance(200);
    await Promise.all([failed, down]);
  });

  test("settles at once where there is nothing to wait for", async () => {
    await new GrpcServer({}, systemClock).shutdown();
  });

  test("then no more is served", async () => {
    const server = new GrpcServer({}, systemClock);
    const listening = server.listen("127.0.0.1:0");
    const refused = assert.rejects(listening, { code: "GANNET_SHUT_DOWN" });
    await server.shutdown();
    await refused;
    await assert.rejects(server.listen("127.0.0.1:0"), { code: "GANNET_SHUT_DOWN" });
  });
});
