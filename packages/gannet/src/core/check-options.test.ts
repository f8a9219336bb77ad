import assert from "node:assert/strict";
import { test } from "node:test";
import { checkOptionKeys } from "./check-options.ts";

const known: ReadonlySet<string> = new Set(["timeoutMs", "signal", "metadata"]);

function check(options: object): void {
  checkOptionKeys(options, known, "a call");
}

test("options with known keys, in any number, pass", () => {
  check({});
  check({ signal: 1, timeoutMs: undefined });
});

test("an unknown key is named, with the one that was meant", () => {
  assert.throws(() => check({ timeout: 5 }), {
    name: "TypeError",
    code: "GANNET_UNKNOWN_OPTION",
    message: 'a call has no option "timeout"; did you mean timeoutMs?',
  });
  assert.throws(() => check({ Metadata: 5 }), /did you mean metadata\?/);
});

test("an unknown key that is near to none gets the list", () => {
  assert.throws(() => check({ colour: 5 }), /no option "colour"; it has timeoutMs, signal, metadata/);
});

test("keys that a prototype brings count too", () => {
  assert.throws(() => check(Object.create({ deadlines: 1 })), { code: "GANNET_UNKNOWN_OPTION" });
});
