import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create, isMessage } from "@bufbuild/protobuf";
import { type CallOptions, type CallOutcome, type ClientInterceptor, type Code, GrpcError } from "../core/index.ts";
import { VirtualClock } from "../testing/index.ts";
import type { Client } from "./client.ts";
import { createClient } from "./create-client.ts";
import { FeatureSchema, PointSchema, RouteGuide } from "./testdata/route_guide_pb.ts";
import { type ScriptedCall, ScriptedTransport } from "./testdata/scripted-transport.ts";
import { unhandledRejections } from "./testdata/unhandled-rejections.ts";

type RouteClient = Client<typeof RouteGuide>;

interface Kind {
  readonly hasOneReply: boolean;
  readonly replies: readonly object[];
  /** Another reply. */
  readonly spare: object;
  /** Calls, and gives all replies. */
  call(client: RouteClient, options?: CallOptions): Promise<unknown[]>;
}

const KINDS: Readonly<Record<string, Kind>> = {
  unary: {
    hasOneReply: true,
    replies: [create(FeatureSchema, { name: "oak" })],
    spare: { name: "yew" },
    call: async (client, options) => [await client.getFeature({ latitude: 1 }, options)],
  },
  "server streaming": {
    hasOneReply: false,
    replies: [{ name: "oak" }, { name: "elm" }],
    spare: { name: "yew" },
    call: (client, options) => collect(client.listFeatures({}, options)),
  },
  "client streaming": {
    hasOneReply: true,
    replies: [{ pointCount: 1 }],
    spare: { pointCount: 7 },
    call: async (client, options) => [await client.recordRoute([{ latitude: 1 }], options)],
  },
  "bidi streaming": {
    hasOneReply: false,
    replies: [{ message: "a" }, { message: "b" }],
    spare: { message: "c" },
    call: (client, options) => collect(client.routeChat([{ message: "a" }], options)),
  },
};

async function collect<T>(replies: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const reply of replies) all.push(reply);
  return all;
}

async function fails(call: Promise<unknown>, code: Code, said = /./): Promise<GrpcError> {
  try {
    await call;
  } catch (error) {
    assert.ok(GrpcError.is(error), String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, said);
    return error;
  }
  assert.fail(`it did not fail with ${code}`);
}

