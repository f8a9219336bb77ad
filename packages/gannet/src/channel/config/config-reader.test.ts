import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigReader } from "./config-reader.ts";

test("what is missing is its fallback, or an error that names it", () => {
  const reader = new ConfigReader({ zone: null }, "same_zone");
  assert.deepEqual(
    [
      reader.text("zone", "south"),
      reader.flag("isStrict", true),
      reader.integer("size", 3, 1, 9),
      reader.durationMs("wait", 5),
    ],
    ["south", true, 3, 5],
  );
  for (const [read, message] of [
    [() => reader.text("zone"), "same_zone.zone: expected a text, got nothing"],
    [() => reader.flag("isStrict"), "same_zone.isStrict: expected true or false, got nothing"],
    [() => reader.integer("size", undefined, 1, 9), "same_zone.size: expected a number from 1 to 9, got nothing"],
    [() => reader.durationMs("wait"), 'same_zone.wait: expected a duration such as "1.5s", got nothing'],
    [() => reader.objectsByName("zones"), "same_zone.zones: expected an object, got nothing"],
  ] as const) {
    assert.throws(read, { name: "TypeError", message });
  }
});

test("fields that nobody asks for are unknown, in whatever is read of it too", () => {
  const reader = new ConfigReader({ a: 1, b: [{ c: 1 }], d: { east: { e: 1 } }, f: { g: 1 }, h: 1 }, "");
  reader.raw("a");
  reader.objects("b");
  reader.objectsByName("d");
  reader.part(reader.raw("f"), "own");
  assert.deepEqual(reader.unknownFields, ["h", "b[0].c", "d.east.e", "own.g"]);
});
