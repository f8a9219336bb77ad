import assert from "node:assert/strict";
import { test } from "node:test";
import { parseContentType } from "./content-type.ts";

test("a content type tells what messages are written in, and what to answer with", () => {
  for (const [value, format, text] of [
    ["application/grpc", "proto", "application/grpc"],
    ["application/grpc;charset=utf-8", "proto", "application/grpc"],
    ["application/grpc ; x=y", "proto", "application/grpc"],
    ["Application/gRPC+Proto", "proto", "application/grpc+proto"],
    ["application/grpc+proto; x", "proto", "application/grpc+proto"],
    ["application/grpc+json", "json", "application/grpc+json"],
    ["application/grpc+JSON;charset=utf-8", "json", "application/grpc+json"],
  ] as const) {
    assert.deepEqual(parseContentType(value), { format, text }, value);
  }
});

test("what is not gRPC, or has messages in something else, is none", () => {
  for (const value of [
    "",
    "application/json",
    "application/grpc+",
    "application/grpc+thrift",
    "application/grpc+protobuf",
    "text/application/grpc",
    "application/grpc+jsonp",
    "application/grpc-web",
    "application/grpcx",
    " application/grpc",
  ]) {
    assert.equal(parseContentType(value), undefined, value);
  }
});
