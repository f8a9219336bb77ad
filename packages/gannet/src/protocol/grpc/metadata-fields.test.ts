import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Metadata } from "../../core/index.ts";
import { readMetadata, writeMetadata } from "./metadata-fields.ts";
import { readRequestHead } from "./request-head.ts";

const field = (name: string, value: string): { readonly name: string; readonly value: string } => ({ name, value });

describe("metadata", () => {
  test("comes back in order, with several values of a key, text and bytes", () => {
    const metadata = new Metadata({ b: ["1", "2"], "a-bin": [Uint8Array.of(255), new Uint8Array(0)], c: "" });
    const fields: { name: string; value: string }[] = [];
    const writer = {
      writeField(_: Uint8Array, at: number, name: string, value: string) {
        fields.push({ name, value });
        return at;
      },
    };
    writeMetadata(writer, new Uint8Array(0), 0, metadata);
    assert.deepEqual([...readMetadata(fields)], [...metadata]);
  });

  test("has nothing of HTTP/2 and gRPC in it", () => {
    const fields = [":path", "te", "content-type", "grpc-timeout", "grpc-encoding", "grpc-status", "grpc-message"].map(
      (name) => field(name, "x"),
    );
    assert.equal(readMetadata(fields).size, 0);
  });

  test("has the values of bytes that were joined on the way", () => {
    const seen = readMetadata([field("x-bin", "AA==, AQ,!!,Ag")]).getAll("x-bin");
    assert.deepEqual(seen, [Uint8Array.of(0), Uint8Array.of(1), Uint8Array.of(2)]);
  });

  test("of text is not taken apart at commas", () => {
    assert.deepEqual(readMetadata([field("x", "a,b")]).getAll("x"), ["a,b"]);
  });
});

describe("the head of a request", () => {
  test("is read once for each list", () => {
    const list = {
      fields: [field(":method", "POST"), field(":path", "/s/m"), field("grpc-timeout", "5S"), field("k", "v")],
      parsed: undefined,
    };
    const head = readRequestHead(list);
    assert.deepEqual(
      [head.method, head.path, head.timeoutMs, head.encoding, head.metadata().get("k")],
      ["POST", "/s/m", 5000, "identity", "v"],
    );
    assert.equal(readRequestHead(list), head);
    assert.notEqual(head.metadata(), head.metadata(), "metadata is the caller's own");
  });

  test("tells a timeout that is malformed from one that is not there", () => {
    const timeoutOf = (...fields: ReturnType<typeof field>[]): number | undefined =>
      readRequestHead({ fields, parsed: undefined }).timeoutMs;
    assert.equal(timeoutOf(), undefined);
    assert.ok(Number.isNaN(timeoutOf(field("grpc-timeout", "soon"))));
  });
});
