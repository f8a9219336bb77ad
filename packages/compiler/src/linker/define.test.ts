import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { compileText, findings } from "../testing/index.ts";

const P3 = 'syntax = "proto3";\n';

describe("a name that is taken", () => {
  const taken: readonly (readonly [text: string, found: string])[] = [
    ["message A {}\nmessage A {}", "3 name-duplicate A"],
    ["message A {}\nenum A { X = 0; }", "3 name-duplicate A"],
    ["message A {}\nservice A {}", "3 name-duplicate A"],
    ["enum E { X = 0; }\nenum F { X = 0; }", "3 name-duplicate X"],
    ["enum E { X = 0; }\nmessage X {}", "3 name-duplicate X"],
    ["enum E { X = 0;\nX = 1; }", "3 name-duplicate X"],
    ["message A { int32 a = 1;\nint32 a = 2; }", "3 name-duplicate a"],
    ["message A { int32 a = 1;\nmessage a {} }", "3 name-duplicate a"],
    ["message A { oneof a { int32 b = 1; }\nint32 a = 2; }", "3 name-duplicate a"],
    ["message A { enum E { X = 0; }\nint32 X = 1; }", "3 name-duplicate X"],
    ["message A {} service S { rpc M(A) returns (A);\nrpc M(A) returns (A); }", "3 name-duplicate M"],
  ];
  for (const [text, found] of taken) {
    test(`is reported at the later of the two: ${text.replace("\n", " ")}`, async () => {
      assert.deepEqual(await findings(P3 + text), [found]);
    });
  }

  test("is reported once for a message, not for all that is in it", async () => {
    const message = "message A { int32 a = 1; message B { int32 c = 1; } enum E { X = 0; } }";
    assert.deepEqual(await findings(`${P3}${message}\n${message}`), ["3 name-duplicate A"]);
  });

  test("is told of with the place of the first, in whatever file", async () => {
    const { diagnostics } = await compileText({
      "a.proto": `${P3}import "b.proto";\nmessage B {}`,
      "b.proto": `${P3}message B {}`,
    });
    const duplicate = diagnostics.find(({ id }) => id === "name-duplicate");
    assert.match(duplicate?.message ?? "", /in "b\.proto"/);
    assert.deepEqual(
      duplicate?.notes?.map(({ source, span }) => [source.path, source.text.slice(span.start, span.end)]),
      [["b.proto", "B"]],
    );
  });

  test("is taken across files that do not import each other, too", async () => {
    const files = {
      "a.proto": `${P3}import "b.proto";\nimport "c.proto";`,
      "b.proto": `${P3}message A {}`,
      "c.proto": `${P3}message A {}`,
    };
    assert.ok((await findings(files)).includes("c.proto 2 name-duplicate A"));
  });

  test("is not taken in another scope or package", async () => {
    const files = {
      "a.proto": `${P3}package p; import public "b.proto"; message A { message A {} int32 a = 1; } message a {}`,
      "b.proto": `${P3}package q; message A {} enum E { X = 0; }`,
    };
    assert.deepEqual(await findings(files), []);
  });

  test("may be that of a package, or the beginning of one", async () => {
    const files = {
      "a.proto": `${P3}package p.q; import "b.proto";`,
      "b.proto": `${P3}message p {}`,
    };
    assert.ok((await findings(files)).includes("2 name-duplicate package p.q;"));
    const turned = { "a.proto": `${P3}import "b.proto";\nmessage p {}`, "b.proto": `${P3}package p.q;` };
    assert.ok((await findings(turned)).includes("3 name-duplicate p"));
  });
});

describe("a name that is too long", () => {
  const long = (length: number): string => "a".repeat(length);

  test("has more than 65535 characters, with those of what is around it", async () => {
    assert.deepEqual(await findings(`${P3}message ${long(65533)} { int32 b = 1; }`), []);
    assert.deepEqual(await findings(`${P3}message ${long(65534)} { int32 b = 1; }`), ["2 name-invalid b"]);
    assert.deepEqual(await findings(`${P3}package p;\nmessage ${long(65534)} {}`), [`3 name-invalid ${long(65534)}`]);
  });

  test("is reported once, not for all that is in it", async () => {
    const found = await findings(`${P3}message ${long(70_000)} { int32 b = 1; message C { int32 d = 1; } C c = 2; }`);
    assert.deepEqual(found, [`2 name-invalid ${long(70_000)}`]);
  });

  test("is a package's with more than 511 characters or 101 parts", async () => {
    assert.deepEqual(await findings(`${P3}package ${long(511)};`), []);
    assert.deepEqual(await findings(`${P3}package ${long(512)}; message A { A a = 1; }`), [
      `2 name-invalid ${long(512)}`,
    ]);
    const parts = (count: number): string => Array(count).fill("a").join(".");
    assert.deepEqual(await findings(`${P3}package ${parts(101)};`), []);
    assert.deepEqual(await findings(`${P3}package ${parts(102)};`), [`2 nesting-too-deep ${parts(102)}`]);
  });
});
