/** What is generated depends on the .proto files and the command alone: not on where, when, by whom and in which language. */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type GannetOptions, runGannet } from "./gannet.ts";
import { createScratchFolder, readTree } from "./scratch-folder.ts";

const FILES = {
  "proto/library/author.proto":
    'syntax = "proto3";\npackage library;\n// Who writes.\nmessage Author { string name = 1; }\n',
  "proto/library/book.proto":
    'syntax = "proto3";\npackage library;\nimport "library/author.proto";\nimport "google/protobuf/timestamp.proto";\n' +
    "message Book { Author author = 1; google.protobuf.Timestamp lent = 2; }\n" +
    "service Library { rpc Find(Author) returns (stream Book); }\n",
};
/** A clock that stands still, long ago. */
const LONG_AGO = `data:text/javascript,${encodeURIComponent(
  "const D = Date; globalThis.Date = class extends D { " +
    "constructor(...a) { super(...(a.length === 0 ? [1e11] : a)); } static now() { return 1e11; } };",
)}`;

/** What a command writes into `out`, run by `place` somewhere below a folder of its own. */
function generate(
  t: TestContext,
  place: string,
  command: (folder: string) => readonly string[],
  options: GannetOptions,
): Record<string, string> {
  const files = Object.fromEntries(Object.entries(FILES).map(([path, text]) => [join(place, path), text]));
  const root = createScratchFolder(t, files);
  const folder = join(root, place);
  mkdirSync(join(folder, "out"));
  const { code, stderr } = runGannet(folder, command(folder), options);
  assert.equal(code, 0, stderr);
  const written = readTree(join(folder, "out"));
  for (const [name, text] of Object.entries(written)) {
    assert.ok(!text.includes(root), `${name} names the folder that it was generated in`);
    assert.ok(!text.includes(`/${userInfo().username}/`), `${name} names the user`);
    assert.doesNotMatch(text, /\b20\d\d-\d\d-\d\d\b|\d\d:\d\d:\d\d/, `${name} has a date or a time`);
  }
  assert.ok(Object.keys(written).length > 0);
  return written;
}

for (const [name, relative, absolute] of [
  [
    "gen",
    ["gen", "proto", "--out", "out", "--codecs"],
    (folder: string) => ["gen", `${folder}/proto`, "--out", `${folder}/out`, "--codecs"],
  ],
  [
    "gen to JavaScript",
    ["gen", "proto", "--out", "out", "--codecs", "--opt", "target=js+dts"],
    (folder: string) => [
      "gen",
      "-I",
      `${folder}/proto`,
      `${folder}/proto`,
      "--out",
      "out",
      "--codecs",
      "--opt",
      "target=js+dts",
    ],
  ],
  [
    "protoc with descriptors",
    [
      "protoc",
      "-Iproto",
      "--es_out=out",
      "-oout/set.pb",
      "--include_imports",
      "--include_source_info",
      "library/book.proto",
    ],
    (folder: string) => [
      "protoc",
      `-I${folder}/proto`,
      `--es_out=${folder}/out`,
      `-o${folder}/out/set.pb`,
      "--include_imports",
      "--include_source_info",
      `${folder}/proto/library/book.proto`,
    ],
  ],
] as const) {
  test(`${name} writes the same bytes in another folder, at another time, for another user`, (t) => {
    const here = generate(t, "here", () => relative, {});
    const there = generate(t, "there/and far/away", absolute, {
      env: {
        TZ: "Asia/Tokyo",
        LANG: "de_DE.UTF-8",
        LC_ALL: "C",
        USER: "somebody",
        NODE_OPTIONS: `--import=${LONG_AGO}`,
      },
    });
    assert.deepEqual(there, here);
  });
}

test("the clock of these tests is another one for the program", (t) => {
  const folder = createScratchFolder(t, { "now.mjs": "process.stdout.write(String(new Date().getTime()));" });
  const { stdout } = runGannet(folder, [], {
    program: join(folder, "now.mjs"),
    env: { NODE_OPTIONS: `--import=${LONG_AGO}` },
  });
  assert.equal(stdout, "100000000000");
});
