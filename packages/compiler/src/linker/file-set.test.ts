import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { FileSet } from "./file-set.ts";

const ordinals = fc.array(fc.nat({ max: 200 }));

function setOf(members: readonly number[]): FileSet {
  const set = new FileSet();
  for (const ordinal of members) set.add({ ordinal });
  return set;
}

describe("a file set", () => {
  test("has what was added, and nothing else", () => {
    fc.assert(
      fc.property(ordinals, fc.nat({ max: 300 }), (members, ordinal) => {
        assert.equal(setOf(members).has({ ordinal }), members.includes(ordinal));
      }),
    );
  });

  test("takes over the members of another", () => {
    fc.assert(
      fc.property(ordinals, ordinals, fc.nat({ max: 300 }), (own, others, ordinal) => {
        const set = setOf(own);
        set.addAll(setOf(others));
        assert.equal(set.has({ ordinal }), own.includes(ordinal) || others.includes(ordinal));
      }),
    );
  });

  test("tells whether it shares a member with another", () => {
    fc.assert(
      fc.property(ordinals, ordinals, (left, right) => {
        const shares = left.some((ordinal) => right.includes(ordinal));
        assert.equal(setOf(left).intersects(setOf(right)), shares);
      }),
    );
  });

  test("counts its members up", () => {
    fc.assert(
      fc.property(ordinals, (members) => {
        const expected = [...new Set(members)].sort((a, b) => a - b);
        assert.deepEqual([...setOf(members).ordinals()], expected);
      }),
    );
  });

  test("has the 32nd file of a word, whose bit is the sign", () => {
    assert.equal(setOf([31]).has({ ordinal: 31 }), true);
    assert.equal(setOf([31]).intersects(setOf([31])), true);
  });
});
