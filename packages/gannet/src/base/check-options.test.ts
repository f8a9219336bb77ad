import assert from "node:assert/strict";
import { test } from "node:test";
import { checkOptions } from "./check-options.ts";
import { nearest } from "./nearest.ts";

interface Options {
  readonly maxReceiveBytes?: number | undefined;
  readonly credentials?: object | undefined;
}
const NAMES = { maxReceiveBytes: true, credentials: true } as const;

test("a misspelt option is refused, and the one that was meant is named", () => {
  assert.throws(() => checkOptions<Options>("createChannel", { maxRecieveBytes: 1 } as Options, NAMES), {
    name: "TypeError",
    code: "GANNET_UNKNOWN_OPTION",
    message: "createChannel has no option maxRecieveBytes; did you mean maxReceiveBytes?",
  });
});

test("an option that resembles none is refused with a list", () => {
  assert.throws(() => checkOptions<Options>("createChannel", { toString: 1 } as Options, NAMES), {
    message: "createChannel has no option toString; it knows maxReceiveBytes, credentials",
  });
});

test("options that exist pass, undefined ones too", () => {
  checkOptions<Options>("createChannel", { credentials: undefined }, NAMES);
});

test("a slip is recognised, another name is not", () => {
  assert.equal(nearest("Credentails", ["credentials"]), "credentials");
  assert.equal(nearest("abcd", ["wxyz"]), undefined);
});
