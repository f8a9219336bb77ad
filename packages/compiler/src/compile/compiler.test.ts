import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { formatDiagnostic } from "../diagnostics/index.ts";
import type { FileContents } from "../source/index.ts";
import type { Compilation } from "./compilation.ts";
import { compile } from "./compile.ts";
import { type Compiler, createCompiler } from "./compiler.ts";

const DESCRIPTOR = "google/protobuf/descriptor.proto";

/** Files that a test changes between compilations. */
class Workspace {
  readonly files: Map<string, FileContents>;
  readonly compiler: Compiler;

  constructor(files: Readonly<Record<string, string>>) {
    this.files = new Map(Object.entries(files));
    this.compiler = createCompiler({ read: (path) => this.files.get(path) });
  }

  /** Compiles, and checks that a compiler without a past finds the same. */
  async compile(...paths: readonly string[]): Promise<Compilation> {
    const compilation = await this.compiler.compile(paths);
    const fresh = await compile({ files: paths, read: (path) => this.files.get(path) });
    assert.deepEqual(summarize(compilation), summarize(fresh));
    return compilation;
  }
}

/** All that a compilation says, in a form that can be compared. */
function summarize({ ok, files, diagnostics }: Compilation): unknown {
  return {
    ok,
    files: files.map((file) => [file.name, Buffer.from(toBinary(FileDescriptorProtoSchema, file)).toString("latin1")]),
    diagnostics: diagnostics.map((diagnostic) => formatDiagnostic(diagnostic)),
  };
}

const proto3 = 'syntax = "proto3"; ';

