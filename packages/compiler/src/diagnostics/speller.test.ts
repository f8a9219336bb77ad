import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Speller } from "./speller.ts";

describe("a speller", () => {
  test("suggests the nearest name", () => {
    const speller = new Speller();
    assert.equal(speller.nearest("Persn", ["Person", "Order"]), "Person");
    assert.equal(speller.isExhausted, false);
  });

  test("gives up after so many comparisons, for good", () => {
    const speller = new Speller();
    const names = Array.from({ length: 1000 }, (_, at) => `Name${at}`);
    let suggestions = 0;
    while (!speller.isExhausted) if (speller.nearest("Nane99", names) !== undefined) suggestions++;
    assert.ok(suggestions > 500, `it gave up after ${suggestions}`);
    assert.equal(speller.nearest("Persn", ["Person"]), undefined);
  });

  test("makes no suggestion from a part of the candidates", () => {
    const speller = new Speller();
    const candidates = ["Person", "x".repeat(20_000_000), "Pers"];
    assert.equal(speller.nearest("Persn", candidates), undefined);
    assert.equal(speller.isExhausted, true);
  });
});
