import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { descriptorOf, findings } from "../testing/index.ts";

const COPY = `syntax = "proto2"; package google.protobuf;
message FileOptions { optional string java_package = 1; optional int32 own = 2; }
option own = 5;`;

describe("names of descriptor.proto", () => {
  test("are free where no file imports it", async () => {
    assert.deepEqual(await findings(COPY), []);
    assert.deepEqual(await findings('syntax = "proto3"; message google { int32 i = 1 [deprecated = true]; }'), []);
    assert.deepEqual((await descriptorOf(COPY)).options?.$unknown?.length, 1);
  });

  test("are those that the compiler brings, whatever the caller has, where no file imports it", async () => {
    const sources = {
      "a.proto": 'syntax = "proto3"; option java_package = "a";',
      "google/protobuf/descriptor.proto": COPY,
    };
    assert.deepEqual(await findings(sources), []);
  });

  test("are taken where one does", async () => {
    const text = COPY.replace("message", 'import "google/protobuf/descriptor.proto"; message');
    assert.deepEqual(await findings(text), ["2 name-duplicate FileOptions", "3 option-unknown own"]);
  });
});
