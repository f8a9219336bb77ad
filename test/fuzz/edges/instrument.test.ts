import assert from "node:assert/strict";
import { test } from "node:test";
import { instrument } from "./instrument.ts";

/** Runs `source`, which sets `result`, with counters: what it set, and how often each edge was taken. */
function run(source: string): { readonly result: unknown; readonly counts: readonly number[] } {
  const { source: counting, edges } = instrument(source, "test");
  const counters = new Uint32Array(edges);
  const code = new Function("globalThis", `let result; ${counting}; return result;`) as (scope: object) => unknown;
  const result = code({
    $registerEdges: (name: string, count: number) => {
      assert.deepEqual([name, count], ["test", edges]);
      return counters;
    },
  });
  return { result, counts: [...counters] };
}

test("code with counters does what it did", () => {
  const source = `
    function pick(n) { if (n > 2) if (n > 3) return "many"; else return "three"; else if (n === 0) return "none"; return n ? "some" : "?"; }
    const twice = (n) => ({ n: n * 2 });
    let sum = 0;
    for (const n of [1, 2]) sum += twice(n).n;
    for (let i = 0; i < 2; i++) sum++;
    do sum++; while (sum < 0);
    switch (sum) { case 9: sum += 1; break; case 10: default: sum += 2; }
    try { null.x; } catch { sum += 100; }
    const chosen = sum > 5 && (undefined ?? "right");
    result = [[0, 1, 3, 4].map(pick), sum, chosen, (sum && 0) || "or"];
  `;
  const { result, counts } = run(source);
  assert.deepEqual(result, [["none", "some", "three", "many"], 110, "right", "or"]);
  assert.equal(counts.length, 20);
});

test("each way of a branch is an edge of its own", () => {
  assert.deepEqual(run("for (const n of [1, 2, 3]) if (n > 2) result = n;").counts, [3, 2, 1]);
  assert.deepEqual(run("result = [1, 0, 0].map((n) => (n ? 1 : 2));").counts, [3, 1, 2]);
  assert.deepEqual(run("result = 0 && 1;").counts, [0]);
});
