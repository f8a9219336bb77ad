import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createChannel } from "../channel/index.ts";
import { RouteGuide } from "../client/testdata/route_guide_pb.ts";
import type { GrpcEvent } from "../core/index.ts";
import { ambientCalls, emitWarning, nodeDiagnostics } from "../node/index.ts";
import { frames, Http2Peer, VirtualClock } from "../testing/index.ts";
import { createServer, GrpcServer } from "./grpc-server.ts";
import type { ServerOptions } from "./server-options.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const NO_PINGS = { intervalMs: Number.POSITIVE_INFINITY };

/** A client that says what it is told to, and nothing else: not even an answer to a ping. */
class SilentClient {
  readonly #peer: Http2Peer;
  readonly #clock: VirtualClock;

  constructor(server: GrpcServer, clock: VirtualClock) {
    this.#peer = Http2Peer.connect(server);
    this.#clock = clock;
  }

  get isEnded(): boolean {
    return this.#peer.isEnded;
  }

  async say(...chunks: readonly Uint8Array[]): Promise<void> {
    this.#peer.send(...chunks);
    await this.#clock.advance(0);
  }

  /** What came since, headers without their stream and GOAWAYs with what they say. */
  heard(): string[] {
    return this.#peer.take().map(({ type, text, payload }) => {
      if (type === "GOAWAY") return `${text} ${Buffer.from(payload).toString("latin1", 8)}`;
      return type === "HEADERS" ? type : text;
    });
  }
}

interface Scene {
  readonly clock: VirtualClock;
  readonly server: GrpcServer;
  readonly client: SilentClient;
  readonly events: GrpcEvent[];
  /** Lets the handler of the oldest call reply. */
  reply(): Promise<void>;
}

async function withClient(
  options: ServerOptions,
  use: (scene: Scene) => Promise<void>,
  random = (): number => 0.5,
): Promise<void> {
  const clock = new VirtualClock();
  const events: GrpcEvent[] = [];
  const replies: (() => void)[] = [];
  const server = new GrpcServer({ ...options, onEvent: (event) => events.push(event) }, clock, {
    diagnostics: nodeDiagnostics,
    emitWarning,
    random,
    ambient: ambientCalls,
  });
  server.addPartial(RouteGuide, {
    getFeature: () => new Promise((resolve) => replies.push(() => resolve({ name: "x" }))),
    async *routeChat(notes) {
      for await (const note of notes) yield note;
    },
  });
  const client = new SilentClient(server, clock);
  await client.say(frames.PREFACE, frames.settings(), frames.settingsAck);
  client.heard();
  const reply = (): Promise<void> => {
    replies.shift()?.();
    return clock.advance(0);
  };
  await use({ clock, server, client, events, reply });
  const down = server.shutdown({ graceMs: 0 });
  await clock.advance(2 * SECOND);
  await down;
  assert.equal(server.stats().connections.open, 0);
}

function call(id: number): Buffer {
  const fields = frames.requestFields("/routeguide.RouteGuide/GetFeature");
  return Buffer.concat([frames.headers(id, fields), frames.message(id, Buffer.alloc(0), frames.END_STREAM)]);
}

describe("keepalive: the server", () => {
  test("pings a client from which nothing comes, and gives up one that does not answer", () =>
    withClient({}, async ({ clock, client, server, events }) => {
      await clock.advance(2 * HOUR - MINUTE);
      assert.deepEqual(client.heard(), []);
      await clock.advance(31 * MINUTE);
      assert.deepEqual(client.heard(), ["PING"]);
      assert.equal(server.connections()[0]?.stats().keepalivesSent, 1);
      assert.ok(!client.isEnded);
      await clock.advance(20 * SECOND);
      assert.ok(client.isEnded);
      assert.deepEqual(client.heard(), [], "a client that is dead is not spoken to");
      assert.equal(events.find(({ name }) => name === "keepalive-timeout")?.level, "info");
    }));

  test("keeps a client that answers in time, for days", () =>
    withClient({}, async ({ clock, client, server }) => {
      for (let waitedMs = 0; waitedMs < 48 * HOUR; waitedMs += 15 * SECOND) {
        await clock.advance(15 * SECOND);
        if (client.heard().includes("PING")) await client.say(frames.ping("gannet 2", frames.ACK));
      }
      assert.ok(!client.isEnded);
      assert.ok((server.connections()[0]?.stats().keepalivesSent ?? 0) >= 19);
    }));

  test("does not ping while calls come", () =>
    withClient({ keepalive: { intervalMs: MINUTE } }, async ({ clock, client, reply, server }) => {
      for (let id = 1; id < 100; id += 2) {
        await client.say(call(id));
        await reply();
        await clock.advance(50 * SECOND);
      }
      assert.equal(server.connections()[0]?.stats().keepalivesSent, 0);
    }));

  test("does not ping at all where intervalMs is Infinity", () =>
    withClient({ keepalive: NO_PINGS }, async ({ clock, client }) => {
      await clock.advance(100 * HOUR);
      assert.deepEqual(client.heard(), []);
      assert.ok(!client.isEnded);
    }));
});

