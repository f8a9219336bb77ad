import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatTimeout, parseTimeout } from "./timeout.ts";

test("a timeout is never lengthened, and loses little", () => {
  const ms = fc.oneof(
    fc.double({ min: 1e-6, max: 1e13, noNaN: true }),
    fc.integer({ min: 0, max: 1e9 }),
    fc.double({ min: 1e-6, max: 10, noNaN: true }),
  );
  fc.assert(
    fc.property(ms, (timeoutMs) => {
      const text = formatTimeout(timeoutMs);
      assert.match(text, /^[0-9]{1,8}[HMSmun]$/);
      const parsed = parseTimeout(text) ?? Number.NaN;
      assert.ok(parsed <= timeoutMs, `${timeoutMs} became ${text}`);
      assert.ok(timeoutMs - parsed <= Math.max(1, timeoutMs / 1000), `${timeoutMs} became ${text}`);
    }),
    { numRuns: 3000 },
  );
});

for (const [ms, text] of [
  [0, "0n"],
  [-5, "0n"],
  [0.0005, "500n"],
  [0.25, "250000n"],
  [1, "1m"],
  [1.999, "1m"],
  [99_999_999, "99999999m"],
  [100_000_000, "100000S"],
  [1e11, "1666666M"],
  [1e13, "2777777H"],
  [Number.MAX_VALUE, "99999999H"],
  [Number.POSITIVE_INFINITY, "99999999H"],
] as const) {
  test(`${ms} ms are sent as ${text}`, () => assert.equal(formatTimeout(ms), text));
}

for (const [text, ms] of [
  ["1H", 3_600_000],
  ["2M", 120_000],
  ["3S", 3000],
  ["4m", 4],
  ["5u", 0.005],
  ["0n", 0],
  ["00000007m", 7],
] as const) {
  test(`${text} is ${ms} ms`, () => assert.ok(Math.abs((parseTimeout(text) ?? Number.NaN) - ms) < 1e-12));
}

for (const text of ["", "m", "5", "123456789m", "1s", "1h", "-1m", "1.5S", " 1m", "1m ", "1 m", "0x1m", "１m", "1mm"]) {
  test(`${JSON.stringify(text)} is malformed`, () => assert.equal(parseTimeout(text), undefined));
}
