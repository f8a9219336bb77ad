import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create, isMessage } from "@bufbuild/protobuf";
import { type CallOptions, type CallOutcome, type ClientInterceptor, GrpcError } from "../core/index.ts";
import { VirtualClock } from "../testing/index.ts";
import { createClient } from "./create-client.ts";
import { collect, fails } from "./testdata/call-outcomes.ts";
import { clientWith, down, type RouteClient, recorder, turn } from "./testdata/intercepted-client.ts";
import { FeatureSchema, RouteGuide } from "./testdata/route_guide_pb.ts";
import { ScriptedTransport } from "./testdata/scripted-transport.ts";
import { unhandledRejections } from "./testdata/unhandled-rejections.ts";

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

function mapped(cause: unknown): GrpcError {
  return new GrpcError("ABORTED", "mapped", { cause });
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
