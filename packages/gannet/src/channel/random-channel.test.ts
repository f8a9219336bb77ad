/** Random operations on a channel, its resolver and its servers: whatever happens, calls end once and nothing is left. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { CallEnd } from "../core/index.ts";
import type { ChannelOptions } from "./channel-options.ts";
import type { ResolverHost, ResolverPolicy } from "./resolver/index.ts";
import { ChannelBench } from "./testdata/channel-bench.ts";
import { RecordedCall } from "./testdata/recorded-call.ts";
import { settle } from "./testdata/scripted-server.ts";

const SEEDS = 40;
const STEPS = 120;
const ADDRESSES = ["10.0.0.1:1", "10.0.0.2:1", "10.0.0.3:1"];
const OUTLIERS = { interval: "1s", failurePercentageEjection: { requestVolume: 1, minimumHosts: 1 } };
const POLICIES = [
  { pick_first: {} },
  { round_robin: {} },
  { least_request: {} },
  { weighted_round_robin: {} },
  { ring_hash: { requestHashHeader: "x" } },
  { outlier_detection: { ...OUTLIERS, childPolicy: [{ round_robin: {} }] } },
];
const BACKOFF = { initialBackoff: "1s", maxBackoff: "2s", backoffMultiplier: 2 };
const ATTEMPTS = [
  {},
  { retryPolicy: { maxAttempts: 3, ...BACKOFF, retryableStatusCodes: ["UNAVAILABLE"] } },
  { hedgingPolicy: { maxAttempts: 3, hedgingDelay: "0.5s", nonFatalStatusCodes: ["UNAVAILABLE"] } },
];

class CountedCall extends RecordedCall {
  ends = 0;

  override onEnd(end: CallEnd): void {
    this.ends++;
    super.onEnd(end);
  }
}

/** Numbers from 0 up to 1, the same for each seed. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

for (let seed = 1; seed <= SEEDS; seed++) {
  test(`whatever happens to a channel, its calls end once, and nothing of it is left: ${seed}`, async () => {
    const random = createRandom(seed * 7919);
    const oneOf = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    const createConfig = () => ({
      loadBalancingConfig: [oneOf(POLICIES)],
      methodConfig: [{ name: [{}], ...oneOf(ATTEMPTS) }],
      connectionScaling: { maxConnectionsPerSubchannel: oneOf([1, 3]) },
      ...(random() < 0.3 && { healthCheckConfig: { serviceName: "" } }),
    });
    let host: ResolverHost | undefined;
    const resolve = () => {
      const endpoints = ADDRESSES.filter(() => random() < 0.6).map((address) => ({
        addresses: random() < 0.2 ? [address, "10.0.0.4:1"] : [address],
      }));
      host?.update({ endpoints, serviceConfig: createConfig() });
    };
    const zoo: ResolverPolicy = {
      scheme: "zoo",
      mayConfigure: true,
      create(_, owner) {
        host = owner;
        if (random() < 0.8) resolve();
        return { resolveNow: () => random() < 0.3 && resolve(), close() {} };
      },
    };
    const options: ChannelOptions = { resolvers: [zoo], idleTimeoutMs: 20_000, minConnectTimeoutMs: 3000 };
    const bench = new ChannelBench("zoo:gannet", options, { random });
    const { server, channel, clock } = bench;
    const calls: CountedCall[] = [];
    const startCall = () => {
      const deadline = random() < 0.7 ? clock.now() + random() * 10_000 : undefined;
      calls.push(new CountedCall(channel, { waitForReady: random() < 0.5, deadline }, random() < 0.8));
    };
    const open = () => oneOf(server.calls.filter(({ isOver, header }) => !isOver && header !== undefined));
    const connection = () => (server.connections.length > 0 ? oneOf(server.connections) : undefined);
    const operations: readonly (() => unknown)[] = [
      ...Array<() => void>(8).fill(startCall),
      ...Array<() => void>(6).fill(() => {
        const call = open();
        if (call?.path.includes("Health")) call.send(Uint8Array.of(8, random() < 0.8 ? 1 : 2));
        else call?.reply();
      }),
      () => open()?.fail(oneOf([14, 5, 12])),
      () => open()?.refuse(),
      () => connection()?.cut(),
      () => connection()?.goaway(oneOf([0, 1, 3, 5, 2 ** 31 - 1])),
      () => connection()?.setMaxStreams(Math.floor(random() * 5)),
      () => server.down.add(oneOf(ADDRESSES)),
      () => server.down.clear(),
      () => oneOf(calls)?.writer.cancel(),
      resolve,
      () => clock.advance(random() * 1500),
      () => clock.advance(random() * 1500),
      () => clock.advance(random() * (random() < 0.2 ? 40_000 : 1500)),
    ];
    server.limits = { maxConcurrentStreams: 1 + Math.floor(random() * 4) };
    for (let step = 0; step < STEPS; step++) {
      await oneOf(operations)();
      if (random() < 0.6) await settle();
    }
    await channel.close();
    await settle();
    assert.deepEqual(new Set(calls.map(({ ends }) => ends)), new Set([1]));
    // What is kept for deadlines that were called off goes with their time.
    await bench.advance(100_000);
    const { calls: counts, connections } = channel.stats();
    assert.equal(counts.started, counts.succeeded + counts.failed);
    assert.deepEqual([counts.waiting, counts.waitingForRoom, connections.open], [0, 0, 0]);
    assert.deepEqual(channel.subchannels(), []);
    assert.equal(clock.timers, 0);
  });
}
