import assert from "node:assert/strict";
import { test } from "node:test";
import { Metadata, type MetadataInit } from "./metadata.ts";

test("all of other metadata can be added, with keys that applications cannot set, and stays as it was there", () => {
  const other = Metadata.fromWire([
    ["a", "2"],
    ["grpc-server-stats-bin", Uint8Array.of(1)],
    ["a", "3"],
  ]);
  const metadata = new Metadata({ a: "1" }).appendAll(other);
  assert.deepEqual(metadata.getAll("a"), ["1", "2", "3"]);
  assert.deepEqual(metadata.get("grpc-server-stats-bin"), Uint8Array.of(1));
  metadata.delete("a");
  assert.equal(other.size, 3);
  assert.equal(metadata.appendAll(metadata).size, 2);
});

test("of gRPC's own keys applications set the one by which a server says when to come again", () => {
  const trailer = new Metadata({ "grpc-retry-pushback-ms": "1000" });
  assert.equal(trailer.get("grpc-retry-pushback-ms"), "1000");
  for (const key of ["grpc-status", "grpc-timeout", "GRPC-previous-rpc-attempts", "grpc-retry-pushback-ms-bin"]) {
    assert.throws(() => new Metadata({ [key]: "1" }), /is reserved for gRPC itself$/);
  }
});

test("values and makings that are none are refused by their key, and not shown", () => {
  const cases = [
    [{ x: 5 }, /^metadata "x" takes a string, not a number$/],
    [{ x: true }, /^metadata "x" takes a string, not a boolean$/],
    [{ x: null }, /^metadata "x" takes a string, not null$/],
    [{ x: {} }, /^metadata "x" takes a string, not an object$/],
    [{ x: new Date() }, /^metadata "x" takes a string, not a Date$/],
    [{ x: ["a", 5] }, /^metadata "x" takes a string, not a number$/],
    [
      { x: new Uint8Array(1) },
      /^metadata "x" takes a string, not an Uint8Array; bytes need a key that ends in "-bin"$/,
    ],
    [[["x", "y"]], /of an array; Object\.fromEntries\(\) makes one of entries$/],
    [new Map([["x", "y"]]), /of a Map; Object\.fromEntries\(\) makes one of entries$/],
    ["x", /of "x"; Object/],
    [5, /^metadata is made of an object with keys and values, not of 5$/],
    [null, /not of null$/],
  ] as const;
  for (const [init, message] of cases) {
    assert.throws(() => new Metadata(init as MetadataInit), {
      name: "TypeError",
      code: "GANNET_INVALID_METADATA",
      message,
    });
  }
});
