import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { descriptorOf, findings } from "../testing/index.ts";
import type { Compilation } from "./compilation.ts";
import { compile } from "./compile.ts";

const P3 = 'syntax = "proto3";\n';

type Files = Readonly<Record<string, string | Uint8Array | Error>>;

interface Loaded extends Compilation {
  /** The paths that were asked for, in the order in which they were. */
  readonly asked: readonly string[];
}

/** Compiles files of which some may not be readable. */
async function load(files: Files, paths: readonly string[] = [Object.keys(files)[0] ?? ""]): Promise<Loaded> {
  const asked: string[] = [];
  const compilation = await compile({
    files: paths,
    read: async (path) => {
      asked.push(path);
      await Promise.resolve();
      const contents = files[path];
      if (contents instanceof Error) throw contents;
      return contents;
    },
  });
  return { ...compilation, asked };
}

describe("files are read", () => {
  const files: Files = {
    "a.proto": `${P3}import public "b.proto"; import public "c.proto";`,
    "b.proto": `${P3}import public "d.proto";`,
    "c.proto": `${P3}import public "d.proto";`,
    "d.proto": `${P3}message D {}`,
  };

  test("once each, however often they are imported or asked for", async () => {
    const { asked, ok } = await load(files, ["a.proto", "d.proto", "a.proto"]);
    assert.equal(ok, true);
    assert.deepEqual([...asked].sort(), ["a.proto", "b.proto", "c.proto", "d.proto"]);
  });

  test("in waves: those that one wave imports, all at once", async () => {
    let running = 0;
    let most = 0;
    const many = Array.from({ length: 50 }, (_, at) => `${at}.proto`);
    const read = async (path: string): Promise<string | undefined> => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      if (path === "a.proto") return P3 + many.map((one) => `import public "${one}";`).join("");
      return many.includes(path) ? P3 : undefined;
    };
    assert.equal((await compile({ files: ["a.proto"], read })).ok, true);
    assert.equal(most, 50);
  });

  test("and given back behind those they import, in the order in which they were asked for", async () => {
    assert.deepEqual(
      (await load(files, ["c.proto", "a.proto"])).files.map(({ name }) => name),
      ["d.proto", "c.proto", "b.proto", "a.proto"],
    );
  });

  test("by the caller before the compiler's own: a file may take the place of a bundled one", async () => {
    const own = {
      "a.proto": `${P3}import "google/protobuf/any.proto"; message A { Own a = 1; }`,
      "google/protobuf/any.proto": `${P3}message Own {}`,
    };
    assert.equal((await load(own)).ok, true);
  });

  test("none at all, and nothing is compiled", async () => {
    const { ok, files: compiled, diagnostics } = await load({}, []);
    assert.deepEqual([ok, compiled, diagnostics], [true, [], []]);
  });
});

describe("a file that is not there", () => {
  test("is reported where it is imported, and where it was asked for as a file", async () => {
    assert.deepEqual(await findings(`${P3}import "b.proto";`), ['2 import-not-found "b.proto"']);
    const { diagnostics } = await load({}, ["b.proto"]);
    assert.deepEqual(
      diagnostics.map(({ id, path, source }) => [id, path, source]),
      [["file-not-found", "b.proto", undefined]],
    );
  });

  test("is reported once, however often it was asked for", async () => {
    assert.equal((await load({}, ["b.proto", "b.proto"])).diagnostics.length, 1);
  });

  test("does not make errors of the names that it may have", async () => {
    assert.deepEqual(await findings(`${P3}import "b.proto"; message A { B b = 1; c.D d = 2; }`), [
      '2 import-not-found "b.proto"',
    ]);
  });

  test("may be meant to be one that there is, under another path or nearly that", async () => {
    const hint = async (path: string): Promise<string | undefined> =>
      (
        await load({ "a.proto": `${P3}import "${path}"; import "library/book.proto";`, "library/book.proto": P3 })
      ).diagnostics.find(({ id }) => id === "import-not-found")?.hint;
    assert.equal(await hint("book.proto"), 'did you mean "library/book.proto"?');
    assert.equal(await hint("library/bok.proto"), 'did you mean "library/book.proto"?');
    assert.equal(await hint("timestamp.proto"), 'did you mean "google/protobuf/timestamp.proto"?');
    assert.equal(await hint("library/book"), 'did you mean "library/book.proto"?');
    assert.equal(await hint("google.protobuf.timestamp"), 'did you mean "google/protobuf/timestamp.proto"?');
  });
});

