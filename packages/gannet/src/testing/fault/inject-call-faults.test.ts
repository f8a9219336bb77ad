import assert from "node:assert/strict";
import { test } from "node:test";
import { type Client, createClient } from "../../client/index.ts";
import { RouteGuide } from "../../client/testdata/route_guide_pb.ts";
import { GrpcError } from "../../core/index.ts";
import { createServer, type Server } from "../../server/index.ts";
import { type CallFault, createInMemoryChannel, injectCallFaults, VirtualClock } from "../index.ts";

interface Setup {
  readonly client: Client<typeof RouteGuide>;
  readonly clock: VirtualClock;
  /** What the server saw, in order. */
  readonly seen: string[];
}

/** Runs a test with a client whose calls have these faults. */
async function withFaults(faults: readonly CallFault[], run: (setup: Setup) => Promise<void>, seed = 1): Promise<void> {
  const clock = new VirtualClock();
  const seen: string[] = [];
  const server: Server = createServer({ clock }).addPartial(RouteGuide, {
    getFeature: ({ latitude }) => {
      seen.push(`getFeature ${latitude}`);
      return { name: `place ${latitude}` };
    },
    async *listFeatures(_, call) {
      call.signal.addEventListener("abort", () => seen.push("cancelled"));
      for (let index = 1; index <= 5; index++) yield { name: `place ${index}` };
      await new Promise(() => {});
    },
    async recordRoute(points) {
      let pointCount = 0;
      for await (const _ of points) pointCount++;
      return { pointCount };
    },
  });
  const transport = injectCallFaults(createInMemoryChannel(server, { clock }), faults, { seed });
  await run({ client: createClient(RouteGuide, transport), clock, seen });
  await transport.close();
  await server.shutdown({ graceMs: 0 });
}

async function outcomeOf(call: PromiseLike<{ readonly name: string }>): Promise<string> {
  try {
    return (await call).name;
  } catch (error) {
    if (GrpcError.is(error)) return `${error.code}: ${error.reason}`;
    throw error;
  }
}

test("a call of the method fails as often as is said, without reaching the server", async () => {
  const method = "routeguide.RouteGuide/GetFeature";
  await withFaults([{ method, code: "UNAVAILABLE", skip: 1, times: 2 }], async ({ client, seen }) => {
    const outcomes: string[] = [];
    for (const latitude of [1, 2, 3, 4]) outcomes.push(await outcomeOf(client.getFeature({ latitude })));
    const failed = "UNAVAILABLE: injected fault";
    assert.deepEqual(outcomes, ["place 1", failed, failed, "place 4"]);
    assert.deepEqual(seen, ["getFeature 1", "getFeature 4"]);
    assert.equal((await client.recordRoute([{}, {}])).pointCount, 2);
  });
});

test("the same calls fail again with the same seed, and others with another", async () => {
  const faults = [{ code: "ABORTED", probability: 0.5 }] as const;
  const run = async (seed: number) => {
    const outcomes: string[] = [];
    const collect = async ({ client }: Setup) => {
      for (let call = 0; call < 40; call++) outcomes.push((await outcomeOf(client.getFeature({}))).slice(0, 7));
    };
    await withFaults(faults, collect, seed);
    return outcomes;
  };
  const first = await run(1);
  assert.deepEqual(await run(1), first);
  assert.notDeepEqual(await run(2), first);
  const failed = first.filter((outcome) => outcome === "ABORTED").length;
  assert.ok(failed > 8 && failed < 32, `${failed} of 40 failed`);
});

test("a delay passes on the clock, and a deadline that is over before it does not wait for it", async () => {
  await withFaults([{ delayMs: 60_000 }], async ({ client, clock, seen }) => {
    const patient = outcomeOf(client.getFeature({ latitude: 1 }));
    const hasty = outcomeOf(client.getFeature({ latitude: 2 }, { timeoutMs: 1_000 }));
    const route = client.recordRoute([{}, {}, {}]);
    const counted = route.then(({ pointCount }) => pointCount);
    await clock.advance(1_000);
    assert.match(await hasty, /^DEADLINE_EXCEEDED/);
    await clock.advance(58_000);
    assert.deepEqual(seen, []);
    await clock.advance(1_000);
    assert.equal(await patient, "place 1");
    assert.equal(await counted, 3);
    assert.deepEqual(seen, ["getFeature 1"]);
  });
});

