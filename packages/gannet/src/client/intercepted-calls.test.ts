import assert from "node:assert/strict";
import { test } from "node:test";
import { create, isMessage } from "@bufbuild/protobuf";
import { createClient } from "./create-client.ts";
import { collect, fails } from "./testdata/call-outcomes.ts";
import { clientWith, down, recorder, turn } from "./testdata/intercepted-client.ts";
import { FeatureSchema, PointSchema, RouteGuide } from "./testdata/route_guide_pb.ts";
import { ScriptedTransport } from "./testdata/scripted-transport.ts";
import { unhandledRejections } from "./testdata/unhandled-rejections.ts";

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
