/**
 * Handlers and callers that do what they should not: each call has an end, and the process hears of none. One list, long as it
 * is: all share a server, which is to answer still behind each.
 */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { inspect } from "node:util";
import {
  type Channel,
  type Client,
  createChannel,
  createClient,
  createServer,
  GrpcError,
  type Handlers,
  type Server,
  type ServerCall,
} from "gannet";
import { failsWith } from "./failure.ts";
import { KINDS, type Kind } from "./kinds.ts";
import { Probe } from "./probe_pb.ts";
import { activeResources, settleResources, watchProcess } from "./resources.ts";

type Ping = { readonly n: number };
type AnyHandler = (input: never, call: ServerCall) => unknown;

/** What the server that all tests share does next; set by each. */
let handler: AnyHandler = () => ({});
let onUnexpectedError: (error: unknown) => void = () => {};
const unexpected: unknown[] = [];
let server: Server;
let channel: Channel;
let client: Client<typeof Probe>;
let atStart: Record<string, number>;
const watch = watchProcess();

/** What reaches the process may do so some turns later. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

before(async () => {
  atStart = activeResources();
  const run = (input: unknown, call: ServerCall) => handler(input as never, call);
  server = createServer({
    onUnexpectedError(error) {
      unexpected.push(error);
      onUnexpectedError(error);
    },
  }).add(Probe, { unary: run, serverStream: run, clientStream: run, bidi: run } as unknown as Handlers<typeof Probe>);
  const { port } = await server.listen("127.0.0.1:0");
  channel = createChannel(`http://127.0.0.1:${port}`);
  client = createClient(Probe, channel);
});

afterEach(async () => {
  await settle();
  assert.deepEqual(watch.errors.splice(0), []);
  unexpected.length = 0;
  onUnexpectedError = () => {};
  handler = () => ({ n: 1 });
  assert.equal((await client.unary({})).n, 1);
});

after(async () => {
  await channel.close();
  // No call is left that would have to be ended.
  await server.shutdown();
  await settleResources(atStart);
  watch.stop();
});

/** Makes a call of a kind with one request, and takes all replies. */
async function callOf(kind: Kind): Promise<Ping[]> {
  switch (kind) {
    case "unary":
      return [await client.unary({ n: 1 })];
    case "clientStream":
      return [await client.clientStream([{ n: 1 }])];
    default: {
      const replies: Ping[] = [];
      const call = kind === "bidi" ? client.bidi([{ n: 1 }]) : client.serverStream({ n: 1 });
      for await (const reply of call) replies.push(reply);
      return replies;
    }
  }
}

function isReplyStream(kind: Kind): boolean {
  return kind === "serverStream" || kind === "bidi";
}

const thrown: readonly (readonly [name: string, value: unknown])[] = [
  ["an Error", new Error("secret")],
  ["undefined", undefined],
  ["null", null],
  ["a string", "secret"],
  ["a number", 0],
  ["a symbol", Symbol("secret")],
  ["an object without a prototype", Object.create(null)],
  [
    "an Error whose message throws",
    Object.defineProperty(new Error("secret"), "message", { get: () => assert.fail("secret") }),
  ],
  ["a proxy that throws", new Proxy({}, { get: () => assert.fail("secret"), has: () => assert.fail("secret") })],
  ["a function", () => "secret"],
];

