import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SeededChoice } from "../../simulation/seeded-choice.ts";
import { createVictim } from "./damage.ts";
import { damages } from "./damages.ts";
import { Judge } from "./judge.ts";
import { makeMutant } from "./make-mutant.ts";
import { Material } from "./material.ts";
import { minimise } from "./minimise.ts";
import { joinPieces, splitPieces } from "./split-pieces.ts";

const SAMPLE = 150;
const TEXT = `// first
syntax = "proto2";
message M { optional int32 a = 1 [default = 5]; extensions 10 to 20; }
enum E { A = 0; }
`;

describe("mutants", () => {
  const material = new Material();

  test("are judged alike by protoc and the compiler", async () => {
    const judge = new Judge(material);
    try {
      for (let index = 0; index < SAMPLE; index++) {
        const { original, text, kinds } = makeMutant(material, 7, index);
        const { cause, details } = await judge.judge(original, text);
        assert.equal(cause, undefined, `${original.name}, ${kinds.join()}: ${details}\n${text}`);
      }
    } finally {
      judge.close();
    }
  });

  test("are the same for the same seed", () => {
    assert.deepEqual(makeMutant(material, 3, 17), makeMutant(new Material(), 3, 17));
    assert.notEqual(makeMutant(material, 3, 17).text, makeMutant(material, 4, 17).text);
  });

  for (const [kind, damage] of Object.entries(damages)) {
    test(`can come of ${kind}`, () => {
      const choice = new SeededChoice(1);
      const texts = Array.from({ length: 20 }, () => damage(createVictim(TEXT), choice));
      assert.ok(texts.some((text) => text !== undefined && text !== TEXT));
    });
  }
});

describe("a text", () => {
  test("is what its pieces are together", () => {
    for (const text of [TEXT, 'a "b', "/* c", "'\\", "1.5e+3_x\u0000é\ud800", "", '"a\nb" // c']) {
      assert.equal(joinPieces(splitPieces(text)), text);
    }
  });

  test("is made smaller as long as it fails", async () => {
    const least = await minimise(TEXT, (text) => Promise.resolve(text.includes("optional") && text.includes("}")));
    assert.equal(least, "optional}");
  });
});
