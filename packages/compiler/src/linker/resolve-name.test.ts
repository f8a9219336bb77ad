import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { descriptorOf, findings, type Sources } from "../testing/index.ts";

/** The types of the fields of the message `Here`, wherever that is, as they are resolved. */
async function typesIn(sources: Sources): Promise<readonly string[]> {
  const { messageType } = await descriptorOf(sources);
  const here = messageType.flatMap((message) => [message, ...message.nestedType]).find(({ name }) => name === "Here");
  return (here?.field ?? []).map(({ typeName }) => typeName);
}

const P3 = 'syntax = "proto3";\n';

describe("a name", () => {
  test("stands for what the innermost scope has of that name", async () => {
    const text = `${P3}package p; message A {} message Outer { message A {} message Here { message A {} A a = 1; } }`;
    assert.deepEqual(await typesIn(text), [".p.Outer.Here.A"]);
    assert.deepEqual(await typesIn(text.replace("Here { message A {}", "Here {")), [".p.Outer.A"]);
    assert.deepEqual(await typesIn(text.replaceAll(/\{ message A \{\}/g, "{")), [".p.A"]);
  });

  test("is looked up in the scope that its first part is found in, and nowhere else", async () => {
    const text = `${P3}package p;
message A { message B {} }
message Outer { message A {} message Here {
  A.B a = 1; } }`;
    assert.deepEqual(await findings(text), ["5 type-unknown A.B"]);
  });

  test("passes over what is no type, as the type of a field does, and over scopes without members", async () => {
    const text = `${P3}package p; message A { message B {} } message Here { A A = 1; A.B b = 2; }`;
    assert.deepEqual(await typesIn(text), [".p.A", ".p.A.B"]);
  });

  test("starts from the outermost with a dot", async () => {
    const text = `${P3}package p; message A {} message Here { message A {} A a = 1; .p.A b = 2; }`;
    assert.deepEqual(await typesIn(text), [".p.Here.A", ".p.A"]);
    assert.deepEqual(await findings(`${P3}package p; message A { .A a = 1; }`), ["2 type-unknown .A"]);
  });

  test("may leave out as much of the package as it shares with it", async () => {
    const files = {
      "a.proto": `${P3}package p.q.r; import "b.proto"; message Here { s.A a = 1; q.s.A b = 2; p.q.s.A c = 3; }`,
      "b.proto": `${P3}package p.q.s; message A {}`,
    };
    assert.deepEqual(await typesIn(files), [".p.q.s.A", ".p.q.s.A", ".p.q.s.A"]);
  });

  test("is taken for a package that is nearer, as in C++", async () => {
    const files = {
      "a.proto": `${P3}package a.b; import "c.proto"; import "d.proto";\nmessage Here { b.A a = 1; }`,
      "c.proto": `${P3}package b; message A {}`,
      "d.proto": `${P3}package a.b.b; message Other {}`,
    };
    assert.deepEqual(await findings(files), ["3 type-unknown b.A"]);
  });

  test("of a scalar is never another type's", async () => {
    const [message] = (await descriptorOf(`${P3}message A { message string {} string a = 1; .A.string b = 2; }`))
      .messageType;
    assert.deepEqual(
      message?.field.map(({ typeName }) => typeName),
      ["", ".A.string"],
    );
  });

  test("may be an enum's, a group's and, for a method, a message's only", async () => {
    const text = `${P3}enum E { A = 0; } service S { rpc M(E) returns (N); } message N { E e = 1; }`;
    assert.deepEqual(await findings(text), ["2 type-kind E"]);
  });
});

describe("another file's name", () => {
  const b = `${P3}message B {}`;

  test("is seen where that file is imported, and not otherwise", async () => {
    assert.deepEqual(await findings({ "a.proto": `${P3}import "b.proto"; message A { B b = 1; }`, "b.proto": b }), []);
    const found = await findings({ "a.proto": `${P3}message A { B b = 1; }`, "b.proto": b });
    assert.deepEqual(found, ["2 type-unknown B"]);
  });

  test("is seen through public imports, any number of them", async () => {
    const files = {
      "a.proto": `${P3}import "d.proto"; message A { B b = 1; }`,
      "d.proto": `${P3}import public "c.proto";`,
      "c.proto": `${P3}import public "b.proto";`,
      "b.proto": b,
    };
    assert.deepEqual(await findings(files), []);
  });

  test("is not seen through an import that is not public, and what to import is said", async () => {
    const files = {
      "a.proto": `${P3}import "c.proto"; message A { B b = 1; C c = 2; }`,
      "c.proto": `${P3}import "b.proto"; message C { B b = 1; }`,
      "b.proto": b,
    };
    assert.deepEqual(await findings(files), ["2 type-not-imported B"]);
  });

  test("that is not seen does not stand in the way of one that is", async () => {
    const files = {
      "a.proto": `${P3}package p.q; import "c.proto"; message Here { A a = 1; C c = 2; }`,
      "c.proto": `${P3}package p; import "b.proto"; message A {} message C { q.A a = 1; }`,
      "b.proto": `${P3}package p.q; message A {}`,
    };
    assert.deepEqual(await typesIn(files), [".p.A", ".p.C"]);
  });

  test("is an option's alone through `import option`", async () => {
    const files = {
      "a.proto": 'edition = "2024";\nimport option "b.proto";\noption (o) = 1;\nmessage A { B b = 1; }',
      "b.proto": `${P3}import "google/protobuf/descriptor.proto"; message B {} extend google.protobuf.FileOptions { int32 o = 1000; }`,
    };
    assert.deepEqual(await findings(files), ["4 type-not-imported B"]);
  });
});

describe("an import", () => {
  test("is used by a type, an option, an extension or a method; else it is warned of", async () => {
    const used = [
      "message A { B b = 1; }",
      "message A { map<string, B> b = 1; }",
      "service A { rpc C(B) returns (B); }",
    ];
    const file = (body: string): Sources => ({
      "a.proto": `${P3}import "b.proto";\n${body}`,
      "b.proto": `${P3}message B {}`,
    });
    for (const body of used) assert.deepEqual(await findings(file(body)), [], body);
    assert.deepEqual(await findings(file("message A {}")), ['2 import-unused? import "b.proto";']);
  });

  test("that is public needs no use, nor does one of a file that passes others on", async () => {
    const files = {
      "a.proto": `${P3}import public "b.proto"; import "c.proto";`,
      "b.proto": `${P3}message B {}`,
      "c.proto": `${P3}import public "b.proto";`,
    };
    assert.deepEqual(await findings(files), []);
  });
});
