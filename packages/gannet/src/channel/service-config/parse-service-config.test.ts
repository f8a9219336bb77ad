import assert from "node:assert/strict";
import { test } from "node:test";
import { BalancerRegistry, STANDARD_POLICIES } from "../balancer/index.ts";
import { type ParsedServiceConfig, parseServiceConfig } from "./parse-service-config.ts";

const RETRY = {
  maxAttempts: 3,
  initialBackoff: "0.1s",
  maxBackoff: "1s",
  backoffMultiplier: 2,
  retryableStatusCodes: ["UNAVAILABLE", "aborted", 4],
};

/** A subset with round_robin in it, each with a slip. */
const LEAVES = [{ random_subsetting: { subsetSize: 2, size: 2, childPolicy: [{ round_robin: { shuffle: true } }] } }];

function parse(json: unknown): ParsedServiceConfig {
  return parseServiceConfig(json, new BalancerRegistry(STANDARD_POLICIES));
}

test("methods have what is said of them, of their service, or of all", () => {
  const { methods } = parse({
    methodConfig: [
      { name: [{}], waitForReady: true },
      { name: [{ service: "zoo.Zoo" }], timeout: "1.5s" },
      { name: [{ service: "zoo.Zoo", method: "Feed" }], maxRequestMessageBytes: "1000", retryPolicy: RETRY },
    ],
  });
  assert.equal(methods.get("")?.waitForReady, true);
  assert.equal(methods.get("/zoo.Zoo/")?.timeoutMs, 1500);
  const feed = methods.get("/zoo.Zoo/Feed");
  assert.equal(feed?.maxSendBytes, 1000);
  assert.deepEqual([...(feed?.attempts?.codes ?? [])], ["UNAVAILABLE", "ABORTED", "DEADLINE_EXCEEDED"]);
});

test("a policy is the first of a list that is known, or the one by name", () => {
  assert.equal(
    parse({ loadBalancingConfig: [{ best: {} }, { round_robin: {} }] }).balancer?.policy.name,
    "round_robin",
  );
  assert.equal(parse({ loadBalancingPolicy: "ROUND_ROBIN" }).balancer?.policy.name, "round_robin");
  assert.equal(parse({}).balancer, undefined);
});

test("a config may be its text, as DNS has it", () => {
  assert.equal(parse('{"loadBalancingPolicy":"pick_first"}').balancer?.policy.name, "pick_first");
  assert.throws(() => parse("{"), /^TypeError: a service config: /);
});

test("no more than five attempts are made, whatever is asked for", () => {
  for (const policy of [{ retryPolicy: { ...RETRY, maxAttempts: 50 } }, { hedgingPolicy: { maxAttempts: 50 } }]) {
    const many = { methodConfig: [{ name: [{}], ...policy }] };
    assert.equal(parse(many).methods.get("")?.attempts?.maxAttempts, 5);
  }
});

test("codes are names, in capitals or not, or numbers", () => {
  const codes = ["unavailable", "ABORTED", 4];
  for (const policy of [
    { retryPolicy: { ...RETRY, retryableStatusCodes: codes } },
    { hedgingPolicy: { maxAttempts: 2, nonFatalStatusCodes: codes } },
  ]) {
    const { attempts } = parse({ methodConfig: [{ name: [{}], ...policy }] }).methods.get("") ?? {};
    assert.deepEqual([...(attempts?.codes ?? [])], ["UNAVAILABLE", "ABORTED", "DEADLINE_EXCEEDED"]);
  }
});

test("fields that nobody knows are named, wherever they are", () => {
  const { unknownFields } = parse({
    retires: 3,
    methodConfig: [{ name: [{ servce: "x" }], timout: "1s", retryPolicy: { ...RETRY, jitter: 1 } }],
    retryThrottling: { maxTokens: 10, tokenRatio: 0.1, tokens: 1 },
    healthCheckConfig: { service: "x" },
    connectionScaling: { maxConnections: 2 },
    loadBalancingConfig: [
      {
        outlier_detection: {
          intervall: "1s",
          successRateEjection: { stddevFactor: 1 },
          childPolicy: [
            {
              priority: {
                children: {
                  main: {
                    ignoreRequests: true,
                    config: [{ weighted_target: { targets: { east: { wait: 1, weight: 1, childPolicy: LEAVES } } } }],
                  },
                },
                priorities: ["main"],
                order: [],
              },
            },
          ],
        },
      },
    ],
  });
  const expected = [
    "retires",
    "methodConfig[0].retryPolicy.jitter",
    "methodConfig[0].name[0].servce",
    "methodConfig[0].timout",
    "retryThrottling.tokens",
    "healthCheckConfig.service",
    "connectionScaling.maxConnections",
    "outlier_detection.intervall",
    "outlier_detection.successRateEjection.stddevFactor",
    "priority.children.main.ignoreRequests",
    "priority.order",
    "weighted_target.targets.east.wait",
    "random_subsetting.size",
    "round_robin.shuffle",
  ];
  assert.deepEqual([...unknownFields].sort(), expected.sort());
  for (const name of ["pick_first", "least_request", "ring_hash", "weighted_round_robin"]) {
    assert.deepEqual(parse({ loadBalancingConfig: [{ [name]: { knob: 1 } }] }).unknownFields, [`${name}.knob`]);
  }
});