for (const kind of KINDS) {
  describe(`a handler of kind ${kind}`, () => {
    for (const [name, value] of thrown) {
      test(`that throws ${name} fails its call with UNKNOWN, and keeps the text to itself`, async () => {
        const ways: AnyHandler[] = [
          () => {
            throw value;
          },
          isReplyStream(kind)
            ? // biome-ignore lint/correctness/useYield: it does not get to one
              async function* () {
                throw value;
              }
            : async () => {
                throw value;
              },
        ];
        for (const way of ways) {
          handler = way;
          const { reason } = await failsWith(callOf(kind), "UNKNOWN");
          assert.doesNotMatch(reason, /secret/);
        }
        assert.equal(unexpected.length, 2);
        assert.ok(unexpected.every((error) => Object.is(error, value)));
      });
    }

    test("that throws a GrpcError fails its call with that", async () => {
      handler = () => {
        throw new GrpcError("NOT_FOUND", "it is gone");
      };
      await failsWith(callOf(kind), "NOT_FOUND", /^it is gone$/);
      assert.deepEqual(unexpected, []);
    });

    test("that throws a GrpcError which cannot be sent as it is fails its call all the same", async () => {
      const errors = [
        () => new GrpcError("NOT_FOUND", "x", { trailer: { "no key\n": "v" } }),
        () => new GrpcError("NOT_FOUND", "x", { details: [undefined as never] }),
        () => new GrpcError("NOT_FOUND", "x", { details: [{ typeName: 5, value: "y" } as never] }),
        () => new GrpcError("NOT_FOUND", undefined as never),
        () => new GrpcError("NOT_FOUND", Symbol("x") as never),
        () => new GrpcError("NONE" as never, "x"),
        () => new GrpcError("OK" as never, "x"),
        () => new GrpcError("NOT_FOUND", "é".repeat(100_000)),
        () => new GrpcError("NOT_FOUND", "x", { trailer: { key: "v".repeat(100_000) } }),
        () => new GrpcError("NOT_FOUND", "x", { details: [{ typeName: "x", value: new Uint8Array(100_000) }] }),
      ];
      for (const error of errors) {
        for (const isAsync of [false, true]) {
          handler = () => {
            if (isAsync && !isReplyStream(kind)) return Promise.resolve().then(() => Promise.reject(error()));
            throw error();
          };
          const { code } = await callOf(kind).then(
            () => assert.fail(`${error} was no failure`),
            (failure: GrpcError) => failure,
          );
          assert.match(code, /^(?:NOT_FOUND|UNKNOWN|INTERNAL|RESOURCE_EXHAUSTED)$/, String(error));
        }
      }
    });

    test("that sets metadata which is too large fails its call, and no other", async () => {
      handler = (_: unknown, call) => {
        call.trailer.set("key", "v".repeat(100_000));
        return isReplyStream(kind) ? [{ n: 1 }] : { n: 1 };
      };
      await failsWith(callOf(kind), "RESOURCE_EXHAUSTED");
    });

    test("that throws once it has cancelled its call leaves it cancelled", async () => {
      handler = (_: unknown, call) => {
        call.cancel();
        throw new Error("too late");
      };
      await failsWith(callOf(kind), "CANCELLED");
    });

    test("that gives something other than a reply fails its call, and names it to the server alone", async () => {
      for (const value of [undefined, null, 5, "text", { n: "text" }, { n: 2 ** 40 }, Symbol("a")]) {
        handler = isReplyStream(kind)
          ? async function* () {
              yield value;
            }
          : () => value;
        unexpected.length = 0;
        const { code } = await callOf(kind).then(
          () => assert.fail(`${inspect(value)} was taken`),
          (error: GrpcError) => error,
        );
        assert.match(code, /^(?:UNKNOWN|INTERNAL)$/, String(value));
        assert.equal(unexpected.length, 1, String(value));
      }
    });

    test("whose error hook throws fails its call all the same", async () => {
      onUnexpectedError = () => {
        throw new Error("in the hook");
      };
      handler = () => {
        throw new Error("in the handler");
      };
      await failsWith(callOf(kind), "UNKNOWN");
    });
  });
}

test("a handler that is an async function where replies are due fails its call, and fails later unheard", async () => {
  let fail: (error: unknown) => void = () => {};
  handler = () =>
    new Promise((_, reject) => {
      fail = reject;
    });
  await failsWith(callOf("bidi"), "UNKNOWN");
  fail(new Error("too late"));
});

describe("a handler that streams replies", () => {
  const notIterables = [
    undefined,
    null,
    5,
    {},
    { [Symbol.asyncIterator]: 1 },
    { [Symbol.asyncIterator]: () => 5 },
    Promise.resolve([]),
  ];
  test("and returns no iterable fails its call with UNKNOWN", async () => {
    for (const value of notIterables) {
      handler = () => value;
      await failsWith(callOf("serverStream"), "UNKNOWN");
      assert.equal(unexpected.length, 1);
      unexpected.length = 0;
    }
  });

  test("and gives results that are none fails its call with UNKNOWN", async () => {
    for (const result of [undefined, null, 5, Promise.resolve(5)]) {
      handler = () => ({ [Symbol.asyncIterator]: () => ({ next: () => result }) });
      await failsWith(callOf("serverStream"), "UNKNOWN");
      assert.equal(unexpected.length, 1);
      unexpected.length = 0;
    }
  });

  test("and throws behind its replies delivers those first", async () => {
    handler = async function* () {
      yield { n: 1 };
      yield { n: 2 };
      throw new Error("the end");
    };
    const call = client.serverStream({});
    assert.deepEqual([(await call.next()).value?.n, (await call.next()).value?.n], [1, 2]);
    await failsWith(call.next(), "UNKNOWN");
  });

  test("and throws when it is told to stop is not heard of", async () => {
    for (const isAsync of [true, false]) {
      let told: () => void = () => {};
      const stopped = new Promise<void>((resolve) => {
        told = resolve;
      });
      handler = () => ({
        [isAsync ? Symbol.asyncIterator : Symbol.iterator]: () => ({
          next: () => ({ done: false, value: { n: 1 } }),
          return() {
            told();
            throw new Error("in return");
          },
        }),
      });
      for await (const _ of client.serverStream({})) break;
      await stopped;
    }
    let cleaned: () => void = () => {};
    const finished = new Promise<void>((resolve) => {
      cleaned = resolve;
    });
    handler = async function* () {
      try {
        for (;;) yield { n: 1 };
      } finally {
        cleaned();
        // biome-ignore lint/correctness/noUnsafeFinally: that is what is tried
        throw new Error("in finally");
      }
    };
    for await (const _ of client.serverStream({})) break;
    await finished;
  });

  test("and goes on behind its end is not heard of", async () => {
    let calls: Promise<unknown> = Promise.resolve();
    handler = async function* (_: unknown, call) {
      yield { n: 1 };
      call.cancel();
      yield { n: 2 };
      calls = Promise.reject(new Error("never reached"));
    };
    const call = client.serverStream({});
    assert.equal((await call.next()).value?.n, 1);
    await failsWith(call.next(), "CANCELLED");
    await calls;
    assert.deepEqual(unexpected, []);
  });
});

