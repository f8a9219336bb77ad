import assert from "node:assert/strict";
import { test } from "node:test";
import { RouteGuide } from "../../client/testdata/route_guide_pb.ts";
import { BalancerRegistry } from "../balancer/index.ts";
import { parseServiceConfig } from "./parse-service-config.ts";

/** What is said of the names of a config once RouteGuide is called. */
function lookAt(...names: readonly { readonly service?: string; readonly method?: string }[]): readonly string[] {
  const config = { methodConfig: names.map((name) => ({ name: [name], timeout: "1s" })) };
  return parseServiceConfig(config, new BalancerRegistry([])).names.look(RouteGuide);
}

const SERVICE = RouteGuide.typeName;

test("a method that the service does not have is told of, with the one that was perhaps meant", () => {
  assert.deepEqual(lookAt({ service: SERVICE, method: "GetFeature" }, { service: SERVICE }, {}), []);
  assert.deepEqual(lookAt({ service: SERVICE, method: "getFeature" }), [
    `methodConfig[0].name[0].method: ${SERVICE} has no method "getFeature"; did you mean GetFeature?`,
  ]);
  assert.match(lookAt({ service: SERVICE, method: "/ListFeature" })[0] ?? "", /did you mean ListFeatures\?$/);
  assert.match(lookAt({ service: SERVICE, method: "Zzz" })[0] ?? "", /has no method "Zzz"; it has GetFeature, /);
});

test("a service is told of that is the one that is called in all but a slip", () => {
  const [name = ""] = SERVICE.split(".").slice(-1);
  for (const service of [
    name,
    `/${SERVICE}`,
    `${SERVICE}/GetFeature`,
    SERVICE.toUpperCase(),
    `${SERVICE.slice(0, -1)}`,
  ]) {
    assert.deepEqual(lookAt({ service }), [
      `methodConfig[0].name[0].service: ${JSON.stringify(service)} is not called; did you mean ${SERVICE}?`,
    ]);
  }
});

test("services that may be others are left alone, and so is what is like one that is named", () => {
  assert.deepEqual(lookAt({ service: "library.Library" }, { service: `${SERVICE}2` }, { service: "other.Guide" }), []);
  const [name = ""] = SERVICE.split(".").slice(-1);
  assert.deepEqual(lookAt({ service: SERVICE }, { service: name }), []);
});

test("it is said once for each service", () => {
  const config = { methodConfig: [{ name: [{ service: SERVICE, method: "getFeature" }] }] };
  const { names } = parseServiceConfig(config, new BalancerRegistry([]));
  assert.deepEqual([names.look(RouteGuide).length, names.look(RouteGuide).length], [1, 0]);
});