test("what cannot be read is an error that names the field", () => {
  const withMethod = (method: object) => ({ methodConfig: [{ name: [{}], ...method }] });
  const cases: [unknown, RegExp][] = [
    [[], /a service config: expected an object/],
    [withMethod({ timeout: "1.5" }), /methodConfig\[0\].timeout: expected a duration such as "1.5s", got "1.5"/],
    [withMethod({ waitForReady: "yes" }), /methodConfig\[0\].waitForReady: expected true or false, got "yes"/],
    [withMethod({ retryPolicy: { ...RETRY, maxAttempts: 1 } }), /retryPolicy.maxAttempts: expected a number from 2/],
    [
      withMethod({ retryPolicy: { ...RETRY, maxAttempts: undefined } }),
      /retryPolicy.maxAttempts: expected .* got nothing/,
    ],
    [withMethod({ retryPolicy: { ...RETRY, initialBackoff: "0s" } }), /initialBackoff: expected a duration above 0/],
    [
      withMethod({ retryPolicy: { ...RETRY, retryableStatusCodes: [] } }),
      /retryableStatusCodes: expected a code at least/,
    ],
    [withMethod({ retryPolicy: { ...RETRY, retryableStatusCodes: ["DOWN"] } }), /\[0\]: "DOWN" is no status code/],
    [
      withMethod({ retryPolicy: RETRY, hedgingPolicy: { maxAttempts: 2 } }),
      /hedgingPolicy: a method has this or retryPolicy/,
    ],
    [{ methodConfig: [{ name: [{ method: "Feed" }] }] }, /name\[0\].service: a method needs its service/],
    [{ methodConfig: [{ name: [{}, {}] }] }, /name\[1\].service: another methodConfig has the same name/],
    [withMethod({ retryPolicy: { ...RETRY, maxAttempts: 2.5 } }), /maxAttempts: expected a whole number, got 2.5/],
    [withMethod({ retryPolicy: { ...RETRY, maxBackoff: undefined } }), /maxBackoff: expected a duration above 0/],
    [withMethod({ retryPolicy: { ...RETRY, maxBackoff: 1 } }), /maxBackoff: expected a duration such as "1.5s", got 1/],
    [withMethod({ retryPolicy: { ...RETRY, backoffMultiplier: 0 } }), /backoffMultiplier: expected a number from/],
    [withMethod({ retryPolicy: { ...RETRY, backoffMultiplier: undefined } }), /backoffMultiplier: expected .* nothing/],
    [withMethod({ retryPolicy: { ...RETRY, retryableStatusCodes: [17] } }), /\[0\]: 17 is no status code/],
    [withMethod({ retryPolicy: { ...RETRY, perAttemptRecvTimeout: "0s" } }), /perAttemptRecvTimeout: .* above 0/],
    [withMethod({ hedgingPolicy: {} }), /hedgingPolicy.maxAttempts: expected a number from 2 .* got nothing/],
    [withMethod({ hedgingPolicy: { maxAttempts: 1 } }), /hedgingPolicy.maxAttempts: expected a number from 2/],
    [withMethod({ hedgingPolicy: { maxAttempts: 2, hedgingDelay: "soon" } }), /hedgingDelay: expected a duration/],
    [withMethod({ hedgingPolicy: { maxAttempts: 2, nonFatalStatusCodes: "ABORTED" } }), /Codes: expected a list/],
    [withMethod({ hedgingPolicy: { maxAttempts: 2, nonFatalStatusCodes: ["X"] } }), /"X" is no status code/],
    [{ retryThrottling: { tokenRatio: 1 } }, /retryThrottling.maxTokens: expected .* got nothing/],
    [{ retryThrottling: { maxTokens: 0, tokenRatio: 1 } }, /retryThrottling.maxTokens: expected a number from 1/],
    [{ retryThrottling: { maxTokens: 1.5, tokenRatio: 1 } }, /retryThrottling.maxTokens: expected a whole number/],
    [{ retryThrottling: { maxTokens: 10 } }, /retryThrottling.tokenRatio: expected .* got nothing/],
    [{ retryThrottling: { maxTokens: 1001, tokenRatio: 1 } }, /retryThrottling.maxTokens: expected a number from/],
    [{ retryThrottling: { maxTokens: 10, tokenRatio: 0 } }, /retryThrottling.tokenRatio: expected a number from/],
    [
      { loadBalancingConfig: [{ best: {} }] },
      /loadBalancingConfig: no policy is known of "best"; the channel knows pick_first, /,
    ],
  ];
  for (const [json, message] of cases) assert.throws(() => parse(json), { name: "TypeError", message });
});
