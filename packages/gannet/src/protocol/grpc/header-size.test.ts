import assert from "node:assert/strict";
import { test } from "node:test";
import { GrpcError, Metadata } from "../../core/index.ts";
import { fitsHeaderList } from "./header-size.ts";

const FIXED = 512;

test("metadata counts its names, its values as they are written, and 32 bytes a field", () => {
  const metadata = new Metadata({ key: "v".repeat(100), "k-bin": new Uint8Array(3) });
  const size = FIXED + (3 + 100 + 32) + (5 + 4 + 32);
  assert.equal(fitsHeaderList(size, undefined, metadata, undefined), true);
  assert.equal(fitsHeaderList(size - 1, undefined, metadata, undefined), false);
});

test("an error counts its message as it is encoded, its details and its code", () => {
  const size = FIXED + ("grpc-status".length + 1 + 32) + ("grpc-message".length + 3 * 200 + 32);
  const error = new GrpcError("NOT_FOUND", "é".repeat(100));
  assert.equal(fitsHeaderList(size, error), true);
  assert.equal(fitsHeaderList(size - 1, error), false);
  const detailed = new GrpcError("NOT_FOUND", "", { details: [{ typeName: "a.B", value: new Uint8Array(20_000) }] });
  assert.equal(fitsHeaderList(16_384, detailed), false);
});

test("a peer without a limit takes anything", () => {
  const metadata = new Metadata({ key: "v".repeat(1_000_000) });
  assert.equal(fitsHeaderList(Number.POSITIVE_INFINITY, new GrpcError("INTERNAL", "x"), metadata), true);
});
