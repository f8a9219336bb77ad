import assert from "node:assert/strict";
import { type Code, GrpcError } from "../../core/index.ts";

export async function collect<T>(replies: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const reply of replies) all.push(reply);
  return all;
}

/** Waits for a call to fail with `code`, and in words that match, and gives the error. */
export async function fails(call: PromiseLike<unknown>, code: Code, said: RegExp = /./): Promise<GrpcError> {
  try {
    await call;
  } catch (error) {
    assert.ok(GrpcError.is(error), String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, said);
    return error;
  }
  assert.fail(`it did not fail with ${code}`);
}
