import assert from "node:assert/strict";
import { test } from "node:test";
import type { NameServer } from "../../net/index.ts";
import { VirtualClock } from "../../testing/index.ts";
import { parseTarget } from "../target/index.ts";
import { createDnsResolver, type DnsEnvironment, type DnsOptions } from "./dns-resolver.ts";
import type { Found, Resolver, ResolverHost } from "./resolver.ts";

interface Bench {
  readonly clock: VirtualClock;
  readonly heard: string[];
  readonly asked: string[];
  /** The service configs that were found. */
  readonly configs: readonly unknown[];
  readonly resolver: Resolver;
  answer(addresses: readonly string[] | Error | undefined): void;
}

/** A resolver of `example.com:80`; name servers answer with 10.0.0.1 until told otherwise, with undefined never. */
function createBench(
  target = "example.com:80",
  refusal?: string,
  options: DnsOptions = {},
  records: Partial<NameServer> = {},
): Bench {
  const clock = new VirtualClock();
  const heard: string[] = [];
  const asked: string[] = [];
  const configs: unknown[] = [];
  let answer: readonly string[] | Error | undefined = ["10.0.0.1"];
  const lookup = (host: string): Promise<readonly string[]> => {
    asked.push(host);
    if (answer instanceof Error) return Promise.reject(answer);
    return answer === undefined ? new Promise(() => {}) : Promise.resolve(answer);
  };
  const host: ResolverHost = {
    clock,
    random: () => 0.5,
    update({ endpoints, serviceConfig }: Found) {
      if (serviceConfig !== undefined) configs.push(serviceConfig);
      heard.push(endpoints.flatMap(({ addresses }) => addresses).join());
      return refusal;
    },
    fail: (reason) => void heard.push(reason),
  };
  const setAnswer = (next: typeof answer) => {
    answer = next;
  };
  const none = () => Promise.reject(Object.assign(new Error("none"), { code: "ENODATA" }));
  const { texts = none, services = none, cancel = () => {} } = records;
  const names: NameServer = { addresses: lookup, texts, services, cancel };
  const environment: DnsEnvironment = { names: () => names, hostName: () => "otter" };
  const resolver = createDnsResolver(environment, options).create(parseTarget(target), host);
  return { clock, heard, asked, configs, resolver, answer: setAnswer };
}

test("an address needs no name server", () => {
  const { heard, asked } = createBench("[::1]:80");
  assert.deepEqual(heard, ["[::1]:80"]);
  assert.deepEqual(asked, []);
});

test("a name is resolved at once, and again not sooner than half a minute later", async () => {
  const { clock, heard, asked, resolver, answer } = createBench();
  await clock.advance(0);
  assert.deepEqual(heard, ["10.0.0.1:80"]);
  answer(["10.0.0.2", "::1"]);
  resolver.resolveNow();
  resolver.resolveNow();
  await clock.advance(29_999);
  assert.deepEqual(asked, ["example.com"]);
  await clock.advance(2);
  assert.deepEqual(heard, ["10.0.0.1:80", "10.0.0.2:80,[::1]:80"]);
});

test("what the channel cannot use is asked for again", async () => {
  const { clock, asked } = createBench("example.com:80", "no endpoints");
  await clock.advance(1001);
  assert.equal(asked.length, 2);
  await clock.advance(1600);
  assert.equal(asked.length, 3);
});

test("a lookup that takes half a minute has failed, and what it finds later is passed over", async () => {
  const { clock, heard, asked, resolver, answer } = createBench();
  await clock.advance(0);
  answer(undefined);
  await clock.advance(30_000);
  resolver.resolveNow();
  await clock.advance(30_000);
  assert.equal(heard[1], "cannot resolve example.com: no answer in 30 s");
  answer(new Error("getaddrinfo ENOTFOUND example.com"));
  await clock.advance(1001);
  assert.equal(heard[2], "cannot resolve example.com: getaddrinfo ENOTFOUND example.com");
  assert.equal(asked.length, 3);
  resolver.close();
  await clock.advance(60_000);
  assert.equal(asked.length, 3);
  assert.equal(clock.timers, 0);
});