describe("a compiler that has compiled before", () => {
  const tree = (): Workspace =>
    new Workspace({
      "leaf.proto": `${proto3}message Leaf {}`,
      "branch.proto": `${proto3}import "leaf.proto"; message Branch { Leaf leaf = 1; }`,
      "root.proto": `${proto3}import "branch.proto"; message Root { Branch branch = 1; }`,
      "other.proto": `${proto3}message Other {}`,
    });

  test("runs no pass where nothing has changed, and gives the descriptors that it gave", async () => {
    const workspace = tree();
    const first = await workspace.compile("root.proto", "other.proto");
    assert.deepEqual(first.work, {
      parsed: ["root.proto", "other.proto", "branch.proto", "leaf.proto"],
      linked: [DESCRIPTOR, "leaf.proto", "branch.proto", "root.proto", "other.proto"],
    });
    const second = await workspace.compile("root.proto", "other.proto");
    assert.deepEqual(second.work, { parsed: [], linked: [] });
    assert.equal(second.files.length, 4);
    for (const [index, file] of second.files.entries()) assert.equal(file, first.files[index]);
  });

  test("parses the file that has changed, and links it and those that import it", async () => {
    const workspace = tree();
    const first = await workspace.compile("root.proto", "other.proto");
    workspace.files.set("branch.proto", `${proto3}import "leaf.proto"; message Branch { repeated Leaf leaves = 2; }`);
    const second = await workspace.compile("root.proto", "other.proto");
    assert.deepEqual(second.work, { parsed: ["branch.proto"], linked: ["branch.proto", "root.proto"] });
    const kept = second.files.filter((file) => first.files.includes(file));
    assert.deepEqual(
      kept.map(({ name }) => name),
      ["leaf.proto", "other.proto"],
    );
  });

  test("parses again what was wrong, and only that", async () => {
    const workspace = tree();
    const good = `${proto3}message Leaf {}`;
    workspace.files.set("leaf.proto", `${proto3}message Leaf {`);
    assert.equal((await workspace.compile("root.proto")).ok, false);
    assert.deepEqual((await workspace.compile("root.proto")).work.parsed, []);
    workspace.files.set("leaf.proto", good);
    const mended = await workspace.compile("root.proto");
    assert.ok(mended.ok);
    assert.deepEqual(mended.work.parsed, ["leaf.proto"]);
  });

  test("takes the same text in bytes, and in a string of its own, for no change", async () => {
    const workspace = tree();
    await workspace.compile("other.proto");
    workspace.files.set("other.proto", new TextEncoder().encode(`${proto3}message Other {}`));
    assert.deepEqual((await workspace.compile("other.proto")).work.parsed, []);
    workspace.files.set("other.proto", `${proto3}message ${"Other"} {}`);
    assert.deepEqual((await workspace.compile("other.proto")).work.parsed, []);
  });

  test("follows imports that come, go and come back", async () => {
    const workspace = tree();
    await workspace.compile("root.proto");
    const leaf = workspace.files.get("leaf.proto") ?? "";
    workspace.files.delete("leaf.proto");
    assert.equal((await workspace.compile("root.proto")).ok, false);
    workspace.files.set("leaf.proto", leaf);
    const back = await workspace.compile("root.proto");
    assert.ok(back.ok);
    assert.deepEqual(back.work.parsed, ["leaf.proto"]);
  });

  test("does not see what files define that it is no longer asked for", async () => {
    const workspace = new Workspace({ "a.proto": `${proto3}message M {}`, "b.proto": `${proto3}message M {}` });
    assert.equal((await workspace.compile("a.proto", "b.proto")).ok, false);
    assert.ok((await workspace.compile("a.proto")).ok);
    assert.ok((await workspace.compile("b.proto")).ok);
  });

  test("says of two files that clash what it would have said at once, whichever changed", async () => {
    const workspace = new Workspace({ "a.proto": `${proto3}message A {}`, "b.proto": `${proto3}message B {}` });
    await workspace.compile("a.proto", "b.proto");
    workspace.files.set("a.proto", `${proto3}message B {}`);
    const [clash] = (await workspace.compile("a.proto", "b.proto")).diagnostics;
    assert.equal(clash?.path, "b.proto");
  });

  test("forgets a warning about a file that two of them had to be there for", async () => {
    const extend = (name: string): string =>
      `syntax = "proto2"; import "m.proto"; extend M { optional int32 ${name} = 1; }`;
    const workspace = new Workspace({
      "m.proto": 'syntax = "proto2"; message M { extensions 1 to 9; }',
      "a.proto": extend("a"),
      "b.proto": extend("b"),
    });
    assert.equal((await workspace.compile("a.proto", "b.proto")).diagnostics.length, 1);
    workspace.files.set("a.proto", 'syntax = "proto2"; message A {}');
    assert.equal((await workspace.compile("a.proto", "b.proto")).diagnostics.length, 0);
    workspace.files.set("a.proto", extend("c"));
    assert.equal((await workspace.compile("a.proto", "b.proto")).diagnostics.length, 1);
  });

  test("warns a file of what it imports in vain once it is asked for itself", async () => {
    const workspace = tree();
    workspace.files.set("branch.proto", `${proto3}import "leaf.proto"; message Branch {}`);
    const ids = async (...paths: string[]): Promise<string[]> =>
      (await workspace.compile(...paths)).diagnostics.map(({ id }) => id);
    assert.deepEqual(await ids("root.proto"), []);
    assert.deepEqual(await ids("root.proto", "branch.proto"), ["import-unused"]);
    assert.deepEqual(await ids("root.proto"), []);
  });

  test("takes a descriptor.proto of the caller's, and gives it up", async () => {
    const text = `${proto3}import "${DESCRIPTOR}"; option java_package = "a"; message A {}`;
    const workspace = new Workspace({ "a.proto": text });
    assert.ok((await workspace.compile("a.proto")).ok);
    workspace.files.set(DESCRIPTOR, 'syntax = "proto2"; package google.protobuf; message FileOptions {}');
    assert.equal((await workspace.compile("a.proto")).ok, false);
    workspace.files.delete(DESCRIPTOR);
    assert.ok((await workspace.compile("a.proto")).ok);
  });

  test("compiles one call behind the other where they overlap", async () => {
    const reads: string[] = [];
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const compiler = createCompiler({
      read: async (path) => {
        reads.push(path);
        if (path === "a.proto") await gate;
        return proto3;
      },
    });
    const both = Promise.all([compiler.compile(["a.proto"]), compiler.compile(["b.proto"])]);
    await Promise.resolve();
    release();
    const [a, b] = await both;
    assert.deepEqual(reads, ["a.proto", "b.proto"]);
    assert.deepEqual([a.work.parsed, b.work.parsed], [["a.proto"], ["b.proto"]]);
  });

  test("goes on behind a compilation that was no use", async () => {
    const compiler = createCompiler({ read: () => proto3 });
    // @ts-expect-error no list of files
    await assert.rejects(async () => await compiler.compile(undefined), TypeError);
    assert.ok((await compiler.compile(["a.proto"])).ok);
  });
});

