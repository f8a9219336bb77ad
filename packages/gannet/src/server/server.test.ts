import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { collect, fails } from "../client/testdata/call-outcomes.ts";
import { FeatureSchema } from "../client/testdata/route_guide_pb.ts";
import { GrpcError } from "../core/index.ts";
import { type PartialHandlers, points, ServerPair, turn, turns, withPair } from "./testdata/server-pair.ts";

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
        const error = await fails(call, "NOT_FOUND", /^NOT_FOUND: nö$/);
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
      await fails(collect(client.listFeatures({})), "UNKNOWN");
      await fails(client.getFeature({}), "UNKNOWN");
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
      for (const call of calls) assert.ok(!(await fails(call, "UNKNOWN")).message.includes("password"));
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
        await fails(client.getFeature({}), "UNKNOWN");
        await fails(client.getFeature({}), "UNKNOWN");
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
        await fails(call, "UNKNOWN");
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
        await fails(reading, "ABORTED");
        assert.deepEqual(seen, ["a"]);
      },
    ));

  test("of methods that are not there say so", () =>
    withPair({}, async ({ client }) => {
      await fails(
        client.getFeature({}),
        "UNIMPLEMENTED",
        /service routeguide\.RouteGuide has no handler for GetFeature/,
      );
    }));

  test("of messages over the limit come before they are read", () =>
    withPair(
      { getFeature: () => ({}), recordRoute: async (requests) => ({ pointCount: (await collect(requests)).length }) },
      async ({ client, http2 }) => {
        await fails(collect(client.routeChat([{ message: "x".repeat(101) }])), "UNIMPLEMENTED");
        const pair = new ServerPair({ routeChat: (requests) => requests }, { maxReceiveBytes: 100 });
        await fails(
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
