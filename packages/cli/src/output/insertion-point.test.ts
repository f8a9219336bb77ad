import assert from "node:assert/strict";
import { test } from "node:test";
import { insertAt } from "./insertion-point.ts";

test("lines go above the line of the point, indented as it is, in the order of their coming", () => {
  const text = "class A {\n\t// @@protoc_insertion_point(scope)\n}\n";
  const once = insertAt(text, "scope", "a();\n\nb();\n");
  assert.equal(once, "class A {\n\ta();\n\t\n\tb();\n\t// @@protoc_insertion_point(scope)\n}\n");
  assert.equal(
    insertAt(once ?? "", "scope", "c();"),
    "class A {\n\ta();\n\t\n\tb();\n\tc();\n\t// @@protoc_insertion_point(scope)\n}\n",
  );
});

test("a point in a comment within a line takes text in front of the comment", () => {
  const text = "f(a /* @@protoc_insertion_point(arguments) */);";
  assert.equal(insertAt(text, "arguments", ", b"), "f(a , b\n/* @@protoc_insertion_point(arguments) */);");
});

test("a point on the first line, and one on a last line without an end", () => {
  assert.equal(insertAt("@@protoc_insertion_point(p)", "p", "x"), "x\n@@protoc_insertion_point(p)");
  assert.equal(insertAt("a\n  @@protoc_insertion_point(p)", "p", "x"), "a\n  x\n  @@protoc_insertion_point(p)");
});

test("a point that is not there, and nothing to insert", () => {
  assert.equal(insertAt("@@protoc_insertion_point(p)", "q", "x"), undefined);
  assert.equal(insertAt("@@protoc_insertion_point(p)", "p", ""), "@@protoc_insertion_point(p)");
});