describe("a compiler that has compiled before gives what a new one does", () => {
  const PATHS = ["a.proto", "b.proto", "c.proto", "d.proto", "e.proto"];
  const path = fc.constantFrom(...PATHS);
  const typeName = fc.constantFrom("A", "B", "C", "p.A", "p.q.B", ".p.C", "Unknown");
  const statement = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(fc.constantFrom("A", "B", "C"), typeName, fc.integer({ min: 1, max: 3 })) },
    { weight: 1, arbitrary: fc.constantFrom("enum E { X = 0; }", "enum F { X = 0; }", "message {", "message p {}") },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'import "google/protobuf/descriptor.proto"; extend google.protobuf.MessageOptions { string tag = 50000; }',
        'message T { option (tag) = "t"; }',
        'message U { option (p.tag) = "u"; }',
        "service S { rpc Do(A) returns (B); }",
        "option cc_generic_services = true;",
      ),
    },
  );
  const source = fc
    .record({
      edition: fc.constantFrom('syntax = "proto3";', 'edition = "2023";', ""),
      packageName: fc.constantFrom("", "p", "p", "p.q"),
      imports: fc.uniqueArray(fc.tuple(fc.constantFrom("", "", "public "), path), {
        maxLength: 3,
        selector: ([, one]) => one,
      }),
      statements: fc.array(statement, { maxLength: 3 }),
    })
    .map(({ edition, packageName, imports, statements }) =>
      [
        edition,
        packageName === "" ? "" : `package ${packageName};`,
        ...imports.map(([modifier, one]) => `import ${modifier}"${one}";`),
        ...statements.map((one) =>
          typeof one === "string" ? one : `message ${one[0]} { ${one[1]} field = ${one[2]}; extensions 100 to 200; }`,
        ),
      ].join("\n"),
    );
  const text = fc.oneof({ weight: 3, arbitrary: source }, { weight: 3, arbitrary: plainSource() });
  const edit = fc.tuple(path, fc.option(text, { freq: 8, nil: undefined }));
  const step = fc.record({
    edits: fc.array(edit, { minLength: 1, maxLength: 2 }),
    requested: fc.oneof(
      { weight: 3, arbitrary: fc.constant(PATHS) },
      { weight: 1, arbitrary: fc.uniqueArray(path, { minLength: 1, maxLength: 5 }) },
    ),
  });

  /** Files that fit each other, so that there is something to be kept. */
  function plainSource(): fc.Arbitrary<string> {
    return fc
      .tuple(fc.constantFrom(...PATHS), fc.subarray(PATHS), fc.integer({ min: 1, max: 3 }))
      .map(([own, imported, number]) => {
        const name = (one: string): string => `M${one.slice(0, 1)}`;
        const later = imported.filter((one) => one > own);
        const fields = later.map((one, index) => `${name(one)} f${index} = ${number + index};`);
        const imports = later.map((one) => `import "${one}";`);
        return `${proto3}${imports.join(" ")} message ${name(own)} { ${fields.join(" ")} }`;
      });
  }

  const own = new Map(PATHS.map((one) => [one, `${proto3}message M${one.slice(0, 1)} {}`]));

  test("whatever happens to the files", async () => {
    let kept = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const workspace = new Workspace(Object.fromEntries(own));
        await workspace.compile(...PATHS);
        for (const { edits, requested } of steps) {
          for (const [one, contents] of edits) {
            if (contents === undefined) workspace.files.delete(one);
            else workspace.files.set(one, contents);
          }
          const { files, work } = await workspace.compile(...requested);
          if (work.linked.length < files.length) kept++;
        }
      }),
      { numRuns: 200 },
    );
    assert.ok(kept > 0, "nothing was ever kept");
  });

  test("where files of the same shape change one by one", async () => {
    let kept = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(path, fc.subarray(PATHS), fc.nat(2)), { maxLength: 8 }), async (edits) => {
        const workspace = new Workspace(Object.fromEntries(own));
        await workspace.compile(...PATHS);
        for (const [one, imported, version] of edits) {
          const later = imported.filter((other) => other > one);
          const lines = later.map((other) => `import "${other}";`);
          const fields = later.map((other, index) => `M${other.slice(0, 1)} f${index} = ${index + 1 + version};`);
          const message = `message M${one.slice(0, 1)} { ${fields.join(" ")} }`;
          workspace.files.set(one, [proto3, ...lines, message].join("\n"));
          const { ok, work } = await workspace.compile(...PATHS);
          assert.ok(ok);
          assert.ok(work.parsed.length <= 1);
          if (work.linked.length < PATHS.length) kept++;
        }
      }),
      { numRuns: 100 },
    );
    assert.ok(kept > 0, "nothing was ever kept");
  });
});

