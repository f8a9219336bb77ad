import assert from "node:assert/strict";
import { test } from "node:test";
import { create, isMessage } from "@bufbuild/protobuf";
import { createClient } from "../client/index.ts";
import { collect, fails } from "../client/testdata/call-outcomes.ts";
import { FeatureSchema, PointSchema, RouteGuide } from "../client/testdata/route_guide_pb.ts";
import { GrpcError, type ServerCall, type ServerInterceptor } from "../core/index.ts";
import { createInMemoryChannel } from "../testing/index.ts";
import { createServer, type Handlers } from "./index.ts";
import { answering, type RouteHandlers, recorder, turn, withServer } from "./testdata/route-handlers.ts";

test("a handler gets the request that the last hook has left, a client the reply", async () => {
  const seen: object[] = [];
  const rewrite: ServerInterceptor = async (call, next) => {
    assert.ok(isMessage(call.request, PointSchema));
    call.onRequest((message) => (isMessage(message, PointSchema) ? { latitude: message.latitude + 1 } : undefined));
    call.onResponse((message) => (isMessage(message, FeatureSchema) ? { name: `${message.name}!` } : undefined));
    await next();
  };
  const handlers: RouteHandlers = {
    getFeature(point) {
      seen.push(point);
      return { name: "oak" };
    },
  };
  await withServer([rewrite], handlers, async ({ client }) => {
    assert.equal((await client.getFeature({ latitude: 1 })).name, "oak!");
    assert.deepEqual(seen, [create(PointSchema, { latitude: 2 })]);
  });
});

test("interceptors of a service run within those of the server, and for no other service", async () => {
  const log: string[] = [];
  const note =
    (name: string): ServerInterceptor =>
    async (_, next) => {
      log.push(name);
      await next();
    };
  const server = createServer({ interceptors: [note("server")] });
  server.add(RouteGuide, answering() as Handlers<typeof RouteGuide>, { interceptors: [note("service")] });
  const channel = createInMemoryChannel(server);
  await createClient(RouteGuide, channel).getFeature({});
  assert.deepEqual(log, ["server", "service"]);
  await channel.close();
  await server.shutdown();
});

test("a service may take larger or smaller requests than its server", async () => {
  const server = createServer({ maxReceiveBytes: 1_000_000 });
  server.add(RouteGuide, answering() as Handlers<typeof RouteGuide>, { maxReceiveBytes: 10 });
  const channel = createInMemoryChannel(server);
  const client = createClient(RouteGuide, channel);
  await client.getFeature({ latitude: 1 });
  const large = collect(client.routeChat([{ message: "more than ten bytes" }]));
  await fails(large, "RESOURCE_EXHAUSTED", /10/);
  await channel.close();
  await server.shutdown();
});

test("a call that waits for its turn gets to no interceptor until it comes", async () => {
  const log: unknown[] = [];
  let release: () => void = () => {};
  const handlers: RouteHandlers = {
    async getFeature() {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return {};
    },
  };
  await withServer(
    [recorder("only", log)],
    handlers,
    async ({ client }) => {
      const first = client.getFeature({}).response;
      const second = client.getFeature({}).response;
      while (log.length < 2) await turn();
      assert.deepEqual(log, ["only before", "only request"]);
      release();
      await first;
      while (log.length < 7) await turn();
      release();
      await second;
    },
    { maxConcurrentCalls: 1 },
  );
});

test("a method that there is not gets to no interceptor", async () => {
  const log: unknown[] = [];
  await withServer([recorder("only", log)], {}, async ({ client }) => {
    await fails(client.getFeature({}).response, "UNIMPLEMENTED");
    assert.deepEqual(log, []);
  });
});

test("interceptors that are none are refused", () => {
  const options = { interceptors: [undefined] } as object;
  assert.throws(() => createServer(options), { code: "GANNET_INVALID_OPTION" });
  assert.throws(() => createServer().addPartial(RouteGuide, {}, options), { code: "GANNET_INVALID_OPTION" });
});

test("a handler whose call an interceptor has answered finds its signal aborted, also where it asks only then", async () => {
  let resolve: (signal: ServerCall["signal"]) => void = () => {};
  const found = new Promise<ServerCall["signal"]>((done) => {
    resolve = done;
  });
  let goOn: () => void = () => {};
  const answered = new Promise<void>((done) => {
    goOn = done;
  });
  const interceptor: ServerInterceptor = async (call, next) => {
    void next();
    call.reply({ name: "elm" });
  };
  const server = createServer({ interceptors: [interceptor] }).addPartial(RouteGuide, {
    async getFeature(_, call) {
      await answered;
      resolve(call.signal);
      return { name: "oak" };
    },
  });
  const channel = createInMemoryChannel(server);
  const { name } = await createClient(RouteGuide, channel).getFeature({});
  goOn();
  const { aborted, reason } = await found;
  assert.deepEqual([name, aborted], ["elm", true]);
  assert.ok(GrpcError.is(reason, "CANCELLED"));
  await Promise.all([channel.close(), server.shutdown()]);
});