describe("keepalive: a client", () => {
  test("that pings too often without calls is sent away at the third time", () =>
    withClient({}, async ({ client, events, server }) => {
      for (let count = 0; count < 3; count++) await client.say(frames.ping());
      assert.deepEqual(client.heard(), ["PING ack", "PING ack", "PING ack"]);
      await client.say(frames.ping());
      assert.deepEqual(client.heard(), ["GOAWAY 0 ENHANCE_YOUR_CALM too_many_pings"]);
      assert.ok(client.isEnded);
      assert.deepEqual(server.stats().violations, { too_many_pings: 1 });
      const violation = events.find(({ name }) => name === "http2-violation");
      assert.equal(violation?.fields["violation"], "too_many_pings");
    }));

  test("may ping every 5 minutes while it has calls, and only every 2 hours without", () =>
    withClient({}, async ({ clock, client, reply }) => {
      await client.say(call(1));
      for (let count = 0; count < 30; count++) {
        await client.say(frames.ping());
        await clock.advance(5 * MINUTE);
      }
      assert.ok(!client.isEnded);
      await reply();
      for (let count = 0; count < 10; count++) {
        await client.say(frames.ping());
        await clock.advance(2 * HOUR);
      }
      assert.ok(!client.isEnded);
      for (let count = 0; count < 4; count++) {
        await client.say(frames.ping());
        await clock.advance(5 * MINUTE);
      }
      assert.ok(client.isEnded);
    }));

  test("may ping every 5 minutes without calls, where that is permitted", () =>
    withClient({ keepalive: { permitWithoutCalls: true } }, async ({ clock, client }) => {
      for (let count = 0; count < 30; count++) {
        await client.say(frames.ping());
        await clock.advance(5 * MINUTE);
      }
      assert.ok(!client.isEnded);
      for (let count = 0; count < 4; count++) {
        await client.say(frames.ping());
        await clock.advance(4 * MINUTE);
      }
      assert.ok(client.isEnded);
    }));

  test("may ping again once it was sent a header, or a message", () =>
    withClient({}, async ({ clock, client, server }) => {
      for (let round = 0; round < 10; round++) {
        const id = 2 * round + 1;
        const fields = frames.requestFields("/routeguide.RouteGuide/RouteChat");
        await client.say(frames.headers(id, fields));
        for (let messages = 0; messages < 5; messages++) {
          // Two more would be one too many.
          for (let pings = 0; pings < 3; pings++) await client.say(frames.ping());
          await client.say(frames.message(id, Buffer.alloc(0)));
          await clock.advance(SECOND);
        }
        await client.say(frames.data(id, Buffer.alloc(0), frames.END_STREAM));
      }
      assert.ok(!client.isEnded);
      assert.deepEqual(server.stats().violations, {});
    }));

  test("may ping behind each reply, as those do that measure the link", () =>
    withClient({}, async ({ client, reply }) => {
      for (let id = 1; id < 200; id += 2) {
        await client.say(call(id));
        await reply();
        await client.say(frames.ping());
      }
      assert.ok(!client.isEnded);
    }));
});

