import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { doubleText, floatText } from "./number-text.ts";

/** What C's `%.15g`, or `%.17g` where that is needed, prints. */
const doubles: readonly (readonly [value: number, text: string])[] = [
  [0, "0"],
  [-0, "-0"],
  [1, "1"],
  [-1, "-1"],
  [1.5, "1.5"],
  [0.1, "0.1"],
  [1 / 3, "0.33333333333333331"],
  [100000, "100000"],
  [123456789012345, "123456789012345"],
  [1e15, "1e+15"],
  [1234567890123456, "1234567890123456"],
  [1e16, "1e+16"],
  [12345678901234568, "12345678901234568"],
  [1e17, "1e+17"],
  [1e100, "1e+100"],
  [0.0001, "0.0001"],
  [0.00001, "1e-05"],
  [1.25e-7, "1.25e-07"],
  [Number.MAX_VALUE, "1.7976931348623157e+308"],
  [Number.MIN_VALUE, "4.94065645841247e-324"],
  [2 ** 53, "9007199254740992"],
  [Number.POSITIVE_INFINITY, "inf"],
  [Number.NEGATIVE_INFINITY, "-inf"],
  [Number.NaN, "nan"],
];

/** What C's `%.6g`, or `%.9g` where that is needed, prints. */
const floats: readonly (readonly [value: number, text: string])[] = [
  [0, "0"],
  [-0, "-0"],
  [0.1, "0.1"],
  [1 / 3, "0.333333343"],
  [100000, "100000"],
  [123456, "123456"],
  [1e6, "1e+06"],
  [1234567, "1234567"],
  [16777216, "16777216"],
  [1156149.625, "1156149.62"],
  [1156149.375, "1156149.38"],
  [3.4028234663852886e38, "3.40282347e+38"],
  [1e39, "inf"],
  [-1e39, "-inf"],
  [1.17549435e-38, "1.17549435e-38"],
  [1.401298464324817e-45, "1.40129846e-45"],
  [1e-46, "0"],
  [Number.NaN, "nan"],
];

describe("a double in a descriptor", () => {
  for (const [value, text] of doubles) test(`such as ${value} is ${text}`, () => assert.equal(doubleText(value), text));

  test("reads back to the same double, whatever it is", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        assert.ok(Object.is(Number(doubleText(value)), value), doubleText(value));
      }),
      { numRuns: 2000 },
    );
  });

  test("is in the notation of C, whatever it is", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        assert.match(doubleText(value), /^-?(\d{1,17}|\d{1,16}\.\d*[1-9])(e[+-]\d{2,3})?$/);
      }),
    );
  });
});

describe("a float in a descriptor", () => {
  for (const [value, text] of floats) test(`such as ${value} is ${text}`, () => assert.equal(floatText(value), text));

  test("reads back to the same float, whatever it is", () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        assert.ok(Object.is(Math.fround(Number(floatText(value))), value), floatText(value));
      }),
      { numRuns: 2000 },
    );
  });
});
