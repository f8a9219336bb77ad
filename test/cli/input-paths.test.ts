/** Which import path a file gets: compared with protoc, command line by command line. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { runProtoc } from "../conformance/protoc/index.ts";
import { runGannet } from "./gannet.ts";
import { createScratchFolder } from "./scratch-folder.ts";

const FILES = {
  "a/m.proto": 'syntax = "proto3";\n// In a.\nmessage M {}\n',
  "a/n.proto": 'syntax = "proto3";\nimport "m.proto";\nmessage N { M m = 1; }\n',
  "a/sub/s.proto": 'syntax = "proto3";\nmessage S {}\n',
  "b/m.proto": 'syntax = "proto3";\n// In b.\nmessage M {}\n',
  "b/o.proto": 'syntax = "proto3";\nmessage O {}\n',
  "d.proto/x.proto": 'syntax = "proto3";\nmessage D {}\n',
  "args.txt": "-Ia\n--include_imports\n",
};

/** Arguments, and whether protoc takes them. */
const CASES: readonly (readonly [string, "same" | "refused"])[] = [
  ["a/m.proto", "same"],
  ["./a/./m.proto", "same"],
  ["a//m.proto", "same"],
  ["-Ia a/m.proto", "same"],
  ["-I a a/m.proto", "same"],
  ["-I=a a/m.proto", "same"],
  ["-Ia/ a/m.proto", "same"],
  ["-I./a a/m.proto", "same"],
  ["--proto_path=a a/m.proto", "same"],
  ["--proto_path a a/m.proto", "same"],
  ["-Ia m.proto", "same"],
  ["-Ia -Ib a/n.proto b/o.proto", "same"],
  ["-Ia:b a/n.proto b/o.proto", "same"],
  ["-Ib:a a/n.proto", "same"],
  ["-Ia: a/m.proto", "same"],
  ["-I. -Ia a/sub/s.proto", "same"],
  ["-Ia -I. a/sub/s.proto", "same"],
  ["-Iv=a a/m.proto", "same"],
  ["-Iv=a v/m.proto", "same"],
  ["-Iv/w=a/m.proto a/m.proto", "same"],
  ["-Ia -Inowhere a/m.proto", "same"],
  ["-Ia --include_imports --include_source_info a/n.proto", "same"],
  ["-Ia a/n.proto a/m.proto", "same"],
  ["-Ia --include_imports a/n.proto a/m.proto", "same"],
  ["@args.txt a/n.proto", "same"],
  ["a/m.proto --include_source_info", "same"],
  ["-Ia b/o.proto", "refused"],
  ["-Ib:a a/m.proto", "refused"],
  ["-Iv=a m.proto", "refused"],
  ["-Ia nowhere.proto", "refused"],
  ["-Ia sub//s.proto", "refused"],
  ["-Ia ../m.proto", "refused"],
  ["d.proto", "refused"],
  ["-I a/m.proto", "refused"],
  ["-I -Ia a/m.proto", "refused"],
  ["-Ia a/m.proto --proto_path", "refused"],
  ["-Ia a/m.proto --frob", "refused"],
  ["-Ia -p a/m.proto", "refused"],
  ["-Ia a/m.proto -o again.bin", "refused"],
  ["-Ia", "refused"],
  ["@nowhere.txt a/m.proto", "refused"],
];

describe("what protoc makes of these arguments, gannet does:", () => {
  for (const [line, verdict] of CASES) {
    test(`${line} (${verdict})`, (t) => {
      const folder = createScratchFolder(t, FILES);
      const args = ["-o", "set.bin", ...line.split(" ")];
      const set = join(folder, "set.bin");
      const { accepted } = runProtoc(args, folder);
      assert.equal(accepted, verdict === "same", "this is not what protoc does");
      const expected = accepted ? readFileSync(set) : undefined;
      rmSync(set, { force: true });
      const { code, stderr } = runGannet(folder, ["protoc", ...args]);
      assert.equal(code, accepted ? 0 : 1, stderr);
      const actual = existsSync(set) ? readFileSync(set) : undefined;
      assert.ok(expected === undefined ? actual === undefined : actual?.equals(expected), "the descriptors differ");
    });
  }
});

test("a relative file is found in an absolute root, and an absolute one in a relative root", (t) => {
  const folder = createScratchFolder(t, FILES);
  for (const args of [
    [`-I${folder}/a`, "a/m.proto"],
    ["-Ia", join(folder, "a/m.proto")],
    ["-Ia", "b/../a/m.proto"],
    ["-I.", "-Ia", `-I${folder}/a`, join(folder, "a/m.proto")],
  ]) {
    const { code, stderr } = runGannet(folder, ["protoc", ...args, "-o", "set.bin"]);
    assert.equal(code, 0, stderr);
  }
});

test("a file in none of the roots: which -I would help", (t) => {
  const { code, stderr } = runGannet(createScratchFolder(t, FILES), ["protoc", "-Ia", "-oset.bin", "b/o.proto"]);
  assert.equal(code, 1);
  assert.match(stderr, /^b\/o\.proto: error: this file is in none of the folders given by -I \[input-outside-roots\]/);
  assert.match(stderr, /hint: .*-I b\n/);
});

test("a file that another one hides: which", (t) => {
  const { code, stderr } = runGannet(createScratchFolder(t, FILES), ["protoc", "-Ib", "-Ia", "-oset.bin", "a/m.proto"]);
  assert.equal(code, 1);
  assert.match(stderr, /^a\/m\.proto: error: an import of "m\.proto" finds b\/m\.proto first, not this file/);
});

test("protobuf's own files are there to be named as they are to be imported", (t) => {
  const folder = createScratchFolder(t, FILES);
  const { code, stderr } = runGannet(folder, ["protoc", "-Ia", "-oset.bin", "google/protobuf/timestamp.proto"]);
  assert.equal(code, 0, stderr);
  const missing = runGannet(folder, ["protoc", "-Ia", "-oset.bin", "google/protobuf/timestmp.proto"]);
  assert.match(missing.stderr, /there is no file "google\/protobuf\/timestmp\.proto" \[file-not-found\]/);
});

test("a root that does not exist is warned of", (t) => {
  const { code, stderr } = runGannet(createScratchFolder(t, FILES), [
    "protoc",
    "-Inone",
    "-Ia",
    "-oset.bin",
    "a/m.proto",
  ]);
  assert.equal(code, 0);
  assert.equal(stderr, "none: warning: there is no such folder to look up imports in [root-missing]\n1 warning\n");
});

test("a pipe in a folder is not read, as nobody may write to it", {
  skip: process.platform === "win32" && "no mkfifo",
}, (t) => {
  const folder = createScratchFolder(t, { "in/m.proto": FILES["b/m.proto"] });
  execFileSync("mkfifo", [join(folder, "in/pipe.proto")]);
  const { code, stdout } = runGannet(folder, ["gen", "in", "--out", "out"]);
  assert.deepEqual([code, stdout], [0, "wrote out/m_pb.ts\n"]);
});
