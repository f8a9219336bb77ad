import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { collect, fails } from "../client/testdata/call-outcomes.ts";
import {
  type CallOptions,
  type CallOutcome,
  type Code,
  GrpcError,
  type ServerCall,
  type ServerInterceptor,
} from "../core/index.ts";
import { VirtualClock } from "../testing/index.ts";
import {
  answering,
  type RouteClient,
  type RouteHandlers,
  recorder,
  type Setup,
  turn,
  withServer,
} from "./testdata/route-handlers.ts";

interface Kind {
  readonly hasOneReply: boolean;
  /** How many replies the handlers of `answering` give. */
  readonly replies: number;
  call(client: RouteClient, options?: CallOptions): Promise<unknown[]>;
}

const KINDS: Readonly<Record<string, Kind>> = {
  unary: {
    hasOneReply: true,
    replies: 1,
    call: async (client, options) => [await client.getFeature({ latitude: 1 }, options)],
  },
  "server streaming": {
    hasOneReply: false,
    replies: 2,
    call: (client, options) => collect(client.listFeatures({}, options)),
  },
  "client streaming": {
    hasOneReply: true,
    replies: 1,
    call: async (client, options) => [await client.recordRoute([{ latitude: 1 }], options)],
  },
  "bidi streaming": {
    hasOneReply: false,
    replies: 1,
    call: (client, options) => collect(client.routeChat([{ message: "a" }], options)),
  },
};

/** Handlers that do this instead of answering, also where their replies stream. */
function doing(act: (call: ServerCall) => Promise<never>): RouteHandlers {
  return {
    getFeature: (_, call) => act(call),
    async *listFeatures(_, call) {
      yield await act(call);
    },
    recordRoute: (_, call) => act(call),
    async *routeChat(_, call) {
      yield await act(call);
    },
  };
}

function failing(make: () => unknown): RouteHandlers {
  return doing(async () => {
    throw make();
  });
}

function mapped(cause: unknown): GrpcError {
  return new GrpcError("NOT_FOUND", "mapped", { cause });
}