test("names are looked up anew each so often, where that is asked for, and sooner when a connection is lost", async () => {
  const { clock, asked, resolver } = createBench("example.com:80", undefined, { refreshIntervalMs: 60_000 });
  await clock.advance(180_000);
  assert.equal(asked.length, 4);
  resolver.resolveNow();
  await clock.advance(30_000);
  assert.equal(asked.length, 5);
  await clock.advance(60_000);
  assert.equal(asked.length, 6);
  resolver.close();
  assert.equal(clock.timers, 0);
});

test("SRV records give names and ports, of which those with the lowest priority are used", async () => {
  const services = async (name: string) => {
    assert.equal(name, "_grpc._tcp.example.com");
    return [
      { name: "a.example.com", port: 1, priority: 1, weight: 10 },
      { name: "b.example.com", port: 2, priority: 1, weight: 0 },
      { name: "spare.example.com", port: 3, priority: 2, weight: 1 },
    ];
  };
  const { clock, heard, asked } = createBench("dns:///_grpc._tcp.example.com", undefined, { srv: true }, { services });
  await clock.advance(0);
  assert.deepEqual(asked, ["a.example.com", "b.example.com"]);
  assert.deepEqual(heard, ["10.0.0.1:1,10.0.0.1:2"]);
});

test("TXT records give the service config that is meant for this client", async () => {
  const choices = [
    { clientLanguage: ["go"], serviceConfig: { loadBalancingPolicy: "go" } },
    { clientHostname: ["beaver"], serviceConfig: { loadBalancingPolicy: "beaver" } },
    { percentage: 50, serviceConfig: { loadBalancingPolicy: "half" } },
    {
      clientLanguage: ["C++", "Node"],
      clientHostname: ["otter"],
      percentage: 51,
      serviceConfig: { loadBalancingPolicy: "ours" },
    },
  ];
  const texts = async (name: string) => {
    assert.equal(name, "_grpc_config.example.com");
    return ["v=spf1 -all", `grpc_config=${JSON.stringify(choices)}`];
  };
  const { clock, configs } = createBench("example.com:80", undefined, { serviceConfig: true }, { texts });
  await clock.advance(0);
  assert.deepEqual(configs, [{ loadBalancingPolicy: "ours" }]);
});

test("a name without such records has no service config, and one that cannot be read is no config", async () => {
  const without = createBench("example.com:80", undefined, { serviceConfig: true });
  await without.clock.advance(0);
  assert.deepEqual(without.heard, ["10.0.0.1:80"]);
  assert.deepEqual(without.configs, []);
  const texts = async () => ['grpc_config=[{"percentage":5,"percent":1,"serviceConfig":{}}]'];
  const broken = createBench("example.com:80", undefined, { serviceConfig: true }, { texts });
  await broken.clock.advance(0);
  assert.match(String(broken.configs[0]), /^TypeError: nobody knows the field grpc_config\[0\].percent$/);
});

test("a client keeps its place among those that a percentage is of, also when its channel wakes again", async () => {
  const clock = new VirtualClock();
  const draws = [0.6, 0.1, 0.2];
  const texts = async () => [
    `grpc_config=${JSON.stringify([{ percentage: 50, serviceConfig: { half: 1 } }, { serviceConfig: { half: 2 } }])}`,
  ];
  const names: NameServer = {
    addresses: async () => ["10.0.0.1"],
    texts,
    services: async () => [],
    cancel() {},
  };
  const policy = createDnsResolver({ names: () => names, hostName: () => "otter" }, { serviceConfig: true });
  const configs: unknown[] = [];
  const host: ResolverHost = {
    clock,
    random: () => draws.shift() ?? 0,
    update: ({ serviceConfig }) => {
      configs.push(serviceConfig);
      return undefined;
    },
    fail: (reason) => void configs.push(reason),
  };
  for (let wake = 0; wake < 3; wake++) {
    const resolver = policy.create(parseTarget("example.com:80"), host);
    await clock.advance(0);
    resolver.close();
  }
  assert.deepEqual(configs, [{ half: 2 }, { half: 2 }, { half: 2 }]);
});