describe("a handler that takes requests", () => {
  test("and leaves them answers early, and the client's iterable is told to stop", async () => {
    handler = async (requests: AsyncIterable<Ping>) => {
      for await (const { n } of requests) if (n === 2) break;
      return { n: 2 };
    };
    let isStopped = false;
    async function* numbers() {
      try {
        for (let n = 0; ; n++) yield { n };
      } finally {
        isStopped = true;
      }
    }
    assert.equal((await client.clientStream(numbers())).n, 2);
    await settle();
    assert.equal(isStopped, true);
  });

  test("may ask for them behind the end of its call, and is told that that is over", async () => {
    let late: Promise<unknown> = Promise.resolve();
    handler = async (requests: AsyncIterable<Ping>, call) => {
      const iterator = requests[Symbol.asyncIterator]();
      await iterator.next();
      call.cancel();
      late = iterator.next();
      late.catch(() => {});
      return { n: 1 };
    };
    await failsWith(client.clientStream([{ n: 1 }, { n: 2 }]), "CANCELLED");
    await failsWith(late, "CANCELLED");
  });

  test("may forget a promise of one without a word to the process", async () => {
    handler = async (requests: AsyncIterable<Ping>, call) => {
      void requests[Symbol.asyncIterator]().next();
      call.cancel();
      return { n: 1 };
    };
    await failsWith(client.clientStream().result(), "CANCELLED");
  });
});

describe("a call's context, kept behind its end,", () => {
  test("can be used in every way, to no effect but that a header which was sent cannot change", async () => {
    let kept: ServerCall | undefined;
    handler = (_: unknown, call) => {
      kept = call;
      return { n: 1 };
    };
    await client.unary({});
    await settle();
    kept?.sendHeader();
    kept?.cancel();
    kept?.trailer.set("a", "b");
    assert.throws(() => kept?.header.set("a", "b"), { code: "GANNET_ALREADY_SENT" });
    assert.equal(kept?.active, false);
    assert.equal(kept.timeRemainingMs(), undefined);
    assert.equal(typeof kept.signal.aborted, "boolean");
  });
});

