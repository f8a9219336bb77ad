import assert from "node:assert/strict";
import { test } from "node:test";
import { CallList, type ListedCall } from "./call-list.ts";

class Named implements ListedCall<Named> {
  next: Named | undefined = undefined;
  previous: Named | undefined = undefined;
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

test("calls leave from anywhere, once, and the others stay in their order", () => {
  const list = new CallList<Named>();
  const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => new Named(name)) as [Named, Named, Named, Named];
  const names = () => {
    const all = list.all().map(({ name }) => name);
    assert.equal(list.size, all.length);
    return all.join("");
  };
  for (const call of [a, b, c]) list.add(call);
  assert.equal(names(), "abc");
  list.remove(b);
  list.remove(b);
  list.remove(d);
  assert.equal(names(), "ac");
  list.remove(a);
  list.add(d);
  assert.equal(names(), "cd");
  list.remove(d);
  list.remove(c);
  list.remove(c);
  assert.equal(names(), "");
  list.add(a);
  assert.equal(names(), "a");
  assert.deepEqual([a.next, a.previous], [undefined, undefined]);
});