for (const [name, kind] of Object.entries(KINDS)) {
  describe(`interceptors around a handler of the kind ${name}`, () => {
    test("see it end when all its replies have gone, and then the call", async () => {
      const log: unknown[] = [];
      let outcome: CallOutcome | undefined;
      const last: ServerInterceptor = async (call, next) => {
        call.onEnd((end) => {
          outcome = end;
        });
        call.trailer.set("served-by", "b");
        await next();
      };
      await withServer([recorder("outer", log), recorder("inner", log), last], answering(), async ({ client }) => {
        assert.equal((await kind.call(client)).length, kind.replies);
      });
      const responses = Array.from({ length: kind.replies }, () => ["inner response", "outer response"]).flat();
      assert.deepEqual(log, [
        "outer before",
        "inner before",
        "outer request",
        "inner request",
        ...responses,
        "inner after",
        "outer after",
        "outer OK",
        "inner OK",
      ]);
      assert.equal(outcome?.error, undefined);
      assert.equal(outcome?.trailer.get("served-by"), "b");
      assert.ok((outcome?.durationMs ?? -1) >= 0);
    });

    test("see what the handler threw, whatever it is, and map it", async () => {
      const seen: unknown[] = [];
      const map: ServerInterceptor = async (call, next) => {
        call.onEnd(({ code, error }) => seen.push(code, error?.reason));
        await next().catch((error) => {
          seen.push(error instanceof RangeError);
          throw mapped(error);
        });
      };
      const handlers = failing(() => new RangeError("no such key"));
      await withServer([map], handlers, async ({ client, unexpected }) => {
        await fails(kind.call(client), "NOT_FOUND", /mapped/);
        await turn();
        assert.deepEqual(seen, [true, "NOT_FOUND", "mapped"]);
        assert.deepEqual(unexpected, []);
      });
    });

    test("do not make a success of a failure by keeping silent, nor hide it from onUnexpectedError", async () => {
      const silent: ServerInterceptor = async (_, next) => next().catch(() => {});
      const handlers = failing(() => new RangeError("a secret"));
      await withServer([silent], handlers, async ({ client, unexpected }) => {
        const error = await fails(kind.call(client), "UNKNOWN");
        assert.doesNotMatch(error.message, /secret/);
        assert.equal(unexpected.length, 1);
        assert.ok(unexpected[0] instanceof RangeError);
      });
    });

    test("do not end the call by not waiting for it", async () => {
      await withServer([async (_, next) => void next()], answering(), async ({ client }) => {
        assert.equal((await kind.call(client)).length, kind.replies);
      });
    });

    test("keep the handler from running by what they throw before next()", async () => {
      for (const [thrown, code] of [
        [new GrpcError("UNAUTHENTICATED", "who are you?"), "UNAUTHENTICATED"],
        [new RangeError("a secret"), "UNKNOWN"],
      ] as const) {
        const ran: unknown[] = [];
        const refuse: ServerInterceptor = () => {
          throw thrown;
        };
        await withServer([refuse], answering(ran), async ({ client, unexpected }) => {
          const error = await fails(kind.call(client), code);
          assert.doesNotMatch(error.message, /secret/);
          assert.deepEqual(unexpected, code === "UNKNOWN" ? [thrown] : []);
          assert.deepEqual(ran, []);
        });
      }
    });

    test("fail the call by what they throw behind next()", async () => {
      const outcomes: Code[] = [];
      const late: ServerInterceptor = async (call, next) => {
        call.onEnd(({ code }) => outcomes.push(code));
        await next();
        throw new GrpcError("DATA_LOSS", "it cannot be kept");
      };
      await withServer([late], answering(), async ({ client }) => {
        await fails(kind.call(client), "DATA_LOSS", /it cannot be kept/);
        await turn();
      });
      assert.deepEqual(outcomes, ["DATA_LOSS"]);
    });

    test("fail it at once by what they throw while the handler runs, which is told", async () => {
      const told: unknown[] = [];
      const hasty: ServerInterceptor = async (_, next) => {
        void next();
        await turn();
        throw new GrpcError("RESOURCE_EXHAUSTED", "that is enough");
      };
      const handlers = doing(async (call) => {
        await new Promise((resolve) => call.signal.addEventListener("abort", resolve));
        told.push(call.active);
        throw new RangeError("never mind");
      });
      await withServer([hasty], handlers, async ({ client, unexpected, server }) => {
        await fails(kind.call(client), "RESOURCE_EXHAUSTED");
        await turn();
        assert.deepEqual([told, unexpected, server.stats().calls.running], [[false], [], 0]);
      });
    });

    test("fail the call where they neither go on nor answer", async () => {
      await withServer([async () => {}], answering(), async ({ client }) => {
        await fails(kind.call(client), "INTERNAL", /neither called next\(\) nor answered/);
      });
    });

    test("learn that next() is for once", async () => {
      const twice: ServerInterceptor = async (_, next) => {
        await next();
        await next();
      };
      await withServer([twice], answering(), async ({ client, unexpected }) => {
        await fails(kind.call(client), "UNKNOWN");
        assert.equal((unexpected[0] as { readonly code?: string }).code, "GANNET_NEXT_TWICE");
      });
    });

    test("hear that the client has left once the handler is done", async () => {
      const log: unknown[] = [];
      let started: () => void = () => {};
      const isStarted = new Promise<void>((resolve) => {
        started = resolve;
      });
      const handlers = doing(async (call) => {
        const gone = new Promise((resolve) => call.signal.addEventListener("abort", resolve));
        started();
        await gone;
        log.push("handler");
        throw new Error("never mind");
      });
      await withServer([recorder("only", log)], handlers, async ({ client, unexpected }) => {
        const controller = new AbortController();
        const failed = fails(kind.call(client, { signal: controller.signal }), "CANCELLED");
        await isStarted;
        controller.abort();
        await failed;
        await turn();
        assert.deepEqual(
          log.filter((entry) => entry !== "only request"),
          ["only before", "handler", "only after", "only CANCELLED"],
        );
        assert.deepEqual(unexpected, []);
      });
    });

    test("hear that the time is over, though the handler does not", async () => {
      const log: unknown[] = [];
      const deaf: ServerInterceptor = async (call, next) => {
        await fails(next(), "DEADLINE_EXCEEDED");
        log.push(call.active, call.timeRemainingMs());
        throw new GrpcError("INTERNAL", "too late to map");
      };
      const handlers = doing(async (call) => {
        await new Promise((resolve) => call.signal.addEventListener("abort", resolve));
        return {} as never;
      });
      const clock = new VirtualClock();
      const test = async ({ client }: Setup): Promise<void> => {
        const failed = fails(kind.call(client, { timeoutMs: 20_000 }), "DEADLINE_EXCEEDED");
        while (log.length === 0) await turn();
        await clock.advance(20_000);
        await failed;
        assert.deepEqual(log.slice(-4), [false, 0, "outer after", "outer DEADLINE_EXCEEDED"]);
      };
      await withServer([recorder("outer", log), deaf], handlers, test, { clock });
    });

    test("fail the call by what their hooks throw", async () => {
      for (const side of ["onRequest", "onResponse"] as const) {
        const breaking: ServerInterceptor = async (call, next) => {
          call[side](() => {
            throw new RangeError("a secret");
          });
          await next();
        };
        const handlers = answering();
        await withServer([breaking], handlers, async ({ client, unexpected }) => {
          await fails(kind.call(client), "UNKNOWN");
          assert.equal(unexpected.length, 1);
        });
      }
    });

    test("tell onUnexpectedError of an onEnd hook that throws, and nobody else", async () => {
      const breaking: ServerInterceptor = async (call, next) => {
        call.onEnd(() => {
          throw new RangeError("no disk");
        });
        await next();
      };
      await withServer([breaking], answering(), async ({ client, unexpected }) => {
        assert.equal((await kind.call(client)).length, kind.replies);
        await turn();
        assert.ok(unexpected[0] instanceof RangeError);
      });
    });

    test("share metadata, header and trailer with the handler", async () => {
      const ran: unknown[] = [];
      const share: ServerInterceptor = async (call, next) => {
        assert.equal(call.side, "server");
        assert.equal(call.peer.address, "in-memory");
        assert.match(call.path, /^\/routeguide.RouteGuide\/\w+$/);
        call.metadata.set("user", "ann");
        call.header.set("seen-by", "a");
        await next();
      };
      await withServer([share], answering(ran), async ({ client }) => {
        await kind.call(client, { metadata: { user: "nobody" } });
        const [call] = ran as ServerCall[];
        assert.equal(call?.metadata.get("user"), "ann");
      });
    });

    if (kind.hasOneReply) {
      test("answer it without the handler, or in place of what that has done", async () => {
        const ran: unknown[] = [];
        await withServer([async (call) => call.reply({})], answering(ran), async ({ client }) => {
          assert.equal((await kind.call(client)).length, 1);
          assert.deepEqual(ran, []);
        });
        for (const handlers of [answering(), failing(() => new RangeError("a secret"))]) {
          const spare: ServerInterceptor = async (call, next) => {
            await next().catch(() => {});
            call.reply(call.method.name === "GetFeature" ? { name: "spare" } : { pointCount: 77 });
          };
          await withServer([spare], handlers, async ({ client, unexpected }) => {
            assert.match(inspect(await kind.call(client)), /spare|77/);
            assert.deepEqual(unexpected, []);
          });
        }
      });

      test("answer it while the handler still runs, which is told", async () => {
        let isTold = false;
        const quick: ServerInterceptor = async (call, next) => {
          void next();
          await turn();
          call.reply({});
        };
        const handlers = doing(async (call) => {
          await new Promise((resolve) => call.signal.addEventListener("abort", resolve));
          isTold = true;
          throw new Error("never mind");
        });
        await withServer([quick], handlers, async ({ client, unexpected }) => {
          assert.equal((await kind.call(client)).length, 1);
          await turn();
          assert.deepEqual([isTold, unexpected], [true, []]);
        });
      });
    } else {
      test("cannot give one reply where replies stream", async () => {
        await withServer([async (call) => call.reply({})], answering(), async ({ client, unexpected }) => {
          await fails(kind.call(client), "UNKNOWN");
          assert.equal((unexpected[0] as { readonly code?: string }).code, "GANNET_REPLY_STREAMED");
        });
      });
    }
  });
}
