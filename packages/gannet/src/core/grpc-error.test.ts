import assert from "node:assert/strict";
import { test } from "node:test";
import { type ErrorCode, GrpcError } from "./index.ts";

const MISUSE = { name: "TypeError", code: "GANNET_INVALID_ARGUMENT" };

test("a code that there is not is refused where the error is made, with the one that was meant", () => {
  const make = (code: unknown) => () => new GrpcError(code as ErrorCode, "x");
  assert.throws(make("NOTFOUND"), {
    ...MISUSE,
    message: '"NOTFOUND" is no code of an error; did you mean "NOT_FOUND"?',
  });
  assert.throws(make(5), { ...MISUSE, message: '5 is no code of an error; a GrpcError has one such as "NOT_FOUND"' });
  assert.throws(make("OK"), { ...MISUSE, message: /^"OK" is no code of an error/ });
});

test("details that detail() did not make are refused", () => {
  const make = (details: unknown) => () => new GrpcError("ABORTED", "x", { details: details as never });
  assert.throws(make([{ $typeName: "google.rpc.BadRequest" }]), {
    ...MISUSE,
    message: "details[0] of a GrpcError is google.rpc.BadRequest, and not what detail(Schema, { … }) makes",
  });
  assert.throws(make({}), { ...MISUSE, message: "the details of a GrpcError are an array, not an object" });
});
