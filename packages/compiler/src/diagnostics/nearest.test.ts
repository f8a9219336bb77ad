import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { nearest } from "./nearest.ts";

/** Edits between two names by the textbook: insertions, deletions, replacements and swaps of neighbours. */
function countEdits(from: string, to: string): number {
  const rows: number[][] = [];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 0; row <= from.length; row++) {
    rows[row] = [];
    for (let column = 0; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwap = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const edits = Math.min(
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
        at(row - 1, column - 1) + (isSame ? 0 : 1),
        isSwap ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
      rows[row]?.push(row + column === 0 ? 0 : edits);
    }
  }
  return at(from.length, to.length);
}

describe("the nearest name", () => {
  const slips: readonly (readonly [slip: string, meant: string])[] = [
    ["sting", "string"],
    ["strng", "string"],
    ["stirng", "string"],
    ["strinng", "string"],
    ["sttrinf", "string"],
    ["String", "string"],
    ["STRING", "string"],
    ["Persn", "Person"],
    ["itn32", "int32"],
  ];
  for (const [slip, meant] of slips) {
    test(`of ${slip} is ${meant}`, () => {
      assert.equal(nearest(slip, ["bytes", "double", "Other", meant]), meant);
    });
  }

  test("is none where three letters differ", () => {
    assert.equal(nearest("strxyz", ["string"]), undefined);
  });

  test("is none for a short name with two slips, since that may be any word", () => {
    assert.equal(nearest("boat", ["bool"]), undefined);
    assert.equal(nearest("bol", ["bool"]), "bool");
  });

  test("is none where two are equally near", () => {
    assert.equal(nearest("int62", ["int32", "int64"]), undefined);
  });

  test("is the one in another case, even where others are as near", () => {
    assert.equal(nearest("Foo", ["Fob", "foo", "Fop"]), "foo");
  });

  test("is never the name itself", () => {
    assert.equal(nearest("name", ["name"]), undefined);
    assert.equal(nearest("name", ["name", "nome"]), "nome");
  });

  test("counts a candidate once that is given twice", () => {
    assert.equal(nearest("Persn", ["Person", "Person"]), "Person");
  });

  test("is within two edits and nearer than all others, whatever the names", () => {
    const name = fc.string({ unit: fc.constantFrom("a", "b", "c", "d"), minLength: 5, maxLength: 9 });
    fc.assert(
      fc.property(name, fc.array(name, { maxLength: 6 }), (slip, candidates) => {
        const others = [...new Set(candidates)].filter((candidate) => candidate !== slip);
        const edits = others.map((candidate) => countEdits(slip, candidate));
        const least = Math.min(...edits);
        const isClear = least <= 2 && edits.filter((one) => one === least).length === 1;
        assert.equal(nearest(slip, candidates), isClear ? others[edits.indexOf(least)] : undefined);
      }),
      { numRuns: 2000 },
    );
  });

  test("is found among names of a million letters", () => {
    const middle = "a".repeat(1_000_000);
    assert.equal(nearest(`x${middle}x`, [`${middle}`, `y${middle}y`, `x${middle}y`]), `x${middle}y`);
  });
});
