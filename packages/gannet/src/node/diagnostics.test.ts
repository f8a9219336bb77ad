import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { test } from "node:test";
import { createClient } from "../client/index.ts";
import { RouteGuide } from "../client/testdata/route_guide_pb.ts";
import { GrpcError, type GrpcEvent } from "../core/index.ts";
import type { CallRecord } from "../observe/index.ts";
import { createServer } from "../server/index.ts";
import { createInMemoryChannel } from "../testing/index.ts";

/** Listens under a name while `use` runs, and gives what came. */
async function listen<T>(names: readonly string[], use: () => Promise<void>): Promise<T[]> {
  const heard: T[] = [];
  const onMessage = (message: unknown): void => void heard.push(message as T);
  for (const name of names) subscribe(name, onMessage);
  try {
    await use();
  } finally {
    for (const name of names) unsubscribe(name, onMessage);
  }
  return heard;
}

const server = createServer().addPartial(RouteGuide, {
  getFeature({ latitude }) {
    if (latitude < 0) throw new GrpcError("OUT_OF_RANGE", "south");
    return { name: "here" };
  },
});

test("a call is published at its start and its end, on either side, as the same object", async () => {
  const channel = createInMemoryChannel(server);
  const client = createClient(RouteGuide, channel);
  for (const side of ["server", "client"]) {
    const names = [`gannet:${side}:call:start`, `gannet:${side}:call:end`];
    const heard = await listen<CallRecord>(names, async () => {
      await client.getFeature({}, { metadata: { "x-trace": "t1" } });
      await assert.rejects(client.getFeature({ latitude: -1 }).response);
    });
    const [start, end, , failed] = heard;
    assert.equal(heard.length, 4);
    assert.equal(start, end);
    assert.equal(end?.path, "/routeguide.RouteGuide/GetFeature");
    assert.equal(end.metadata?.get("x-trace"), "t1");
    assert.equal(end.peer, "in-memory");
    assert.equal(end.code, "OK");
    assert.equal(end.error, undefined);
    assert.ok((end.durationMs ?? -1) >= 0);
    assert.equal(failed?.code, "OUT_OF_RANGE");
    assert.match(failed.error?.message ?? "", /south/);
  }
  await channel.close();
});

test("a call that started before anybody listened is not half told", async () => {
  const channel = createInMemoryChannel(server);
  const client = createClient(RouteGuide, channel);
  await client.getFeature({});
  const call = client.getFeature({});
  const heard = await listen<CallRecord>(["gannet:client:call:end"], async () => void (await call));
  assert.deepEqual(heard, []);
  await channel.close();
});

test("events are published too, whether or not onEvent is given", async () => {
  const events = await listen<GrpcEvent>(["gannet:server:event", "gannet:channel:event"], async () => {
    const other = createServer();
    const channel = createInMemoryChannel(other);
    await channel.connect();
    await channel.close();
    await other.shutdown();
  });
  const names = events.map(({ name }) => name);
  for (const name of ["channel-state", "connection-opened", "connection-closed", "shutdown-finished"])
    assert.ok(names.includes(name), `${name} of ${names.join(", ")}`);
  await server.shutdown();
});
