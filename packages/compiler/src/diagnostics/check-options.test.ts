import assert from "node:assert/strict";
import { test } from "node:test";
import { checkOptionKeys } from "./check-options.ts";

const check = (options: object): void =>
  checkOptionKeys(options, ["read", "files"], "compile", { input: "call it files" });

test("options that there are pass, given or not", () => {
  check({});
  check({ files: undefined, read: () => undefined });
});

test("a key that there is not is told with the one that was meant, or all that there are", () => {
  const code = "GANNET_UNKNOWN_OPTION";
  assert.throws(() => check({ file: [] }), {
    name: "TypeError",
    code,
    message: 'compile has no option "file"; did you mean files?',
  });
  assert.throws(() => check({ roots: [] }), { code, message: 'compile has no option "roots"; it has read, files' });
  assert.throws(() => check({ input: [] }), { code, message: 'compile has no option "input"; call it files' });
  assert.throws(() => check({ toString: 1 }), { code });
});

test("options are an object", () => {
  for (const wrong of [null, undefined, "a.proto", ["a.proto"], () => undefined]) {
    assert.throws(() => check(wrong as unknown as object), { name: "TypeError", code: "GANNET_INVALID_OPTION" });
  }
});
