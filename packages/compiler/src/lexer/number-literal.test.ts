import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { readInteger, readNumber } from "./number-literal.ts";

describe("an integer", () => {
  test("is decimal, hexadecimal or octal", () => {
    assert.equal(readInteger("0"), 0n);
    assert.equal(readInteger("42"), 42n);
    assert.equal(readInteger("0x2A"), 42n);
    assert.equal(readInteger("0X2a"), 42n);
    assert.equal(readInteger("052"), 42n);
    assert.equal(readInteger("00"), 0n);
  });

  test("may be much larger than any type holds", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1n << 200n }), (value) => {
        assert.equal(readInteger(String(value)), value);
        assert.equal(readInteger(`0x${value.toString(16)}`), value);
        assert.equal(readInteger(`0${value.toString(8)}`), value);
      }),
    );
  });

  test("is some number where it is written wrong, which the lexer has reported", () => {
    for (const text of ["0x", "08", "12ab", "0x1g", ""]) assert.equal(typeof readInteger(text), "bigint");
  });

  test("of a million digits is too large for anything, and is read as such", () => {
    for (const text of ["9".repeat(1_000_000), `0x${"f".repeat(1_000_000)}`, `0${"7".repeat(1_000_000)}`]) {
      assert.ok(readInteger(text) > 0xffffffffffffffffn);
    }
  });
});

describe("a number", () => {
  test("is the double that is nearest to it", () => {
    assert.equal(readNumber("1.5"), 1.5);
    assert.equal(readNumber(".5"), 0.5);
    assert.equal(readNumber("5."), 5);
    assert.equal(readNumber("1e-3"), 0.001);
    assert.equal(readNumber("0.1"), 0.1);
    assert.equal(readNumber("1e400"), Number.POSITIVE_INFINITY);
    assert.equal(readNumber("1e-400"), 0);
    assert.equal(readNumber("18446744073709551616"), 2 ** 64);
  });

  test("is octal where an integer is", () => assert.equal(readNumber("010"), 8));

  test("is some number where it is written wrong, which the lexer has reported", () => {
    for (const text of ["1e", "1e+", "1.2.3", "0x", "0x1.2", ".5x"])
      assert.equal(Number.isNaN(readNumber(text)), false);
  });
});
