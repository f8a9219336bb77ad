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

test("an option of grpc-js is told what it is called here, or where that is told", () => {
  const known = new Set(["maxReceiveBytes", "keepalive", "timeoutMs"]);
  const cases = [
    ["grpc.max_receive_message_length", "gannet calls it maxReceiveBytes"],
    ["grpc.keepalive_time_ms", "gannet calls it keepalive.intervalMs"],
    ["deadline", "gannet calls it timeoutMs"],
    ["grpc.max_reconnect_backoff_ms", "docs/from-grpc-js.md has what options of grpc-js are called here"],
    ["grpc.http_proxy", "docs/from-grpc-js.md has what options of grpc-js are called here"],
  ] as const;
  for (const [key, hint] of cases) {
    assert.throws(() => checkOptionKeys({ [key]: 1 }, known, "createServer"), {
      code: "GANNET_UNKNOWN_OPTION",
      message: `createServer has no option "${key}"; ${hint}`,
    });
  }
});

test("keys that a prototype brings count too", () => {
  assert.throws(() => check(Object.create({ deadlines: 1 })), { code: "GANNET_UNKNOWN_OPTION" });
});
