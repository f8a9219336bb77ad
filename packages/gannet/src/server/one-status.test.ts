import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RouteGuide } from "../client/testdata/route_guide_pb.ts";
import { unhandledRejections } from "../client/testdata/unhandled-rejections.ts";
import { GrpcError, type ServerCall, type ServerInterceptor } from "../core/index.ts";
import { frames, Http2Peer } from "../testing/index.ts";
import { createServer, type Handlers } from "./index.ts";

/** What a handler may do to its call, in any order and as often as it likes. */
const ACTS = {
  "send the header": (call) => call.sendHeader(),
  "set header and trailer": (call) => {
    call.header.set("a", "1");
    call.trailer.set("b", "2");
  },
  cancel: (call) => call.cancel(),
  wait: () => new Promise<void>((resolve) => setImmediate(resolve)),
  "ask for the signal": (call) => void call.signal,
  "throw a GrpcError": () => {
    throw new GrpcError("ABORTED", "as asked", { trailer: { c: "3" } });
  },
  throw: () => {
    throw new RangeError("a secret");
  },
} as const satisfies Record<string, (call: ServerCall) => void | Promise<void>>;

type Act = keyof typeof ACTS;
const act = fc.constantFrom(...(Object.keys(ACTS) as Act[]));

/** What an interceptor may do around it. */
const AROUND = {
  "go on": (_, next) => next(),
  "go on and keep silent": async (_, next) => next().catch(() => {}),
  "go on without waiting": async (_, next) => void next(),
  "go on, wait for a turn, and throw": async (_, next) => {
    void next();
    await ACTS.wait();
    throw new GrpcError("DATA_LOSS", "as asked");
  },
  "go on twice": async (_, next) => {
    await next();
    await next();
  },
  "cancel, and go on": async (call, next) => {
    call.cancel();
    await next();
  },
  "go on, and cancel": async (call, next) => {
    await next().finally(() => call.cancel());
  },
  "answer, or try to": async (call) => call.reply({}),
  "go on, and answer in any case": async (call, next) => {
    await next().catch(() => {});
    call.reply({});
  },
  "do nothing": async () => {},
  throw: async () => {
    throw new RangeError("a secret");
  },
} as const satisfies Record<string, ServerInterceptor>;

const around = fc.constantFrom(...(Object.keys(AROUND) as (keyof typeof AROUND)[]));

async function carryOut(acts: readonly Act[], call: ServerCall): Promise<void> {
  for (const one of acts) await ACTS[one](call);
}

/** Handlers of all kinds that do these things; replies that stream are given between them. */
function handlersDoing(acts: readonly Act[]): Partial<Handlers<typeof RouteGuide>> {
  async function* replies(call: ServerCall): AsyncGenerator<object> {
    for (const one of acts) {
      yield {};
      await ACTS[one](call);
    }
  }
  return {
    async getFeature(_, call) {
      await carryOut(acts, call);
      return {};
    },
    listFeatures: (_, call) => replies(call),
    async recordRoute(points, call) {
      for await (const _ of points) break;
      await carryOut(acts, call);
      return {};
    },
    async *routeChat(notes, call) {
      for await (const _ of notes) yield* replies(call);
    },
  };
}

const METHODS = ["GetFeature", "ListFeatures", "RecordRoute", "RouteChat"];

test("a call has exactly one status, at its end, whatever its handler and its interceptors do", async () => {
  const scenes = fc.asyncProperty(
    fc.array(act, { maxLength: 6 }),
    fc.array(around, { maxLength: 3 }),
    fc.constantFrom(...METHODS),
    // Whether the client has said that its request was the last.
    fc.boolean(),
    async (acts, chain, method, isHalfClosed) => {
      const unexpected: unknown[] = [];
      const server = createServer({
        interceptors: chain.map((name) => AROUND[name]),
        onUnexpectedError: (error) => unexpected.push(error),
      }).addPartial(RouteGuide, handlersDoing(acts));
      const found = await unhandledRejections(async () => {
        const peer = await Http2Peer.connect(server).greet();
        const isStream = method === "RecordRoute" || method === "RouteChat";
        const isOver = isHalfClosed || !isStream;
        peer.send(
          frames.headers(1, frames.requestFields(`/routeguide.RouteGuide/${method}`)),
          frames.message(1, Buffer.alloc(0), isOver ? frames.END_STREAM : 0),
        );
        for (let turns = 0; turns < 20; turns++) await ACTS.wait();
        // A bidi handler that has answered a request waits for the next, or for the end of them.
        if (!isOver) peer.send(frames.data(1, "", frames.END_STREAM));
        for (let turns = 0; turns < 20; turns++) await ACTS.wait();
        const heard = peer.take().filter(({ streamId }) => streamId === 1);
        const said = heard.map(({ text }) => text).join(", ");
        const ends = heard.filter(({ flags, type }) => (type === "HEADERS" || type === "DATA") && flags & 1);
        assert.equal(ends.length, 1, said);
        const statuses = heard.flatMap(({ fields = [] }) => fields.filter(([name]) => name === "grpc-status"));
        assert.equal(statuses.length, 1, said);
        assert.ok(
          ends[0]?.fields?.some(([name]) => name === "grpc-status"),
          said,
        );
        assert.doesNotMatch(said, /secret/);
        // Behind the status comes at most the word that nobody listens any more (RFC 9113 §8.1).
        const behind = heard.slice(heard.indexOf(ends[0] as (typeof heard)[number]) + 1).map(({ text }) => text);
        assert.ok(behind.length === 0 || behind.join() === "RST_STREAM 1 NO_ERROR", said);
        assert.equal(server.stats().calls.running, 0, "no handler is left");
        peer.end();
        await server.shutdown({ graceMs: 0 });
      });
      assert.deepEqual(found, []);
    },
  );
  await fc.assert(scenes, { numRuns: 300 });
});
