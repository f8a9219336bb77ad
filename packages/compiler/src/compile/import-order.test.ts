import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type ImportCycle, importOrder } from "./import-order.ts";

type Imports = Readonly<Record<string, readonly string[]>>;

function order(imports: Imports, root: string, done: Set<string> = new Set()): readonly string[] {
  return importOrder(root, (path) => imports[path] ?? [], done);
}

function cycles(imports: Imports, root: string): readonly (readonly [string, string, ImportCycle])[] {
  const found: (readonly [string, string, ImportCycle])[] = [];
  importOrder(
    root,
    (path) => imports[path] ?? [],
    new Set(),
    (...cycle) => found.push(cycle),
  );
  return found;
}

/** A chain of files, each importing the next and the last one `last`. */
function chain(length: number, last: readonly string[]): Imports {
  const entries = Array.from({ length }, (_, at): [string, readonly string[]] => [
    `${at}`,
    at + 1 < length ? [`${at + 1}`] : last,
  ]);
  return Object.fromEntries(entries);
}

describe("the order of imports", () => {
  test("has each file behind those it imports, in the order in which it imports them", () => {
    assert.deepEqual(order({ a: ["b", "c"], b: ["d"], c: ["d"] }, "a"), ["d", "b", "c", "a"]);
  });

  test("leaves out what is done, and what only that leads to", () => {
    const done = new Set(["b"]);
    assert.deepEqual(order({ a: ["b", "c"], b: ["d"] }, "a", done), ["c", "a"]);
    assert.deepEqual([...done], ["b", "c", "a"]);
    assert.deepEqual(order({ a: ["b", "c"], b: ["d"] }, "a", done), []);
  });

  test("follows a chain that is longer than the stack is deep", () => {
    assert.equal(order(chain(200_000, []), "0").length, 200_000);
  });

  test("puts imports first wherever there is no cycle", () => {
    const graph = fc.array(fc.array(fc.nat({ max: 9 }), { maxLength: 4 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(graph, (rows) => {
        // An import of a file with a higher number only: no cycle can come of that.
        const imports = Object.fromEntries(rows.map((row, at) => [`${at}`, row.map((step) => `${at + 1 + step}`)]));
        const result = order(imports, "0");
        assert.equal(new Set(result).size, result.length);
        for (const [at, path] of result.entries()) {
          for (const one of imports[path] ?? []) assert.ok(result.indexOf(one) < at, `${path} stands before ${one}`);
        }
      }),
    );
  });
});

describe("a cycle of imports", () => {
  test("is told of at the import that closes it, with the files from there", () => {
    const found = cycles({ a: ["b"], b: ["c"], c: ["b"] }, "a");
    assert.deepEqual(found, [["c", "b", { paths: ["b", "c"], isShortened: false }]]);
  });

  test("may be a file that imports itself", () => {
    assert.deepEqual(cycles({ a: ["a"] }, "a"), [["a", "a", { paths: ["a"], isShortened: false }]]);
  });

  test("does not keep other files from their places", () => {
    assert.deepEqual(order({ a: ["b", "d"], b: ["a", "c"] }, "a"), ["c", "b", "d", "a"]);
  });

  test("names the first few and the last of many files", () => {
    assert.deepEqual(cycles(chain(1000, ["0"]), "0"), [
      ["999", "0", { paths: ["0", "1", "2", "3", "4", "5", "6", "999"], isShortened: true }],
    ]);
  });
});
