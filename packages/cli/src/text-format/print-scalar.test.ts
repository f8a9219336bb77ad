import assert from "node:assert/strict";
import { test } from "node:test";
import { escapeBytes, formatDouble, formatFloat } from "./print-scalar.ts";

test("doubles are as short as C prints them, with 15 digits or 17", () => {
  const printed: readonly (readonly [number, string])[] = [
    [1, "1"],
    [-0, "-0"],
    [0.1, "0.1"],
    [1e-4, "0.0001"],
    [1e-5, "1e-05"],
    [123456789.123, "123456789.123"],
    [1e14, "100000000000000"],
    [1e15, "1e+15"],
    [0.1 + 0.2, "0.30000000000000004"],
    [123456789012345680, "1.2345678901234568e+17"],
    [Number.MAX_VALUE, "1.7976931348623157e+308"],
    [Number.MIN_VALUE, "4.94065645841247e-324"],
    [Number.POSITIVE_INFINITY, "inf"],
    [Number.NEGATIVE_INFINITY, "-inf"],
    [Number.NaN, "nan"],
  ];
  assert.deepEqual(
    printed.map(([value]) => formatDouble(value)),
    printed.map(([, text]) => text),
  );
});

test("floats have 6 digits or 9, and subnormal ones always 9", () => {
  const printed: readonly (readonly [number, string])[] = [
    [0.1, "0.1"],
    [16777216, "16777216"],
    [123456.7, "123456.703"],
    [3.4028234663852886e38, "3.40282347e+38"],
    [2 ** -149, "1.40129846e-45"],
    [2 ** -126, "1.17549435e-38"],
    [Number.NaN, "nan"],
  ];
  assert.deepEqual(
    printed.map(([value]) => formatFloat(Math.fround(value))),
    printed.map(([, text]) => text),
  );
});

test("what is no printable ASCII is escaped, quotes and backslashes too", () => {
  assert.equal(escapeBytes("a\"'\\\n\r\t\u0001\u007f\u00c3\u00bc?"), "a\\\"\\'\\\\\\n\\r\\t\\001\\177\\303\\274?");
});
