import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { pickSample } from "./pick-sample.ts";

const big = Array.from({ length: 100 }, (_, index) => `google/ads/googleads/v1/file${index}.proto`);
const small = ["google/rpc/code.proto", "google/type/date.proto", "grafeas/v1/cvss.proto"];

describe("pickSample", () => {
  test("takes as many as asked for, each once", () => {
    const sample = pickSample([...big, ...small], 50);
    assert.equal(new Set(sample).size, 50);
  });

  test("takes of every folder before it takes a second of one", () => {
    const sample = pickSample([...big, ...small], 4);
    assert.equal(sample.filter((path) => small.includes(path)).length, small.length);
  });

  test("does not depend on the order of the paths", () => {
    assert.deepEqual(pickSample([...small, ...big].reverse(), 20), pickSample([...big, ...small], 20));
  });

  test("takes all where there are fewer", () => {
    assert.deepEqual(pickSample(small, 10), small.toSorted());
  });
});
