import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type ErrorDetail, GrpcError, Metadata } from "../../core/index.ts";
import { ErrorBlock, MetadataBlock } from "./header-blocks.ts";
import type { Field } from "./header-fields.ts";
import { readResponseHead } from "./response-head.ts";
import { codeOfHttpStatus, codeOfReset, errorOfStatus, readStatus } from "./status.ts";

/** Writes fields as text, and takes as many bytes as the worst writer would. */
class FieldRecorder {
  readonly fields: Field[] = [];

  writeField(_out: Uint8Array, offset: number, name: string, value: string): number {
    this.fields.push({ name, value });
    return offset + name.length + value.length + 13;
  }
}

function roundTrip(error: GrpcError, ...metadata: Metadata[]): GrpcError {
  const recorder = new FieldRecorder();
  const block = new ErrorBlock<FieldRecorder>(undefined, error, ...metadata);
  assert.ok(block.write(recorder, new Uint8Array(0), 0) <= block.maxBytes, "the bound holds");
  const head = readResponseHead({ fields: recorder.fields, parsed: undefined });
  assert.ok(head.status !== undefined);
  return errorOfStatus(head.status, head) ?? assert.fail("it was OK");
}

describe("an error", () => {
  test("comes back with its code, message and metadata", () => {
    const trailer = new Metadata({ "x-why": ["a", "b"], "x-bin": Uint8Array.of(0, 255) });
    const seen = roundTrip(new GrpcError("NOT_FOUND", "nö 100%"), trailer);
    assert.deepEqual([seen.code, seen.reason, [...seen.trailer]], ["NOT_FOUND", "nö 100%", [...trailer]]);
  });

  test("comes back with its details", () => {
    const details: ErrorDetail[] = [
      { typeName: "google.rpc.RetryInfo", value: Uint8Array.of(1, 2, 3) },
      { typeName: "ö.Ä", value: new Uint8Array(1000).fill(7) },
      { typeName: "empty", value: new Uint8Array(0) },
    ];
    assert.deepEqual(roundTrip(new GrpcError("ABORTED", "☺".repeat(500), { details })).details, details);
    assert.deepEqual(roundTrip(new GrpcError("ABORTED", "", { details: [] })).details, []);
  });

  test("takes no more room than was foretold, whatever is in it", () => {
    for (const text of ["", "a", "%", "\u0000", "☺", "\u{1f600}", "\ud800"]) {
      const reason = text.repeat(300);
      for (const size of [0, 1, 2, 1000])
        roundTrip(new GrpcError("INTERNAL", reason, { details: [{ typeName: reason, value: new Uint8Array(size) }] }));
    }
  });

  test("has room for metadata that was added after it was made", () => {
    const metadata = new Metadata();
    const fixed = { maxBytes: 0, write: (_writer: FieldRecorder, _out: Uint8Array, offset: number) => offset };
    const blocks = [
      new MetadataBlock(fixed, undefined, metadata),
      new ErrorBlock(fixed, new GrpcError("ABORTED", ""), metadata),
    ];
    metadata.append("late", "x".repeat(5000));
    for (const block of blocks) assert.ok(block.write(new FieldRecorder(), new Uint8Array(0), 0) <= block.maxBytes);
  });
});

describe("a status", () => {
  for (const [value, code] of [
    ["0", "OK"],
    ["16", "UNAUTHENTICATED"],
    ["17", "UNKNOWN"],
    ["-1", "UNKNOWN"],
    ["", "UNKNOWN"],
    ["x", "UNKNOWN"],
    ["1e1", "UNKNOWN"],
    ["99999999999", "UNKNOWN"],
  ] as const) {
    test(`of ${JSON.stringify(value)} is ${code}`, () =>
      assert.equal(readStatus([{ name: "grpc-status", value }])?.code, code));
  }

  test("that is not there is none", () => assert.equal(readStatus([{ name: "grpc-message", value: "x" }]), undefined));

  test("has the details of grpc-status-details-bin, with padding or without", () => {
    for (const value of ["CAUSAm5vGgUKA2EvYg==", "CAUSAm5vGgUKA2EvYg"]) {
      const status = readStatus([
        { name: "grpc-status", value: "5" },
        { name: "grpc-message", value: "no" },
        { name: "grpc-status-details-bin", value },
      ]);
      const details = [{ typeName: "b", value: new Uint8Array(0) }];
      assert.deepEqual(status, { code: "NOT_FOUND", message: "no", details });
    }
  });

  test("that differs from the code of its details is INTERNAL, and says both", () => {
    const status = readStatus([
      { name: "grpc-status", value: "7" },
      { name: "grpc-message", value: "keep out" },
      { name: "grpc-status-details-bin", value: "CAUSAm5v" },
    ]);
    assert.equal(status?.code, "INTERNAL");
    assert.match(status.message, /grpc-status 7 .*"keep out".* 5 with "no"/);
    assert.deepEqual(status.details, []);
  });

  test("with details twice has none", () => {
    const field = { name: "grpc-status-details-bin", value: "CAUSAm5vGgUKA2EvYg" };
    const status = readStatus([{ name: "grpc-status", value: "5" }, field, field]);
    assert.deepEqual(status, { code: "NOT_FOUND", message: "", details: [] });
  });

  test("with details that are none is a status all the same", () => {
    for (const value of ["!", "", "////", "GgUKAWE", "Gg8KDXg"]) {
      const status = readStatus([
        { name: "grpc-status", value: "5" },
        { name: "grpc-status-details-bin", value },
      ]);
      assert.deepEqual([status?.code, status?.details], ["NOT_FOUND", []]);
    }
  });
});

test("the table of HTTP statuses is that of the specification, as grpc-go has it", () => {
  const seen = [400, 401, 403, 404, 429, 431, 500, 502, 503, 504, 200, 302, 418].map(codeOfHttpStatus);
  // biome-ignore format: in the order above
  assert.deepEqual(seen, [
    "INTERNAL", "UNAUTHENTICATED", "PERMISSION_DENIED", "UNIMPLEMENTED", "UNAVAILABLE", "UNKNOWN", "UNKNOWN",
    "UNAVAILABLE", "UNAVAILABLE", "UNAVAILABLE", "UNKNOWN", "UNKNOWN", "UNKNOWN",
  ]);
});

test("the table of resets is that of the specification", () => {
  const seen = Array.from({ length: 15 }, (_, code) => codeOfReset(code));
  // biome-ignore format: in the order of RFC 9113 §7
  assert.deepEqual(seen, [
    "INTERNAL", "INTERNAL", "INTERNAL", "INTERNAL", "INTERNAL", "INTERNAL", "INTERNAL", "UNAVAILABLE", "CANCELLED",
    "INTERNAL", "INTERNAL", "RESOURCE_EXHAUSTED", "PERMISSION_DENIED", "INTERNAL", "INTERNAL",
  ]);
});
