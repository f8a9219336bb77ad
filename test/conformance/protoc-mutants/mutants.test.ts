import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { toJson } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { SeededChoice } from "../../simulation/seeded-choice.ts";
import { createVictim } from "./damage.ts";
import { damages } from "./damages.ts";
import { Judge } from "./judge.ts";
import { makeMutant } from "./make-mutant.ts";
import { Material } from "./material.ts";
import { minimise } from "./minimise.ts";
import { minimiseDescriptors } from "./minimise-descriptors.ts";
import { FORMS } from "./mutant.ts";
import { showMutant } from "./show-mutant.ts";
import { joinPieces, splitPieces } from "./split-pieces.ts";

const SAMPLE = 150;
const ANY = { name: "any", path: "google/protobuf/any.proto", roots: [] };
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
        const mutant = await makeMutant(material, 7, index);
        const { cause, details } = await judge.judge(mutant);
        assert.equal(
          cause,
          undefined,
          `${mutant.original.name}, ${mutant.kinds.join()}: ${details}\n${showMutant(mutant)}`,
        );
      }
    } finally {
      judge.close();
    }
  });

  for (const form of FORMS) {
    test(`are the same for the same seed, where they are ${form}`, async () => {
      const mutant = await makeMutant(material, 3, 17, form);
      assert.equal(mutant.form, form);
      assert.equal(showMutant(mutant), showMutant(await makeMutant(new Material(), 3, 17, form)));
      assert.notEqual(showMutant(mutant), showMutant(await makeMutant(material, 4, 17, form)));
    });
  }

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

describe("descriptors", () => {
  test("are made smaller as long as they fail", async () => {
    const [file] = (await new Material().describe(ANY)) ?? [];
    assert.ok(file !== undefined);
    const other = { ...file, name: "other.proto" };
    const least = await minimiseDescriptors([other, file], (files) =>
      Promise.resolve(
        files.some(({ name, messageType }) => name === file.name && messageType[0]?.field[1] !== undefined),
      ),
    );
    assert.deepEqual(
      least.map((one) => toJson(FileDescriptorProtoSchema, one)),
      [{ name: ANY.path, messageType: [{ name: "Any", field: [{ name: "type_url" }, { name: "value" }] }] }],
    );
  });
});
