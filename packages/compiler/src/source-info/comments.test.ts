import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { descriptorOf } from "../testing/index.ts";

interface Comments {
  readonly detached?: readonly string[];
  readonly leading?: string;
  readonly trailing?: string;
}

/** The comments of each element that has some, by the path of its location. */
async function commentsIn(text: string): Promise<Readonly<Record<string, Comments>>> {
  const { sourceCodeInfo } = await descriptorOf(text);
  const found = (sourceCodeInfo?.location ?? []).flatMap((location): [string, Comments][] => {
    const hasLeading = Object.hasOwn(location, "leadingComments");
    const hasTrailing = Object.hasOwn(location, "trailingComments");
    const detached = location.leadingDetachedComments;
    if (!hasLeading && !hasTrailing && detached.length === 0) return [];
    const comments: Comments = {
      ...(detached.length > 0 && { detached }),
      ...(hasLeading && { leading: location.leadingComments }),
      ...(hasTrailing && { trailing: location.trailingComments }),
    };
    return [[location.path.join("."), comments]];
  });
  return Object.fromEntries(found);
}

/** What protoc 36.2 makes of comments around a message, its path being 4.0, and its first field, 4.0.2.0. */
const shared: readonly (readonly [text: string, comments: Readonly<Record<string, Comments>>])[] = [
  ["// a\nmessage A {}", { "4.0": { leading: " a\n" } }],
  ["// a\n// b\nmessage A {}", { "4.0": { leading: " a\n b\n" } }],
  ["// a\n\n// b\nmessage A {}", { "4.0": { detached: [" a\n"], leading: " b\n" } }],
  ["// a\n\nmessage A {}", { "4.0": { detached: [" a\n"] } }],
  ["/* a */\nmessage A {}", { "4.0": { leading: " a " } }],
  ["/* a */ message A {}", { "4.0": { leading: " a " } }],
  ["/* a */ /* b */\nmessage A {}", { "4.0": { detached: [" a "], leading: " b " } }],
  ["/* a\n * b\n   c\n */\nmessage A {}", { "4.0": { leading: " a\n b\nc\n" } }],
  ["/** a */\nmessage A {}", { "4.0": { leading: "* a " } }],
  ["message A { // a\n}", { "4.0": { trailing: " a\n" } }],
  ["message A { // a\n  int32 b = 1;\n}", { "4.0": { trailing: " a\n" } }],
  ["message A {\n  // a\n  int32 b = 1;\n}", { "4.0.2.0": { leading: " a\n" } }],
  ["message A {\n  // a\n\n  int32 b = 1;\n}", { "4.0": { trailing: " a\n" } }],
  ["message A {\n\n  // a\n\n  int32 b = 1;\n}", { "4.0.2.0": { detached: [" a\n"] } }],
  ["message A { int32 b = 1; // a\n}", { "4.0.2.0": { trailing: " a\n" } }],
  ["message A { int32 b = 1; /* a */ }", {}],
  ["message A { int32 b = 1; // a\n// c\n}", { "4.0.2.0": { trailing: " a\n" } }],
  ["message A { int32 b = 1;\n// a\n}", { "4.0.2.0": { trailing: " a\n" } }],
  ["message A { int32 b = 1;\n// a\n\n}", { "4.0.2.0": { trailing: " a\n" } }],
  ["message A { int32 b = 1;\n\n// a\n}", {}],
  ["message A { int32 b = 1; /* a */ int32 c = 2; }", { "4.0.2.1": { detached: [" a "] } }],
  ["message A { int32 b = 1; /* a */\nint32 c = 2; }", { "4.0.2.0": { trailing: " a " } }],
  ["message A { int32 b = 1;\n/* a */ int32 c = 2; }", { "4.0.2.1": { leading: " a " } }],
  ["message A { int32 b = 1; /**/ int32 c = 2; }", { "4.0.2.1": { detached: [""] } }],
  [
    "message A { int32 b = 1; // a\n// d\nint32 c = 2; }",
    { "4.0.2.0": { trailing: " a\n" }, "4.0.2.1": { leading: " d\n" } },
  ],
  ["message A { int32 b // a\n = 1; }", {}],
  ["message A {} // a", {}],
  ["message A { int32 b = 1 // a\n ; // c\n}", { "4.0.2.0": { trailing: " c\n" } }],
  ["//a\nmessage A {}", { "4.0": { leading: "a\n" } }],
  ["// a\r\nmessage A {}", { "4.0": { leading: " a\r\n" } }],
  ["// a\n; // b\nmessage A {}", {}],
];

describe("comments belong to what protoc gives them to", () => {
  for (const [text, comments] of shared) {
    test(JSON.stringify(text), async () => {
      const found = await commentsIn(`syntax = "proto3";\n\n${text}\n`);
      assert.deepEqual(found, comments);
    });
  }
});
