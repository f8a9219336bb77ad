import assert from "node:assert/strict";
import { test } from "node:test";
import type { GrpcEvent } from "../../core/index.ts";
import type { Channel } from "../channel.ts";
import { createChannelIn } from "../create-channel.ts";
import { insecure } from "../credentials/index.ts";
import { RecordedCall } from "../testdata/recorded-call.ts";
import { ScriptedServer, settle } from "../testdata/scripted-server.ts";
import {
  type Balancer,
  type BalancerHost,
  type BalancerPolicy,
  type Pick,
  SpreadingBalancer,
  type Subchannel,
} from "./index.ts";

const FAILED = "the balancer own failed: oops";

/** A channel with a balancer of a user's own, and what it told. */
function createBench(create: (host: BalancerHost) => Balancer<undefined>): {
  readonly channel: Channel;
  readonly server: ScriptedServer;
  readonly told: GrpcEvent[];
} {
  const told: GrpcEvent[] = [];
  const server = new ScriptedServer();
  const own: BalancerPolicy<undefined> = { name: "own", parseConfig: () => undefined, create };
  const channel = createChannelIn({ connect: server.connect }, "ipv4:10.0.0.1:1", {
    credentials: insecure(),
    balancers: [own],
    loadBalancing: "own",
    onEvent: (event) => {
      if (event.name === "balancer-failed") told.push(event);
    },
  });
  return { channel, server, told };
}

function oops(): never {
  throw new Error("oops");
}

async function outcomeOf(channel: Channel, waitForReady = false): Promise<string> {
  const call = new RecordedCall(channel, { waitForReady });
  await settle();
  return call.outcome;
}

test("what a balancer throws when it is made, updated or told of a subchannel fails calls, and is told", async () => {
  const whole: Balancer<undefined> = { update: () => undefined, exitIdle() {}, close() {} };
  const creators: readonly ((host: BalancerHost) => Balancer<undefined>)[] = [
    oops,
    () => ({ ...whole, update: oops }),
    (host) => ({
      ...whole,
      update({ endpoints: [endpoint] }) {
        if (endpoint !== undefined) host.createSubchannel(endpoint, oops).connect();
        return undefined;
      },
    }),
    (host) => ({
      ...whole,
      update() {
        host.run(oops);
        return undefined;
      },
    }),
  ];
  for (const create of creators) {
    const { channel, told } = createBench(create);
    assert.equal(await outcomeOf(channel), `UNAVAILABLE: ${FAILED}`);
    assert.deepEqual(told[0], { name: "balancer-failed", level: "error", fields: { policy: "own", reason: FAILED } });
    await channel.close();
  }
});

test("what a picker throws fails the call, also one that waits for ready", async () => {
  const { channel, told } = createBench((host) => new SpreadingBalancer(host, () => ({ pick: oops })));
  await channel.connect();
  assert.equal(await outcomeOf(channel, true), `UNAVAILABLE: ${FAILED}`);
  assert.equal(told.length, 1);
  await channel.close();
});

test("what is thrown at the end of a call changes nothing for the call and its connection", async () => {
  const { channel, server, told } = createBench(
    (host) =>
      new SpreadingBalancer(host, ([first]) => ({
        pick: (call): Pick => {
          const pick = first?.picker.pick(call) ?? { kind: "queue" };
          return pick.kind === "subchannel" ? { ...pick, onCallEnd: oops } : pick;
        },
      })),
  );
  await channel.connect();
  const call = new RecordedCall(channel, {});
  await settle();
  server.calls[0]?.reply();
  await settle();
  assert.equal(call.outcome, "OK");
  assert.equal(told.length, 1);
  assert.equal(channel.stats().connections.open, 1);
  await channel.close();
});

test("a balancer that throws when it is closed is closed all the same", async () => {
  const { channel, told } = createBench((host) => {
    const spreading = new SpreadingBalancer<undefined>(host, ([first]) => first?.picker ?? { pick: oops });
    return {
      update: (resolution) => spreading.update(resolution),
      exitIdle: () => spreading.exitIdle(),
      close() {
        spreading.close();
        oops();
      },
    };
  });
  await channel.connect();
  await channel.close();
  assert.equal(told.length, 1);
  assert.equal(channel.stats().connections.open, 0);
});

test("a picker that picks nothing, or what is no subchannel of the channel, fails its calls", async () => {
  const foreign = "the balancer has picked a subchannel that is none of those that it was given";
  for (const [pick, expected] of [
    [undefined, "the balancer own failed: "],
    [{ kind: "subchannel", subchannel: {} }, foreign],
  ] as const) {
    const { channel } = createBench((host) => ({
      update() {
        host.publish("ready", { pick: () => pick as unknown as Pick });
        return undefined;
      },
      exitIdle() {},
      close() {},
    }));
    const outcome = await outcomeOf(channel);
    assert.ok(outcome.startsWith(`UNAVAILABLE: ${expected}`), outcome);
    await channel.close();
  }
});

test("what a balancer throws when it hears of the health or load of a backend fails calls, and is told", async () => {
  const watches: readonly ((subchannel: Subchannel) => void)[] = [
    (subchannel) => void subchannel.watchHealth(oops),
    (subchannel) => void subchannel.watchLoad(1000, oops),
  ];
  for (const [index, watch] of watches.entries()) {
    const told: GrpcEvent[] = [];
    const server = new ScriptedServer();
    const create = (host: BalancerHost): Balancer<undefined> => ({
      update({ endpoints: [endpoint] }) {
        if (endpoint === undefined) return undefined;
        const subchannel: Subchannel = host.createSubchannel(endpoint, (state) => {
          if (state !== "ready") return;
          watch(subchannel);
          host.publish("ready", { pick: () => ({ kind: "subchannel", subchannel }) });
        });
        subchannel.connect();
        return undefined;
      },
      exitIdle() {},
      close() {},
    });
    const channel = createChannelIn({ connect: server.connect }, "ipv4:10.0.0.1:1", {
      credentials: insecure(),
      balancers: [{ name: "own", parseConfig: () => undefined, create }],
      serviceConfig: { loadBalancingConfig: [{ own: {} }], healthCheckConfig: { serviceName: "zoo" } },
      onEvent: (event) => {
        if (event.name === "balancer-failed") told.push(event);
      },
    });
    const call = new RecordedCall(channel, {});
    await settle();
    const answer = index === 0 ? Uint8Array.of(8, 1) : new Uint8Array(0);
    server.calls.find(({ path }) => /Watch|Stream/.test(path))?.send(answer);
    server.calls.find(({ path }) => path === "/test.Clock/Tell")?.reply();
    await settle();
    assert.equal(call.outcome, "OK");
    assert.deepEqual(
      told.map(({ fields }) => fields["reason"]),
      [FAILED],
    );
    assert.equal(await outcomeOf(channel), `UNAVAILABLE: ${FAILED}`);
    await channel.close();
  }
});
