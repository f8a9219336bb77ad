import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type Claim, RangeIndex } from "./range-index.ts";

const bound = fc.integer({ min: -5, max: 30 });
const claims: fc.Arbitrary<readonly Claim<number>[]> = fc
  .array(fc.tuple(bound, bound), { maxLength: 12 })
  .map((pairs) => pairs.map(([start, end], owner) => ({ start, end, owner })));

/** The owner of a number, found by looking at every claim. */
function ownerOf(all: readonly Claim<number>[], number: number): number | undefined {
  return all.find(({ start, end }) => start <= number && number < end)?.owner;
}

function numbersOf({ start, end }: { readonly start: number; readonly end: number }): readonly number[] {
  return Array.from({ length: Math.max(0, end - start) }, (_, at) => start + at);
}

describe("an index of ranges", () => {
  test("gives each number to the first that claims it", () => {
    fc.assert(
      fc.property(claims, fc.integer({ min: -10, max: 40 }), (all, number) => {
        assert.equal(new RangeIndex(all).at(number), ownerOf(all, number));
      }),
    );
  });

  test("tells of each claim that shares a number with an earlier one: the lowest they share, and whose it is", () => {
    fc.assert(
      fc.property(claims, (all) => {
        const expected = all.flatMap((claim, index) => {
          const earlier = all.slice(0, index);
          const number = numbersOf(claim).find((one) => ownerOf(earlier, one) !== undefined);
          return number === undefined ? [] : [{ number, owner: claim.owner, earlier: ownerOf(earlier, number) }];
        });
        assert.deepEqual(new RangeIndex(all).clashes, expected);
      }),
    );
  });

  test("finds the lowest number of a range that has an owner", () => {
    fc.assert(
      fc.property(claims, bound, bound, (all, start, end) => {
        const number = numbersOf({ start, end }).find((one) => ownerOf(all, one) !== undefined);
        const expected = number === undefined ? undefined : { number, owner: ownerOf(all, number) };
        assert.deepEqual(new RangeIndex(all).firstWithin(start, end), expected);
      }),
    );
  });

  test("knows the largest numbers there are", () => {
    const index = new RangeIndex([{ start: 0x7fffffff, end: 0x80000000, owner: "last" }]);
    assert.equal(index.at(0x7fffffff), "last");
    assert.equal(index.at(0x7ffffffe), undefined);
  });
});