function clientWith(
  script: (call: ScriptedCall) => void,
  ...interceptors: ClientInterceptor[]
): { readonly client: RouteClient; readonly transport: ScriptedTransport } {
  const transport = new ScriptedTransport(script);
  return { client: createClient(RouteGuide, transport, { interceptors }), transport };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function down(): GrpcError {
  return new GrpcError("UNAVAILABLE", "connection lost");
}

function mapped(cause: unknown): GrpcError {
  return new GrpcError("ABORTED", "mapped", { cause });
}

/** Notes what an interceptor that does nothing else goes through. */
function recorder(name: string, log: unknown[]): ClientInterceptor {
  return async (call, next) => {
    call.onRequest(() => void log.push(`${name} request`));
    call.onResponse(() => void log.push(`${name} response`));
    call.onEnd(({ code }) => log.push(`${name} ${code}`));
    log.push(`${name} before`);
    try {
      await next();
    } finally {
      log.push(`${name} after`);
    }
  };
}

for (const [name, kind] of Object.entries(KINDS)) {
  describe(`interceptors around a call of the kind ${name}`, () => {
    test("see it end when all its replies have been taken", async () => {
      const log: unknown[] = [];
      let outcome: CallOutcome | undefined;
      const { client } = clientWith(
        (call) =>
          call
            .header()
            .reply(...kind.replies)
            .end(undefined, { "served-by": "b" }),
        recorder("outer", log),
        recorder("inner", log),
        async (call, next) => {
          call.onEnd((end) => {
            outcome = end;
          });
          await next();
        },
      );
      assert.equal((await kind.call(client)).length, kind.replies.length);
      const responses = kind.replies.flatMap(() => ["inner response", "outer response"]);
      assert.deepEqual(
        log.filter((entry) => !String(entry).endsWith("request")),
        ["outer before", "inner before", ...responses, "inner after", "outer after", "outer OK", "inner OK"],
      );
      assert.deepEqual(
        log.filter((entry) => String(entry).endsWith("request")),
        ["outer request", "inner request"],
      );
      assert.equal(outcome?.error, undefined);
      assert.equal(outcome?.trailer.get("served-by"), "b");
      assert.ok((outcome?.durationMs ?? -1) >= 0);
    });

    test("see it fail, and map the error", async () => {
      const seen: unknown[] = [];
      const { client } = clientWith(
        (call) => call.end(down()),
        async (call, next) => {
          call.onEnd(({ code }) => seen.push(code));
          await next();
        },
        async (_, next) => {
          try {
            await next();
          } catch (error) {
            seen.push((error as GrpcError).code);
            throw mapped(error);
          }
        },
      );
      await fails(kind.call(client), "ABORTED", /mapped/);
      assert.deepEqual(seen, ["UNAVAILABLE", "ABORTED"]);
    });

    test("do not make a success of a failure by keeping silent", async () => {
      const { client } = clientWith(
        (call) => call.end(down()),
        async (_, next) => {
          await next().catch(() => {});
        },
      );
      await fails(kind.call(client), "UNAVAILABLE", /connection lost/);
    });

    test("do not end it by not waiting for it", async () => {
      const { client, transport } = clientWith(
        () => {},
        async (_, next) => void next(),
      );
      const call = kind.call(client);
      await turn();
      transport.call.reply(...kind.replies).end();
      assert.equal((await call).length, kind.replies.length);
    });

    test("see it cancelled by the caller, before and behind next()", async () => {
      for (const goesOn of [false, true]) {
        const controller = new AbortController();
        const seen: unknown[] = [];
        const { client, transport } = clientWith(
          () => {},
          async (call, next) => {
            call.onEnd(({ code }) => seen.push(code));
            call.signal.addEventListener("abort", () => seen.push("aborted"));
            if (!goesOn) await new Promise<void>(() => {});
            await next();
          },
        );
        const failed = fails(kind.call(client, { signal: controller.signal }), "CANCELLED", /enough/);
        await turn();
        assert.equal(transport.calls.length, goesOn ? 1 : 0);
        controller.abort(new Error("enough"));
        await failed;
        assert.deepEqual(seen, ["aborted", "CANCELLED"]);
        if (goesOn) assert.equal(transport.call.cancelled?.code, "CANCELLED");
      }
    });

    test("get no more time than the call has", async () => {
      const seen: unknown[] = [];
      const clock = new VirtualClock();
      const transport = Object.assign(new ScriptedTransport(), { clock });
      const interceptors: ClientInterceptor[] = [
        async (call, next) => {
          seen.push(call.timeRemainingMs());
          await new Promise((resolve) => call.signal.addEventListener("abort", resolve));
          await fails(next(), "DEADLINE_EXCEEDED");
          seen.push("told");
        },
      ];
      const client = createClient(RouteGuide, transport, { interceptors });
      const failed = fails(kind.call(client, { timeoutMs: 5_000 }), "DEADLINE_EXCEEDED", /interceptor/);
      await clock.advance(5_000);
      await failed;
      assert.deepEqual(seen, [5_000, "told"]);
      assert.equal(transport.calls.length, 0);
    });

    test("have until the deadline behind next() too", async () => {
      const clock = new VirtualClock();
      const transport = Object.assign(new ScriptedTransport((call) => call.reply(...kind.replies).end()), { clock });
      const interceptors: ClientInterceptor[] = [
        async (_, next) => {
          await next();
          await new Promise(() => {});
        },
      ];
      const client = createClient(RouteGuide, transport, { interceptors });
      const failed = fails(kind.call(client, { timeoutMs: 5_000 }), "DEADLINE_EXCEEDED", /interceptor/);
      await turn();
      await clock.advance(5_000);
      await failed;
    });

    test("fail it with what they throw before next(), and nothing is sent", async () => {
      const found = await unhandledRejections(async () => {
        const mine = new GrpcError("PERMISSION_DENIED", "no token");
        const { client, transport } = clientWith(
          () => {},
          async () => {
            throw mine;
          },
        );
        assert.equal(await fails(kind.call(client), "PERMISSION_DENIED"), mine);
        const foreign = clientWith(
          () => {},
          () => {
            throw new RangeError("no such key");
          },
        );
        const error = await fails(kind.call(foreign.client), "UNKNOWN", /an interceptor failed: no such key/);
        assert.ok(error.cause instanceof RangeError);
        assert.equal(transport.calls.length + foreign.transport.calls.length, 0);
      });
      assert.deepEqual(found, []);
    });

    test("fail it with what they throw behind next()", async () => {
      const { client } = clientWith(
        (call) => call.reply(...kind.replies).end(),
        async (_, next) => {
          await next();
          throw new GrpcError("DATA_LOSS", "the signature is wrong");
        },
      );
      await fails(kind.call(client), "DATA_LOSS");
    });

    test("end it on the wire when they throw while it is under way", async () => {
      const { client, transport } = clientWith(
        () => {},
        async (_, next) => {
          void next();
          throw new GrpcError("ABORTED", "changed my mind");
        },
      );
      await fails(kind.call(client), "ABORTED");
      assert.equal(transport.call.cancelled?.code, "ABORTED");
    });

    test("fail it where they neither go on nor answer", async () => {
      const { client, transport } = clientWith(
        () => {},
        async () => {},
      );
      await fails(kind.call(client), "INTERNAL", /neither called next\(\) nor answered/);
      assert.equal(transport.calls.length, 0);
    });

    test("learn that next() is for once", async () => {
      const { client } = clientWith(
        (call) => call.reply(...kind.replies).end(),
        async (_, next) => {
          await next();
          await next();
        },
      );
      const error = await fails(kind.call(client), "UNKNOWN", /called next\(\) twice/);
      assert.equal((error.cause as { readonly code?: string }).code, "GANNET_NEXT_TWICE");
    });

    test("change the metadata that is sent, not that of the caller", async () => {
      const metadata = { tenant: "a" };
      const { client, transport } = clientWith(
        (call) => call.reply(...kind.replies).end(),
        async (call, next) => {
          await turn();
          call.metadata.set("authorization", `Bearer ${call.metadata.get("tenant")}`);
          await next();
        },
      );
      await kind.call(client, { metadata });
      assert.equal(transport.call.init.metadata?.get("authorization"), "Bearer a");
      assert.deepEqual(metadata, { tenant: "a" });
    });

    test("fail it with what their hooks throw", async () => {
      for (const side of ["onRequest", "onResponse"] as const) {
        const { client, transport } = clientWith(
          (call) => queueMicrotask(() => call.reply(...kind.replies).end()),
          async (call, next) => {
            call[side](() => {
              throw new RangeError("unreadable");
            });
            await next();
          },
        );
        await fails(kind.call(client), "UNKNOWN", /unreadable/);
        if (side === "onRequest") assert.deepEqual(transport.call.sent, []);
      }
    });

    test("change nothing by what an onEnd hook throws", async () => {
      const { client } = clientWith(
        (call) => call.reply(...kind.replies).end(),
        async (call, next) => {
          call.onEnd(() => {
            throw new Error("no disk");
          });
          await next();
        },
      );
      assert.equal((await kind.call(client)).length, kind.replies.length);
    });

    if (kind.hasOneReply) {
      test("answer it without going on", async () => {
        const { client, transport } = clientWith(
          () => {},
          async (call) => call.reply({}),
        );
        const [reply] = await kind.call(client);
        assert.ok(isMessage(reply));
        assert.equal(transport.calls.length, 0);
      });

      test("answer it where it failed, or in place of another reply", async () => {
        for (const end of [down(), undefined]) {
          const { client } = clientWith(
            (call) => {
              if (end === undefined) call.reply(...kind.replies).end();
              else call.end(end);
            },
            async (call, next) => {
              await next().catch(() => {});
              call.reply(kind.spare);
            },
          );
          const [reply] = await kind.call(client);
          assert.ok(isMessage(reply));
          assert.deepEqual({ ...reply, ...kind.spare }, { ...reply });
        }
      });

      test("have their answer void where one further out fails", async () => {
        const { client } = clientWith(
          () => {},
          async (_, next) => {
            await next().catch(() => {});
          },
          async (_, next) => {
            await next();
            throw new GrpcError("PERMISSION_DENIED", "after all");
          },
          async (call) => call.reply({}),
        );
        await fails(kind.call(client), "PERMISSION_DENIED");
      });
    } else {
      test("cannot give one reply where replies stream", async () => {
        const { client } = clientWith(
          () => {},
          async (call) => call.reply({}),
        );
        const error = await fails(kind.call(client), "UNKNOWN", /reply\(\) is for calls with one reply/);
        assert.equal((error.cause as { readonly code?: string }).code, "GANNET_REPLY_STREAMED");
      });
    }
  });
}

test("a message is complete for hooks, and is what the last of them returned", async () => {
  const seen: object[] = [];
  const { client, transport } = clientWith(
    (call) => queueMicrotask(() => call.reply(create(FeatureSchema, { name: "oak" })).end()),
    async (call, next) => {
      assert.ok(isMessage(call.request, PointSchema));
      call.onRequest((message) => {
        seen.push(message);
        assert.ok(isMessage(message, PointSchema));
        return { ...message, longitude: 2 };
      });
      call.onRequest((message) => void seen.push(message));
      call.onResponse((message) => (isMessage(message, FeatureSchema) ? { name: `${message.name}!` } : undefined));
      await next();
    },
  );
  const reply = await client.getFeature({ latitude: 1 });
  assert.equal(reply.name, "oak!");
  assert.ok(isMessage(reply, FeatureSchema));
  assert.deepEqual(seen, [create(PointSchema, { latitude: 1 }), create(PointSchema, { latitude: 1, longitude: 2 })]);
  assert.deepEqual(transport.call.sent, [create(PointSchema, { latitude: 1, longitude: 2 })]);
});

test("an interceptor knows the call, its header and its server", async () => {
  const { client } = clientWith(
    (call) => call.header({ place: "a" }).reply({}).end(),
    async (call, next) => {
      assert.equal(call.side, "client");
      assert.equal(call.method, RouteGuide.method.getFeature);
      assert.equal(call.path, "/routeguide.RouteGuide/GetFeature");
      assert.deepEqual([call.header, call.peer, call.timeRemainingMs()], [undefined, undefined, undefined]);
      await next();
      assert.equal(call.header?.get("place"), "a");
      assert.equal(call.peer, "203.0.113.1:50051");
    },
  );
  const call = client.getFeature({});
  await call;
  assert.equal((await call.header).get("place"), "a");
  assert.equal(call.peer, "203.0.113.1:50051");
});

test("interceptors of the client run outside of those of its channel", async () => {
  const log: unknown[] = [];
  const transport = Object.assign(new ScriptedTransport((call) => call.reply({}).end()), {
    interceptors: [recorder("channel", log)],
  });
  await createClient(RouteGuide, transport).getFeature({});
  assert.equal(log[0], "channel before");
  log.length = 0;
  await createClient(RouteGuide, transport, { interceptors: [recorder("client", log)] }).getFeature({});
  assert.deepEqual(log.slice(0, 2), ["client before", "channel before"]);
});

test("requests that stream wait for the interceptors, and for room on the wire", async () => {
  let goOn: () => void = () => {};
  const { client, transport } = clientWith(
    (call) => {
      call.hasRoom = false;
    },
    async (_, next) => {
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
      await next();
    },
  );
  const asked: number[] = [];
  function* points(): Generator<{ latitude: number }> {
    for (let latitude = 0; ; latitude++) {
      asked.push(latitude);
      yield { latitude };
    }
  }
  const call = client.recordRoute(points());
  await turn();
  assert.deepEqual([asked, transport.calls.length], [[0], 0]);
  goOn();
  await turn();
  assert.deepEqual([asked, transport.call.sent.length], [[0], 1]);
  transport.call.drain();
  assert.ok(asked.length > 1);
  transport.call.reply({ pointCount: 1 }).end();
  assert.equal((await call).pointCount, 1);
});

test("requests sent by hand wait for the interceptors, and one that cannot be encoded fails the call", async () => {
  const { client, transport } = clientWith(
    () => {},
    async (_, next) => {
      await turn();
      await next();
    },
  );
  const call = client.recordRoute();
  const sent = call.send({ latitude: 1 });
  call.end();
  assert.equal(await sent, true);
  assert.deepEqual([transport.call.sent, transport.call.isSendEnded], [[{ latitude: 1 }], true]);
  transport.call.reply({ pointCount: 1 }).end();
  assert.equal((await call.result()).pointCount, 1);

  const other = client.recordRoute();
  const unsent = other.send({ unencodable: true } as object);
  await fails(other.result(), "INTERNAL", /cannot be encoded/);
  assert.equal(await unsent, false);
});

test("replies come no faster than they are taken", async () => {
  const { client, transport } = clientWith(
    (call) => call.reply(...Array.from({ length: 100 }, (_, index) => ({ name: String(index) }))).end(),
    recorder("only", []),
  );
  const replies = client.listFeatures({});
  await turn();
  assert.equal(transport.call.asked, 16);
  assert.equal((await collect(replies)).length, 100);
});

test("leaving the loop cancels the call, which its interceptors see", async () => {
  const log: unknown[] = [];
  const { client, transport } = clientWith((call) => call.reply({ name: "a" }, { name: "b" }), recorder("only", log));
  for await (const _ of client.listFeatures({})) break;
  assert.equal(transport.call.cancelled?.code, "CANCELLED");
  await turn();
  assert.deepEqual(log.slice(-2), ["only after", "only CANCELLED"]);
});

test("a server that sends two replies, or none, where one is due fails the call for interceptors too", async () => {
  for (const count of [0, 2]) {
    const log: unknown[] = [];
    const { client } = clientWith(
      (call) => call.reply(...Array.from({ length: count }, () => ({}))).end(),
      recorder("only", log),
    );
    await fails(client.getFeature({}).finally(), "UNIMPLEMENTED");
    assert.equal(log.at(-1), "only UNIMPLEMENTED");
  }
});

test("a failed call with interceptors that nobody asks about is no unhandled rejection", async () => {
  const found = await unhandledRejections(async () => {
    const { client } = clientWith(
      (call) => call.end(down()),
      async (_, next) => void next(),
      async (_, next) => next(),
    );
    void client.getFeature({});
    client.listFeatures({});
    void client.recordRoute([]);
    client.routeChat();
    await turn();
  });
  assert.deepEqual(found, []);
});

test("interceptors that are none, and options that are none, are refused", () => {
  const transport = new ScriptedTransport();
  assert.throws(() => createClient(RouteGuide, transport, { interceptors: [{}] as never }), {
    code: "GANNET_INVALID_OPTION",
    message: /array of functions/,
  });
  assert.throws(() => createClient(RouteGuide, transport, { interceptor: [] } as object), {
    code: "GANNET_UNKNOWN_OPTION",
    message: /did you mean interceptors/,
  });
});
