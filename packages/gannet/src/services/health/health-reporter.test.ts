import assert from "node:assert/strict";
import { test } from "node:test";
import { type Client, createClient } from "../../client/index.ts";
import { RouteGuide } from "../../client/testdata/route_guide_pb.ts";
import { createServer, type Server } from "../../server/index.ts";
import { createInMemoryChannel } from "../../testing/index.ts";
import { addHealth, Health, HealthCheckResponse_ServingStatus, type HealthReporter } from "./index.ts";

type Use = (served: { health: HealthReporter; client: Client<typeof Health>; server: Server }) => Promise<void>;

async function withHealth(use: Use): Promise<void> {
  const server = createServer({ maxConcurrentCalls: 1, maxQueuedCalls: 0 }).addPartial(RouteGuide, {});
  const health = addHealth(server);
  const channel = createInMemoryChannel(server);
  await use({ health, client: createClient(Health, channel), server });
  await channel.close();
  await server.shutdown();
}

function statusName(status: HealthCheckResponse_ServingStatus): string {
  const [name = "(none)"] =
    Object.entries(HealthCheckResponse_ServingStatus).find(([, number]) => number === status) ?? [];
  return name;
}

/** The statuses that a watch tells of, one at a time. */
function watch(client: Client<typeof Health>, service: string): { next(): Promise<string>; cancel(): void } {
  const call = client.watch({ service });
  return {
    async next() {
      const { done, value } = await call.next();
      return done === true ? "(end)" : statusName(value.status);
    },
    cancel: () => call.cancel(),
  };
}

test("a server and its services are SERVING until something else is said of them", () =>
  withHealth(async ({ health, client }) => {
    const check = async (service: string) => statusName((await client.check({ service })).status);
    assert.equal(await check(""), "SERVING");
    assert.equal(await check(RouteGuide.typeName), "SERVING");
    health.set(RouteGuide, "NOT_SERVING");
    health.set("database", "UNKNOWN");
    assert.equal(await check(RouteGuide.typeName), "NOT_SERVING");
    assert.equal(await check("database"), "UNKNOWN");
    assert.equal(await check(""), "SERVING");
    health.clear(RouteGuide);
    assert.equal(await check(RouteGuide.typeName), "SERVING");
    assert.equal(health.get(RouteGuide), "SERVING");
  }));

test("a check of a service that is not known is NOT_FOUND, and says which", () =>
  withHealth(async ({ health, client }) => {
    const error = { code: "NOT_FOUND", reason: 'nothing is known of a service "Nobody"' };
    await assert.rejects(client.check({ service: "Nobody" }).response, error);
    health.set("Nobody", "SERVING");
    await client.check({ service: "Nobody" });
    health.clear("Nobody");
    await assert.rejects(client.check({ service: "Nobody" }).response, error);
    assert.equal(health.get("Nobody"), undefined);
  }));

test("a list has the server, its services and what was said", () =>
  withHealth(async ({ health, client }) => {
    health.set("database", "NOT_SERVING");
    const { statuses } = await client.list({});
    const names = Object.entries(statuses).map(([name, { status }]) => `${name}: ${statusName(status)}`);
    assert.deepEqual(names.sort(), [
      ": SERVING",
      "database: NOT_SERVING",
      `${Health.typeName}: SERVING`,
      `${RouteGuide.typeName}: SERVING`,
    ]);
  }));

test("a watch tells how a service is at once, and of each change once", () =>
  withHealth(async ({ health, client }) => {
    const watched = watch(client, RouteGuide.typeName);
    assert.equal(await watched.next(), "SERVING");
    health.set("other", "NOT_SERVING");
    health.set(RouteGuide, "SERVING");
    health.set(RouteGuide, "NOT_SERVING");
    assert.equal(await watched.next(), "NOT_SERVING");
    health.clear(RouteGuide);
    assert.equal(await watched.next(), "SERVING");
    watched.cancel();
  }));

test("a watch of a service that is not known says so, and of it once it is", () =>
  withHealth(async ({ health, client }) => {
    const watched = watch(client, "later");
    assert.equal(await watched.next(), "SERVICE_UNKNOWN");
    health.set("later", "SERVING");
    assert.equal(await watched.next(), "SERVING");
    health.clear("later");
    assert.equal(await watched.next(), "SERVICE_UNKNOWN");
    watched.cancel();
  }));

test("watches take no place of maxConcurrentCalls", () =>
  withHealth(async ({ client }) => {
    const watches = [1, 2, 3].map(() => watch(client, ""));
    for (const watched of watches) assert.equal(await watched.next(), "SERVING");
    for (const watched of watches) watched.cancel();
  }));

test("a shutdown is NOT_SERVING to who watches, and not held up by it", () =>
  withHealth(async ({ health, client, server }) => {
    const watches = ["", RouteGuide.typeName, "Nobody"].map((service) => watch(client, service));
    const first = await Promise.all(watches.map((watched) => watched.next()));
    assert.deepEqual(first, ["SERVING", "SERVING", "SERVICE_UNKNOWN"]);
    const down = server.shutdown();
    health.set("", "SERVING");
    const second = await Promise.all(watches.slice(0, 2).map((watched) => watched.next()));
    assert.deepEqual(second, ["NOT_SERVING", "NOT_SERVING"]);
    const gone = { code: "UNAVAILABLE", reason: "the server shuts down" };
    for (const watched of watches) await assert.rejects(watched.next(), gone);
    await down;
    assert.equal(health.get(""), "NOT_SERVING");
  }));

test("a status that there is not is an error", () =>
  withHealth(async ({ health }) => {
    const status = "serving" as "SERVING";
    assert.throws(() => health.set("", status), { code: "GANNET_INVALID_ARGUMENT", message: /SERVING, NOT_SERVING/ });
  }));
