import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBinary, toJson } from "@bufbuild/protobuf";
import { createClient } from "../../client/index.ts";
import { RouteGuide } from "../../client/testdata/route_guide_pb.ts";
import { GrpcError } from "../../core/index.ts";
import { createServer } from "../../server/index.ts";
import { createInMemoryChannel, VirtualClock } from "../../testing/index.ts";
import {
  addOrca,
  LOAD_METRICS_KEY,
  type LoadMetrics,
  type LoadReporter,
  OpenRcaService,
  OrcaLoadReportSchema,
} from "./index.ts";

/** The report in the trailer of a call whose handler reports this. */
async function reportOfCall(prepare: (load: LoadReporter) => void, ...lots: LoadMetrics[]): Promise<unknown> {
  const server = createServer();
  const load = addOrca(server);
  server.addPartial(RouteGuide, {
    getFeature(_request, call) {
      for (const metrics of lots) load.report(call, metrics);
      return {};
    },
  });
  prepare(load);
  const channel = createInMemoryChannel(server);
  const { trailer } = await createClient(RouteGuide, channel).getFeature({}).response;
  await channel.close();
  await server.shutdown();
  const bytes = trailer.get(LOAD_METRICS_KEY);
  return bytes === undefined ? undefined : toJson(OrcaLoadReportSchema, fromBinary(OrcaLoadReportSchema, bytes));
}

test("a call's report has what the server said and what the handler did, the latter first", async () => {
  const report = await reportOfCall(
    (load) => load.set({ cpuUtilization: 0.25, memUtilization: 0.5, namedMetrics: { queue: 3 } }),
    { memUtilization: 0.75, requestCost: { rows: 12 } },
    { requestCost: { bytes: 4096 }, namedMetrics: { queue: 4 } },
  );
  assert.deepEqual(report, {
    cpuUtilization: 0.25,
    memUtilization: 0.75,
    requestCost: { rows: 12, bytes: 4096 },
    namedMetrics: { queue: 4 },
  });
});

test("a call for which nothing was reported has no report", async () => {
  assert.equal(await reportOfCall((load) => load.set({ cpuUtilization: 1 })), undefined);
});

test("an error carries the report too", async () => {
  const server = createServer();
  const load = addOrca(server);
  server.addPartial(RouteGuide, {
    getFeature(_request, call) {
      load.report(call, { eps: 2 });
      throw new GrpcError("ABORTED", "no");
    },
  });
  const channel = createInMemoryChannel(server);
  const failure = createClient(RouteGuide, channel).getFeature({});
  const error = await failure.response.catch((thrown: unknown) => thrown);
  assert.ok(GrpcError.is(error, "ABORTED"));
  assert.ok(error.trailer.has(LOAD_METRICS_KEY));
  await channel.close();
  await server.shutdown();
});

test("values that a measure cannot have are left out", async () => {
  const report = await reportOfCall(() => {}, {
    cpuUtilization: 1.5,
    applicationUtilization: -1,
    memUtilization: 1.5,
    rpsFractional: Number.NaN,
    utilization: { disk: 0.5, net: 2 },
    namedMetrics: { below: -3, broken: Number.POSITIVE_INFINITY },
  });
  assert.deepEqual(report, { cpuUtilization: 1.5, utilization: { disk: 0.5 }, namedMetrics: { below: -3 } });
});

test("out of band a report comes at once and then in the interval asked for, but not below the least", async () => {
  const clock = new VirtualClock();
  const server = createServer({ maxConcurrentCalls: 1, maxQueuedCalls: 0 });
  const load = addOrca(server, { clock, minIntervalMs: 10_000 });
  load.set({ cpuUtilization: 0.5, requestCost: { rows: 1, bytes: 2 } });
  const channel = createInMemoryChannel(server);
  const client = createClient(OpenRcaService, channel);
  const often = client.streamCoreMetrics({ reportInterval: { seconds: 1n }, requestCostNames: ["rows"] });
  const seldom = client.streamCoreMetrics({ reportInterval: { seconds: 60n } });
  const first = await often.next();
  assert.deepEqual([first.value?.cpuUtilization, first.value?.requestCost], [0.5, { rows: 1 }]);
  assert.deepEqual((await seldom.next()).value?.requestCost, { rows: 1, bytes: 2 });

  let came = 0;
  const second = often.next().then((next) => {
    came++;
    return next;
  });
  load.set({ cpuUtilization: undefined, memUtilization: 0.25 });
  await clock.advance(9_999);
  assert.equal(came, 0);
  await clock.advance(1);
  const { value } = await second;
  assert.deepEqual([value?.cpuUtilization, value?.memUtilization], [0, 0.25]);
  assert.equal(clock.timers, 2);

  often.cancel();
  const down = server.shutdown();
  await assert.rejects(seldom.next(), { code: "UNAVAILABLE", reason: "the server shuts down" });
  await down;
  assert.equal(clock.timers, 0);
  await channel.close();
});

test("without reports out of band the service is not there", () => {
  const server = createServer();
  addOrca(server, { outOfBand: false });
  assert.deepEqual(server.services(), []);
});

test("what cannot be is an error that says so", () => {
  const server = createServer();
  assert.throws(() => addOrca(server, { minIntervalMs: 0 }), { code: "GANNET_INVALID_OPTION", message: /1 or more/ });
  const options: object = { minInterval: 1 };
  assert.throws(() => addOrca(server, options), { message: /did you mean minIntervalMs\?/ });
  const metrics: object = { cpu: 1 };
  assert.throws(() => addOrca(server).set(metrics), { code: "GANNET_UNKNOWN_OPTION" });
});