describe("a caller", () => {
  before(() => {
    handler = () => ({ n: 1 });
  });

  test("whose iterable throws has its call fail with CANCELLED and the cause", async () => {
    handler = async (requests: AsyncIterable<Ping>) => {
      for await (const _ of requests);
      return { n: 1 };
    };
    const cause = new Error("no more");
    const iterables: (() => AsyncIterable<Ping> | Iterable<Ping>)[] = [
      // biome-ignore lint/correctness/useYield: it does not get to one
      async function* () {
        throw cause;
      },
      function* () {
        yield { n: 1 };
        throw cause;
      },
      () => ({
        [Symbol.asyncIterator]() {
          throw cause;
        },
      }),
      () => ({
        [Symbol.asyncIterator]: () => ({
          next() {
            throw cause;
          },
        }),
      }),
      () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(cause) }) }),
    ];
    for (const iterable of iterables) {
      const error = await failsWith(client.clientStream(iterable()), "CANCELLED", /no more/);
      assert.equal(error.cause, cause);
      await failsWith(client.bidi(iterable()).next(), "CANCELLED", /no more/);
    }
  });

  test("whose iterable throws what is no Error, or gives what is no result, has its call fail", async () => {
    handler = async (requests: AsyncIterable<Ping>) => {
      for await (const _ of requests);
      return { n: 1 };
    };
    for (const [, value] of thrown) {
      const next = async () => {
        throw value;
      };
      await failsWith(client.clientStream({ [Symbol.asyncIterator]: () => ({ next }) }), "CANCELLED");
    }
    for (const result of [undefined, null, 5]) {
      const next = () => result as unknown as Promise<IteratorResult<Ping>>;
      await failsWith(client.clientStream({ [Symbol.asyncIterator]: () => ({ next }) }), "CANCELLED");
    }
  });

  test("who sends what is no message is told so, by hand and by iterable", async () => {
    handler = async (requests: AsyncIterable<Ping>) => {
      let n = 0;
      for await (const request of requests) n += request.n;
      return { n };
    };
    for (const value of [{ n: "text" }, 5, null, undefined]) {
      // A unary call without a request has an empty one.
      if (value !== undefined) await failsWith(client.unary(value as never), "INTERNAL", /cannot be encoded/);
      await failsWith(client.clientStream([value as never]), "INTERNAL", /cannot be encoded/);
      const call = client.clientStream();
      await assert.rejects(call.send(value as never));
      await call.send({ n: 3 });
      call.end();
      assert.equal((await call.result()).n, 3);
    }
  });

  test("who sends behind the end learns it, and breaks nothing", async () => {
    handler = async (requests: AsyncIterable<Ping>) => {
      for await (const _ of requests);
      return { n: 1 };
    };
    const call = client.clientStream();
    call.end();
    call.end();
    assert.equal(await call.send({ n: 1 }), false);
    assert.equal((await call.result()).n, 1);
    assert.equal(await call.send({ n: 1 }), false);
    call.end();
    call.cancel();
    assert.equal((await call.result()).n, 1);
  });

  for (const kind of KINDS) {
    test(`of kind ${kind} whose signal was aborted before gets CANCELLED, and the server hears nothing`, async () => {
      let calls = 0;
      handler = () => {
        calls++;
        return {};
      };
      const cause = new Error("changed my mind");
      const signal = AbortSignal.abort(cause);
      const call = {
        unary: () => client.unary({}, { signal }),
        serverStream: () => client.serverStream({}, { signal }).next(),
        clientStream: () => client.clientStream([{ n: 1 }], { signal }),
        bidi: () => client.bidi([{ n: 1 }], { signal }).next(),
      }[kind];
      const error = await failsWith(call(), "CANCELLED", /changed my mind/);
      assert.equal(error.cause, cause);
      await settle();
      assert.equal(calls, 0);
    });

    test(`of kind ${kind} whose signal is aborted meanwhile gets CANCELLED, and so does the handler`, async () => {
      let aborted: Promise<unknown> | undefined;
      let entered: () => void = () => {};
      const running = new Promise<void>((resolve) => {
        entered = resolve;
      });
      const hang = async (call: ServerCall) => {
        const { signal } = call;
        aborted = new Promise((resolve) => signal.addEventListener("abort", () => resolve(signal.reason)));
        entered();
        return await aborted;
      };
      handler = isReplyStream(kind)
        ? async function* (_: unknown, call) {
            await hang(call);
            yield {};
          }
        : (_: unknown, call) => hang(call);
      const controller = new AbortController();
      const { signal } = controller;
      const start = {
        unary: () => client.unary({}, { signal }).then(),
        serverStream: () => client.serverStream({}, { signal }).next(),
        clientStream: () => client.clientStream({ signal }).result(),
        bidi: () => client.bidi({ signal }).next(),
      }[kind];
      const call: Promise<unknown> = Promise.resolve(start());
      call.catch(() => {});
      await running;
      controller.abort("enough");
      await failsWith(call, "CANCELLED", /enough/);
      assert.equal(((await aborted) as GrpcError).code, "CANCELLED");
    });
  }

  test("who sends metadata that is too large has its call fail, and no other", async () => {
    handler = async () => {
      await settle();
      return { n: 1 };
    };
    const other = client.unary({}).then(({ n }) => n);
    const metadata = { key: "v".repeat(100_000) };
    await failsWith(client.unary({}, { metadata }), "RESOURCE_EXHAUSTED", /metadata has more than the 16384 bytes/);
    await failsWith(client.serverStream({}, { metadata }).next(), "RESOURCE_EXHAUSTED");
    await failsWith(client.clientStream([{ n: 1 }], { metadata }), "RESOURCE_EXHAUSTED");
    await failsWith(client.bidi([{ n: 1 }], { metadata }).next(), "RESOURCE_EXHAUSTED");
    assert.equal(await other, 1);
  });

  test("who asks nothing of calls that fail has no unhandled rejection", async () => {
    handler = () => {
      throw new GrpcError("ABORTED", "nobody listens");
    };
    void client.unary({});
    client.serverStream({});
    void client.clientStream([]);
    client.bidi([]);
    const call = client.clientStream();
    void call.header;
    void call.trailer;
    await call.send({ n: 1 });
    await settle();
    await call.result().catch(() => {});
  });
});