describe("a registry", () => {
  test("has the messages, enums, extensions and services of all files", async () => {
    const { registry } = await compile({
      files: ["a.proto"],
      read: (one) =>
        one === "a.proto"
          ? `${proto3}package a; import "google/protobuf/timestamp.proto";
             message M { google.protobuf.Timestamp at = 1; E e = 2; } enum E { ZERO = 0; } service S { rpc Do(M) returns (M); }`
          : undefined,
    });
    assert.equal(registry.getMessage("a.M")?.field["at"]?.message?.typeName, "google.protobuf.Timestamp");
    assert.equal(registry.getEnum("a.E")?.values[0]?.name, "ZERO");
    assert.equal(registry.getService("a.S")?.method["do"]?.input, registry.getMessage("a.M"));
    assert.ok(registry.getFile("google/protobuf/timestamp.proto"));
  });

  test("is empty where there are errors", async () => {
    const { registry } = await compile({ files: ["a.proto"], read: () => "message" });
    assert.deepEqual([...registry], []);
  });
});

describe("a reader that does what it should not", () => {
  const revoked = (): unknown => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  };
  // biome-ignore format: one a line
  const readers: readonly (readonly [what: string, read: (path: string) => unknown])[] = [
    ["throws", () => { throw new Error("no such disk"); }],
    ["throws what has no text", () => { throw Object.create(null); }],
    ["throws what cannot be touched", () => { throw revoked(); }],
    ["rejects", async () => await Promise.reject(new Error("no such host"))],
    ["gives a number", () => 42],
    ["gives null", () => null],
    ["gives an object", () => ({ text: "" })],
    ["gives a promise of a symbol", async () => Symbol("text")],
    ["gives what cannot be touched", revoked],
  ];
  for (const [what, read] of readers) {
    test(`and ${what} is found to have, and nothing is thrown`, async () => {
      const { ok, diagnostics } = await compile({ files: ["a.proto"], read: read as (path: string) => undefined });
      assert.equal(ok, false);
      assert.deepEqual([...new Set(diagnostics.map(({ id }) => id))], ["file-unreadable"]);
    });
  }

  test("may be asked for what is no path", async () => {
    const files = [42, undefined, Symbol("a"), Object.create(null)] as unknown as string[];
    const { ok, diagnostics } = await compile({ files, read: () => "" });
    assert.equal(ok, false);
    assert.deepEqual([...new Set(diagnostics.map(({ id }) => id))], ["import-path"]);
  });
});

describe("what is no input, but a mistake of the program", () => {
  const read = (): string => proto3;

  test("is an option that there is not, or one that is missing", async () => {
    // @ts-expect-error a slip of the pen
    assert.throws(() => createCompiler({ red: read }), {
      name: "TypeError",
      code: "GANNET_UNKNOWN_OPTION",
      message: 'createCompiler has no option "red"; did you mean read?',
    });
    // @ts-expect-error a slip of the pen
    await assert.rejects(compile({ file: ["a.proto"], read }), { code: "GANNET_UNKNOWN_OPTION" });
    // @ts-expect-error there is none
    await assert.rejects(compile({ files: ["a.proto"] }), {
      code: "GANNET_INVALID_OPTION",
      message: /needs the option read/,
    });
  });

  test("is a path where a list of paths is to be", async () => {
    const message = 'the files to compile are a list of import paths, such as ["a.proto"]';
    const code = "GANNET_INVALID_ARGUMENT";
    const path = "a.proto" as unknown as string[];
    await assert.rejects(compile({ files: path, read }), { name: "TypeError", code, message });
    await assert.rejects(createCompiler({ read }).compile(path), { code, message });
    // @ts-expect-error there is none
    await assert.rejects(compile({ read }), { code });
  });
});
