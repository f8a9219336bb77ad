import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "../../testing/index.ts";
import { parseTarget } from "../target/index.ts";
import { createDnsResolver } from "./dns-resolver.ts";
import type { Found, Resolver, ResolverHost } from "./resolver.ts";

interface Bench {
  readonly clock: VirtualClock;
  readonly heard: string[];
  readonly asked: string[];
  readonly resolver: Resolver;
  answer(addresses: readonly string[] | Error | undefined): void;
}

/** A resolver of `example.com:80`; name servers answer with 10.0.0.1 until told otherwise, with undefined never. */
function createBench(target = "example.com:80", refusal?: string): Bench {
  const clock = new VirtualClock();
  const heard: string[] = [];
  const asked: string[] = [];
  let answer: readonly string[] | Error | undefined = ["10.0.0.1"];
  const lookup = (host: string): Promise<readonly string[]> => {
    asked.push(host);
    if (answer instanceof Error) return Promise.reject(answer);
    return answer === undefined ? new Promise(() => {}) : Promise.resolve(answer);
  };
  const host: ResolverHost = {
    clock,
    random: () => 0.5,
    update({ endpoints }: Found) {
      heard.push(endpoints.flatMap(({ addresses }) => addresses).join());
      return refusal;
    },
    fail: (reason) => void heard.push(reason),
  };
  const setAnswer = (next: typeof answer) => {
    answer = next;
  };
  const resolver = createDnsResolver(lookup).create(parseTarget(target), host);
  return { clock, heard, asked, resolver, answer: setAnswer };
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