describe("a file that cannot be read", () => {
  test("is reported with the reader's own words", async () => {
    const { diagnostics } = await load({ "a.proto": `${P3}import "b.proto";`, "b.proto": new Error("EACCES: no") });
    assert.deepEqual(
      diagnostics.map(({ id, message }) => [id, message]),
      [["file-unreadable", 'cannot read "b.proto": EACCES: no']],
    );
  });

  test("is one whose reader gives what is neither text nor bytes", async () => {
    const files: Files = { "a.proto": `${P3}import "constructor";` };
    const { diagnostics } = await load(files);
    assert.deepEqual(
      diagnostics.map(({ id }) => id),
      ["file-unreadable"],
    );
  });

  test("is one whose reader throws at once, too", async () => {
    const { diagnostics } = await compile({
      files: ["a.proto"],
      read: (path) => {
        if (path === "a.proto") throw new Error("no");
        return undefined;
      },
    });
    assert.deepEqual(
      diagnostics.map(({ id }) => id),
      ["file-unreadable"],
    );
  });
});

describe("a file that is not UTF-8", () => {
  const latin = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

  test("is warned of where that is in a comment", async () => {
    assert.deepEqual(await findings({ "a.proto": latin(`${P3}// caf\u00e9\nmessage A {}`) }), [
      "2 utf8-invalid? \ufffd",
    ]);
  });

  test("is warned of where that is in a string, which keeps its bytes where those are what is meant", async () => {
    const text = latin(`syntax = "proto2";\nmessage A { optional bytes b = 1 [default = "caf\u00e9"]; }`);
    assert.deepEqual(await findings({ "a.proto": text }), ["2 utf8-invalid? \ufffd"]);
    assert.equal((await descriptorOf({ "a.proto": text })).messageType[0]?.field[0]?.defaultValue, "caf\\351");
  });

  test("is refused where that is a text with half of a surrogate pair in a string, as no file can have it", async () => {
    assert.deepEqual(await findings(`${P3}option java_package = "caf\ud800";`), ['2 utf8-invalid "caf\ufffd"']);
  });

  test("is not one that has U+FFFD in it", async () => {
    assert.deepEqual(await findings(`${P3}// \ufffd`), []);
  });
});

describe("the path of an import", () => {
  const refused = [
    "",
    "/a.proto",
    "a//b.proto",
    "./b.proto",
    "../b.proto",
    "a/../b.proto",
    "a/./b.proto",
    "a\\\\b.proto",
    "b.proto/",
  ];
  for (const path of refused) {
    test(`cannot be "${path}"`, async () => {
      assert.deepEqual(await findings(`${P3}import "${path}";`), [`2 import-path "${path}"`]);
    });
  }

  test("is said as it could be written", async () => {
    const hint = async (path: string): Promise<string | undefined> =>
      (await load({ "a.proto": `${P3}import "${path}";` })).diagnostics[0]?.hint;
    assert.equal(await hint("./x//b.proto"), 'write "x/b.proto"');
    assert.equal(await hint("x\\\\b.proto"), 'write "x/b.proto"');
    assert.match((await hint("../b.proto")) ?? "", /^write the path from the folder where all imports start/);
  });

  test("is imported once", async () => {
    const found = await findings({
      "a.proto": `${P3}import "b.proto";\nimport "b.proto";\nmessage A { B b = 1; }`,
      "b.proto": `${P3}message B {}`,
    });
    assert.deepEqual(found, ['3 import-duplicate "b.proto"']);
  });
});

describe("files that import each other", () => {
  test("are reported at the import that closes the circle", async () => {
    const files = {
      "a.proto": `${P3}import "b.proto"; message A { B b = 1; }`,
      "b.proto": `${P3}import "c.proto"; message B {}`,
      "c.proto": `${P3}import "a.proto"; message C {}`,
    };
    const { diagnostics } = await load(files);
    const cycle = diagnostics.find(({ id }) => id === "import-cycle");
    assert.equal(cycle?.path, "c.proto");
    assert.match(cycle?.message ?? "", /"a\.proto" imports "b\.proto" imports "c\.proto" imports "a\.proto"/);
  });

  test("may be one file", async () => {
    assert.deepEqual(await findings(`${P3}import "a.proto";`), ['2 import-cycle "a.proto"']);
  });
});
