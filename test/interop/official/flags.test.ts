import assert from "node:assert/strict";
import { test } from "node:test";
import { readFlags } from "./flags.ts";

const TYPES = { port: { type: "string" }, use_tls: { type: "boolean" } } as const;

test("a boolean flag is set by its name alone, with one hyphen or two, and by true", () => {
  for (const flag of ["--use_tls", "-use_tls", "--use_tls=true", "-use_tls=true"]) {
    assert.equal(readFlags(TYPES, [flag]).use_tls, true, flag);
  }
});

test("a boolean flag that is false is as one that is missing", () => {
  assert.equal(readFlags(TYPES, ["--use_tls=false"]).use_tls, undefined);
});

test("a flag's text stands behind = or in the next argument", () => {
  for (const args of [["--port=1"], ["-port=1"], ["--port", "1"], ["-port", "1"]]) {
    assert.equal(readFlags(TYPES, args).port, "1", args.join(" "));
  }
});

test("a flag that is not known is an error, and so is a boolean that is neither true nor false", () => {
  assert.throws(() => readFlags(TYPES, ["--portt=1"]), /portt/);
  assert.throws(() => readFlags(TYPES, ["--use_tls=yes"]), /use_tls/);
});