describe("a connection", () => {
  test("without calls for maxConnectionIdleMs is drained, and closed", () =>
    withClient({ maxConnectionIdleMs: HOUR, keepalive: NO_PINGS }, async ({ clock, client, reply }) => {
      await clock.advance(50 * MINUTE);
      await client.say(call(1));
      await clock.advance(3 * HOUR);
      assert.deepEqual(
        client.heard().filter((one) => one.startsWith("GOAWAY")),
        [],
      );
      await reply();
      client.heard();
      await clock.advance(59 * MINUTE);
      assert.deepEqual(client.heard(), []);
      await clock.advance(16 * MINUTE);
      assert.deepEqual(client.heard(), ["GOAWAY 2147483647 NO_ERROR max_idle", "PING", "GOAWAY 1 NO_ERROR max_idle"]);
      assert.ok(client.isEnded);
    }));

  for (const [random, atMinutes] of [
    [0, 54],
    [0.5, 60],
    [1, 66],
  ] as const)
    test(`of maxConnectionAgeMs, give or take 10 %, is drained: ${atMinutes} minutes of 60`, () =>
      withClient(
        { maxConnectionAgeMs: HOUR, keepalive: NO_PINGS },
        async ({ clock, client, reply, server }) => {
          await client.say(call(1));
          await clock.advance(atMinutes * MINUTE - SECOND);
          assert.deepEqual(client.heard(), []);
          await clock.advance(SECOND + 1);
          assert.deepEqual(client.heard(), ["GOAWAY 2147483647 NO_ERROR max_age", "PING"]);
          await client.say(call(3));
          await client.say(frames.ping("gannet 1", frames.ACK));
          assert.deepEqual(client.heard(), ["GOAWAY 3 NO_ERROR max_age"]);
          await clock.advance(50 * HOUR);
          assert.equal(server.stats().calls.running, 2, "what was started may take its time");
          await reply();
          assert.ok(!client.isEnded);
          await reply();
          assert.ok(client.isEnded);
          assert.deepEqual(server.stats().calls.byCode, { OK: 2 });
        },
        () => random,
      ));

  test("lives for a week by default, without calls and with a call that takes as long", () =>
    withClient({}, async ({ clock, client, reply, server }) => {
      for (const isCalling of [false, true]) {
        if (isCalling) await client.say(call(1));
        const answered: number[] = [];
        for (let passedMs = 0; passedMs < 7 * 24 * HOUR; passedMs += 15 * SECOND) {
          await clock.advance(15 * SECOND);
          if (!client.heard().includes("PING")) continue;
          answered.push(clock.now());
          await client.say(frames.ping("gannet 2", frames.ACK));
        }
        // Each time 2 hours later, or up to a quarter more.
        const gaps = answered.slice(1).map((time, index) => time - (answered[index] ?? 0));
        assert.ok(gaps.every((gapMs) => gapMs >= 2 * HOUR && gapMs <= 2.5 * HOUR + MINUTE));
        assert.ok(answered.length >= (7 * 24) / 2.5 - 2);
      }
      assert.ok(!client.isEnded);
      await reply();
      assert.deepEqual(server.stats().calls.byCode, { OK: 1 });
    }));

  test("whose client does not answer the ping of a drain takes further calls for 5 s", () =>
    withClient({ maxConnectionAgeMs: HOUR, keepalive: NO_PINGS }, async ({ clock, client, reply }) => {
      await client.say(call(1));
      await clock.advance(HOUR);
      assert.deepEqual(client.heard(), ["GOAWAY 2147483647 NO_ERROR max_age", "PING"]);
      await client.say(call(3));
      await clock.advance(5 * SECOND - 20);
      assert.deepEqual(client.heard(), []);
      await clock.advance(40);
      assert.deepEqual(client.heard(), ["GOAWAY 3 NO_ERROR max_age"]);
      await client.say(call(5));
      await reply();
      await reply();
      assert.ok(client.isEnded, "the third was not taken");
    }));

  test("whose calls are not done maxConnectionAgeGraceMs later ends all the same", () =>
    withClient({ maxConnectionAgeMs: HOUR, maxConnectionAgeGraceMs: MINUTE }, async ({ clock, client, server }) => {
      await client.say(call(1));
      await clock.advance(HOUR + 59 * SECOND);
      assert.ok(!client.isEnded);
      await clock.advance(SECOND);
      assert.ok(client.isEnded);
      assert.deepEqual(client.heard().slice(-1), ["HEADERS"], "the call gets a status");
      assert.deepEqual(server.stats().calls.byCode, { UNAVAILABLE: 1 });
    }));

  test("beyond maxConnections is told so, and closed", () =>
    withClient({ maxConnections: 2 }, async ({ clock, client, server, events }) => {
      const second = new SilentClient(server, clock);
      const third = new SilentClient(server, clock);
      await third.say(frames.PREFACE, frames.settings());
      assert.deepEqual(third.heard().slice(-1), ["GOAWAY 0 NO_ERROR max_connections"]);
      assert.ok(third.isEnded);
      assert.ok(!second.isEnded, "one that has said nothing yet counts");
      assert.deepEqual(server.stats().connections, { open: 1, total: 1, refused: 1 });
      assert.equal(events.find(({ name }) => name === "connection-refused")?.level, "warning");
      await clock.advance(11 * SECOND);
      assert.ok(second.isEnded);
      const fourth = new SilentClient(server, clock);
      await fourth.say(frames.PREFACE, frames.settings());
      assert.ok(!fourth.isEnded);
      await fourth.say(frames.goaway(0, 0));
      assert.ok(!client.isEnded);
      for (const connection of server.connections()) assert.equal(connection.remoteAddress, "in-memory");
    }));
});

test("a call whose connection is one too many fails with UNAVAILABLE, which says so", async () => {
  const server = createServer({ maxConnections: 1 });
  const { port } = await server.listen("127.0.0.1:0");
  const channels = [1, 2].map(() => createChannel(`http://127.0.0.1:${port}`));
  await channels[0]?.connect();
  await assert.rejects(
    channels[1]?.connect() ?? Promise.resolve(),
    /^GrpcError: UNAVAILABLE: connect to .*max_connections/,
  );
  assert.equal(server.stats().connections.refused, 1);
  await Promise.all(channels.map((channel) => channel.close()));
  await server.shutdown({ graceMs: 0 });
});

test("lifetimes that are none are refused with their names", () => {
  const make = (options: ServerOptions) => () => createServer(options);
  assert.throws(make({ keepalive: { intervalMs: 0 } }), /keepalive\.intervalMs is a number, 1 or more, not 0/);
  assert.throws(make({ maxConnectionAgeMs: Number.NaN }), /maxConnectionAgeMs is a number/);
  assert.throws(make({ keepalive: { intervalMS: 1 } as object }), /did you mean intervalMs/);
});
