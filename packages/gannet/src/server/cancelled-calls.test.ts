import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { collect, fails } from "../client/testdata/call-outcomes.ts";
import { GrpcError, type ServerCall } from "../core/index.ts";
import { VirtualClock } from "../testing/index.ts";
import { never, type PartialHandlers, points, ServerPair, turns, withPair } from "./testdata/server-pair.ts";

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
      await fails(collect(chat), "CANCELLED");
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
      await fails(client.getFeature({}), "CANCELLED");
      await fails(client.recordRoute(points), "CANCELLED");
      await fails(collect(client.listFeatures({})), "CANCELLED");
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
      await fails(call, "UNAVAILABLE", /bye/);
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
    const pair = new ServerPair(handlers, { clock });
    const call = pair.client.getFeature({}, { timeoutMs: 5000 });
    const failed = fails(call, "DEADLINE_EXCEEDED");
    await clock.advance(4900);
    assert.deepEqual(seen, [50]);
    await clock.advance(150);
    await failed;
    assert.deepEqual(seen, [50, "DEADLINE_EXCEEDED"]);
    assert.equal(pair.http2.streamCount, 0);
  });

  test("leave nothing behind when the call ends before them", async () => {
    const clock = new VirtualClock();
    const pair = new ServerPair({ getFeature: () => ({}), routeChat: (requests) => requests }, { clock });
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
    const pair = new ServerPair(handlers, { clock });
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