test("a stream breaks off behind some replies, and the server sees it cancelled", async () => {
  const faults = [{ code: "UNAVAILABLE", reason: "gone", afterReplies: 3 }] as const;
  await withFaults(faults, async ({ client, clock, seen }) => {
    const names: string[] = [];
    await assert.rejects(
      async () => {
        for await (const { name } of client.listFeatures({})) names.push(name);
      },
      (error) => GrpcError.is(error) && error.code === "UNAVAILABLE" && error.reason === "gone",
    );
    assert.deepEqual(names, ["place 1", "place 2", "place 3"]);
    await clock.advance(0);
    assert.deepEqual(seen, ["cancelled"]);
  });
});

test("a call that is cancelled in its delay never starts", async () => {
  await withFaults([{ delayMs: 1_000 }], async ({ client, clock, seen }) => {
    const call = client.getFeature({});
    const outcome = outcomeOf(call);
    call.cancel();
    assert.match(await outcome, /^CANCELLED/);
    await clock.advance(2_000);
    assert.deepEqual(seen, []);
  });
});

test("a fault that does nothing, or has a key that is none, is refused", () => {
  const server = createServer();
  const inject = (fault: object) => () => injectCallFaults(createInMemoryChannel(server), [fault]);
  assert.throws(inject({}), { code: "GANNET_INVALID_OPTION" });
  assert.throws(inject({ reason: "why" }), { code: "GANNET_INVALID_OPTION" });
  assert.throws(inject({ codes: "ABORTED" }), { code: "GANNET_UNKNOWN_OPTION", message: /did you mean code\?/ });
});

test("a fault for a method that there is not is an error of the first call, with what was meant", async () => {
  const cases = [
    ["routeguide.RouteGuide/GetFeatur", /did you mean "routeguide\.RouteGuide\/GetFeature"\?/],
    ["/routeguide.RouteGuide/getFeature", /did you mean "routeguide\.RouteGuide\/GetFeature"\?/],
    ["RouteGuide/GetFeature", /did you mean "routeguide\.RouteGuide\/GetFeature"\?/],
    ["getFeature", /did you mean "routeguide\.RouteGuide\/GetFeature"\?/],
    ["RouteGuide", /did you mean "routeguide\.RouteGuide"\?/],
    ["routeguide.RouteGuide/Quite", /routeguide\.RouteGuide has GetFeature, /],
  ] as const;
  for (const [method, message] of cases) {
    await withFaults([{ method, code: "ABORTED" }], async ({ client }) => {
      await assert.rejects(async () => client.getFeature({}), { code: "GANNET_INVALID_ARGUMENT", message });
    });
  }
  await withFaults([{ method: "other.Service/GetFeature", code: "ABORTED" }], async ({ client }) => {
    await client.getFeature({});
  });
  const notList = { method: "x", code: "ABORTED" } as unknown as [];
  assert.throws(() => injectCallFaults(createInMemoryChannel(createServer()), notList), /takes an array of faults/);
});

test("the channel's interceptors run around calls with faults as around others", async () => {
  const server = createServer().addPartial(RouteGuide, { getFeature: () => ({ name: "x" }) });
  const seen: string[] = [];
  const channel = createInMemoryChannel(server, {
    interceptors: [
      async (_, next) => {
        try {
          await next();
          seen.push("OK");
        } catch (error) {
          seen.push(GrpcError.is(error) ? error.code : "?");
          throw error;
        }
      },
    ],
  });
  const transport = injectCallFaults(channel, [{ code: "ABORTED", times: 1 }]);
  const client = createClient(RouteGuide, transport);
  assert.match(await outcomeOf(client.getFeature({})), /^ABORTED/);
  assert.equal(await outcomeOf(client.getFeature({})), "x");
  assert.deepEqual(seen, ["ABORTED", "OK"]);
  await transport.close();
  await server.shutdown();
});

test("a method may be named as call.path has it, with a slash before it", async () => {
  await withFaults([{ method: `/${RouteGuide.typeName}/GetFeature`, code: "ABORTED" }], async ({ client }) => {
    await assert.rejects(async () => await client.getFeature({}), { code: "ABORTED" });
  });
});
