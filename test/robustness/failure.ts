import assert from "node:assert/strict";
import { type Code, GrpcError } from "gannet";

/** Waits for a call to fail with `code`, and in words that match, and gives the error. */
export async function failsWith(call: PromiseLike<unknown>, code: Code, said: RegExp = /./): Promise<GrpcError> {
  try {
    await call;
  } catch (error) {
    assert.ok(GrpcError.is(error), String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.reason, said);
    return error;
  }
  assert.fail(`it did not fail, let alone with ${code}`);
}
