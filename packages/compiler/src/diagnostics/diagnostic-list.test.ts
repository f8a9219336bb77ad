import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SourceFile } from "../source/index.ts";
import { DiagnosticList } from "./diagnostic-list.ts";

const source = new SourceFile("a.proto", "message A {}");
const span = { start: 8, end: 9 };

describe("a list of diagnostics", () => {
  test("keeps the order in which they are found", () => {
    const list = new DiagnosticList();
    list.error(source, span, "second", "b");
    list.warning(source, span, "first", "a");
    list.fileError("b.proto", "third", "c");
    assert.deepEqual(
      list.all.map(({ id, severity, path }) => [id, severity, path]),
      [
        ["second", "error", "a.proto"],
        ["first", "warning", "a.proto"],
        ["third", "error", "b.proto"],
      ],
    );
  });

  test("has errors only where one was found: a warning is none", () => {
    const list = new DiagnosticList();
    list.warning(source, span, "a", "a");
    assert.equal(list.hasErrors, false);
    list.error(source, span, "b", "b");
    assert.equal(list.hasErrors, true);
  });

  test("keeps no more than anybody reads, and knows of errors beyond that", () => {
    const list = new DiagnosticList();
    for (let count = 0; count < 200_000; count++) list.warning(source, span, "a", "a");
    assert.equal(list.all.length, 100_000);
    list.error(source, span, "b", "b");
    assert.equal(list.hasErrors, true);
  });

  test("cuts messages, hints and notes that quote names of any length", () => {
    const list = new DiagnosticList();
    const long = "x".repeat(1_000_000);
    list.error(source, span, "a", long, { hint: long, notes: [{ message: long, source, span }] });
    const [found] = list.all;
    for (const text of [found?.message, found?.hint, found?.notes?.[0]?.message]) {
      assert.ok(text !== undefined && text.length <= 1000 && text.endsWith("x…"));
    }
  });
});
