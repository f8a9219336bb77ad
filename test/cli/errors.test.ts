/** What a user meets when something is wrong: where it is, what it is, what to do, exit code 1, and nothing written. */
import assert from "node:assert/strict";
import { chmodSync, cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { type GannetOptions, gannetPath, runGannet } from "./gannet.ts";
import { createScratchFolder, readTree } from "./scratch-folder.ts";

const GOOD = 'syntax = "proto3";\nmessage Good { string name = 1; }\n';

/** Runs a command that has to fail, and gives what it says. Nothing may have changed on disk. */
function fail(folder: string, args: readonly string[], options: GannetOptions = {}): string {
  const before = readTree(folder);
  const { code, stdout, stderr } = runGannet(folder, args, options);
  assert.equal(code, 1, stderr);
  assert.equal(stdout, "");
  assert.deepEqual(readTree(folder), before, "something was written");
  assert.match(stderr, /; nothing was written\n$/);
  return stderr;
}

/** The same slip by both commands. */
function failBoth(folder: string, file: string): string {
  mkdirSync(join(folder, "out"), { recursive: true });
  const byProtoc = fail(folder, ["protoc", "-I.", "--es_out=out", file]);
  const byGen = fail(folder, ["gen", file, "--out", "out"]);
  assert.equal(byGen, byProtoc);
  return byProtoc;
}

test("a type that does not exist: what was meant, and where", (t) => {
  const folder = createScratchFolder(t, {
    "slip.proto": 'syntax = "proto3";\n\nmessage Person {\n  int age = 2;\n}\n',
  });
  const said = failBoth(folder, "slip.proto");
  assert.match(said, /^slip\.proto:4:3: error: .*`int`/);
  assert.match(said, / 4 \| {3}int age = 2;\n {3}\| {3}\^\^\^\n/);
  assert.match(said, /hint: did you mean `int32` or `int64`\?/);
  assert.match(said, /^1 error; nothing was written$/m);
});

test("an import that is nowhere", (t) => {
  const folder = createScratchFolder(t, { "a.proto": 'syntax = "proto3";\nimport "common/b.proto";\n' });
  const said = failBoth(folder, "a.proto");
  assert.match(said, /^a\.proto:2:8: error: .*common\/b\.proto/);
});

test("an import that another root has", (t) => {
  const folder = createScratchFolder(t, {
    "proto/shop/a.proto": 'syntax = "proto3";\nimport public "shop/b.proto";\n',
    "proto/shop/b.proto": GOOD,
  });
  for (const input of ["proto/shop/a.proto", "proto/shop", "."]) {
    assert.match(fail(folder, ["gen", input, "--out", "out"]), /hint: it is found with -I proto\n/);
    const { code, stderr } = runGannet(folder, ["gen", "-I", "proto", input, "--out", "."]);
    assert.deepEqual([code, stderr], [0, ""]);
  }
});

test("a number that two fields have", (t) => {
  const folder = createScratchFolder(t, {
    "a.proto": 'syntax = "proto3";\nmessage M {\n  string a = 1;\n  string b = 1;\n}\n',
  });
  const said = failBoth(folder, "a.proto");
  assert.match(said, /^a\.proto:4:\d+: error: /);
  assert.match(said, /^a\.proto:3:\d+: note: /m);
});

test("an option that does not exist", (t) => {
  const folder = createScratchFolder(t, { "a.proto": 'syntax = "proto3";\noption java_pakage = "x";\n' });
  assert.match(failBoth(folder, "a.proto"), /^a\.proto:2:8: error: [\s\S]*java_package/);
});

test("a missing semicolon", (t) => {
  const folder = createScratchFolder(t, { "a.proto": 'syntax = "proto3";\nmessage M {\n  string a = 1\n}\n' });
  assert.match(failBoth(folder, "a.proto"), /^a\.proto:3:15: error: [\s\S]*;/);
});

test("every slip of every file is told in one run, and counted", (t) => {
  const folder = createScratchFolder(t, {
    "a.proto": 'syntax = "proto3";\nmessage M {\n  int a = 1;\n  strin b = 2;\n}\n',
    "b.proto": 'syntax = "proto3";\nmessage N { bol c = 1; }\n',
    "good.proto": GOOD,
  });
  const said = fail(folder, ["gen", ".", "--out", "out"]);
  assert.match(said, /^a\.proto:3:3: [\s\S]*^a\.proto:4:3: [\s\S]*^b\.proto:2:13: /m);
  assert.match(said, /^3 errors; nothing was written$/m);
});

test("a file in a folder above is named as the user names it", (t) => {
  const folder = createScratchFolder(t, {
    "proto/a/b.proto": 'syntax = "proto3";\nmessage M { int a = 1; }\n',
    "sub/x": "",
  });
  assert.match(fail(folder, ["gen", "proto", "--out", "out"]), /^proto\/a\/b\.proto:2:13: /);
  assert.match(fail(join(folder, "sub"), ["gen", "../proto", "--out", "out"]), /^\.\.\/proto\/a\/b\.proto:2:13: /);
});

test("a file that does not exist", (t) => {
  const folder = createScratchFolder(t, { "good.proto": GOOD });
  const said = failBoth(folder, "god.proto");
  assert.match(said, /^god\.proto: error: there is no such file \[input-missing\]/);
  assert.match(said, /hint: that folder has good\.proto/);
  assert.match(
    fail(folder, ["protoc", "-Ia", "-Ib", "--es_out=.", "c/d.proto"]),
    /hint: it was looked for .* in a, b\n/,
  );
});

test("a file that is elsewhere: where, and the -I that finds it", (t) => {
  const folder = createScratchFolder(t, { "protos/acme/a.proto": GOOD, "node_modules/x/b.proto": GOOD });
  const hint = /hint: there is protos\/acme\/a\.proto: name that, or say -I protos\n/;
  assert.match(failBoth(folder, "acme/a.proto"), hint);
  assert.equal(runGannet(folder, ["gen", "-I", "protos", "acme/a.proto", "--out", "out"]).code, 0);
  assert.match(failBoth(folder, "other/a.proto"), /hint: there is protos\/acme\/a\.proto\n/);
  assert.doesNotMatch(fail(folder, ["gen", "b.proto", "--out", "out"]), /node_modules/);
});

test("an import of a file that is elsewhere: the -I that finds it, or what to import", (t) => {
  const importing = (file: string) => `syntax = "proto3";\nimport "${file}";\n`;
  const folder = createScratchFolder(t, {
    "protos/acme/a.proto": GOOD,
    "in/x.proto": importing("acme/a.proto"),
    "in/y.proto": importing("other/a.proto"),
    "in/z.proto": importing("b.proto"),
    "in/deep/b.proto": GOOD,
  });
  assert.match(fail(folder, ["gen", "in/x.proto", "--out", "out"]), /hint: it is found with -I protos\n/);
  assert.equal(runGannet(folder, ["gen", "-I", "in", "-I", "protos", "in/x.proto", "--out", "out"]).code, 0);
  assert.match(
    fail(folder, ["gen", "in/y.proto", "--out", "out"]),
    /hint: there is protos\/acme\/a\.proto: with -I protos\/acme it is "a\.proto"\n/,
  );
  assert.match(fail(folder, ["gen", "-I", "in", "in/z.proto", "--out", "out"]), /hint: it is found with -I in\/deep\n/);
  assert.match(
    fail(folder, ["gen", "-I", "protos", "-I", "in", "in/y.proto", "--out", "out"]),
    /hint: there is protos\/acme\/a\.proto: import "acme\/a\.proto"\n/,
  );
});

test("a directory in place of a file", (t) => {
  const folder = createScratchFolder(t, { "x.proto/y.proto": GOOD });
  mkdirSync(join(folder, "out"));
  const said = fail(folder, ["protoc", "--es_out=out", "x.proto"]);
  assert.match(said, /^x\.proto: error: this is a directory, not a \.proto file \[input-directory\]/);
  assert.match(said, /hint: .*gannet gen x\.proto/);
});

test("files that cannot be read: a dangling link, a circle of links, a path through a file", (t) => {
  const folder = createScratchFolder(t, { "good.proto": GOOD });
  symlinkSync("nowhere", join(folder, "dangling.proto"));
  symlinkSync("circle.proto", join(folder, "circle.proto"));
  mkdirSync(join(folder, "out"));
  for (const [file, what] of [
    ["dangling.proto", /dangling\.proto: error: this symbolic link leads to a file that does not exist/],
    ["circle.proto", /circle\.proto: error: its symbolic links lead round in a circle/],
    ["good.proto/a.proto", /good\.proto\/a\.proto: error: there is no such file/],
  ] as const) {
    assert.match(fail(folder, ["protoc", "-I.", "--es_out=out", file]), what);
    assert.match(fail(folder, ["gen", file, "--out", "out"]), what);
  }
});

test("an import that cannot be read is told where it is imported", (t) => {
  const folder = createScratchFolder(t, {
    "a.proto": 'syntax = "proto3";\nimport "folder.proto";\nimport "dangling.proto";\n',
    "folder.proto/x": "",
  });
  symlinkSync("nowhere", join(folder, "dangling.proto"));
  const said = fail(folder, ["gen", "a.proto", "--out", "out"]);
  assert.match(said, /^a\.proto:2:8: error: [\s\S]*folder\.proto[\s\S]*it is a directory/m);
  assert.match(said, /^a\.proto:3:8: error: [\s\S]*dangling\.proto[\s\S]*symbolic link/m);
});

test("a folder to write to that does not exist, or is none", (t) => {
  const folder = createScratchFolder(t, { "good.proto": GOOD });
  const missing = fail(folder, ["protoc", "--es_out=target=ts:gen", "good.proto"]);
  assert.match(missing, /^gen: error: the output folder does not exist \[output-folder\]\n {2}hint: .*mkdir -p gen/);
  for (const args of [
    ["protoc", "--es_out=good.proto", "good.proto"],
    ["gen", "good.proto", "--out", "good.proto"],
  ]) {
    assert.match(fail(folder, args), /^good\.proto: error: this is a file, not a folder to write to/);
  }
  assert.match(fail(folder, ["protoc", "--es_out=", "good.proto"]), /^--es_out: error: the output folder has no name/);
  assert.match(
    fail(folder, ["gen", "good.proto", "--out", "good.proto/gen"]),
    /^good\.proto\/gen: error: cannot write there/,
  );
  assert.match(
    fail(folder, ["protoc", "-o", "gen/x.bin", "good.proto"]),
    /^gen\/x\.bin: error: the folder of this file/,
  );
});

test("a file that cannot be written keeps all others from being written", (t) => {
  const folder = createScratchFolder(t, {
    "a.proto": GOOD,
    "b.proto": GOOD.replace("Good", "Better"),
    "out/b_pb.ts/x": "",
  });
  const said = fail(folder, ["gen", ".", "--out", "out"]);
  assert.match(said, /^out\/b_pb\.ts: error: cannot write it: there is a directory of that name \[output-unwritable\]/);
});

test("a full disk keeps everything from being written", (t) => {
  const folder = createScratchFolder(t, { "good.proto": GOOD, "out/x": "" });
  const said = fail(folder, ["protoc", "-o", "/dev/full", "--es_out=out", "good.proto"]);
  assert.match(said, /^\/dev\/full: error: cannot write it: no space is left on the device/);
});

test("what permissions keep from this user: to read a file, to write to a folder, to replace a file", (t) => {
  const folder = createScratchFolder(t, {
    "secret.proto": GOOD,
    "good.proto": GOOD,
    "closed/x": "",
    "open/good_pb.ts": "kept",
  });
  // Nobody may enter the folder of the workspace, perhaps: the program comes along.
  const program = join(createScratchFolder(t), "dist");
  cpSync(dirname(gannetPath), program, { recursive: true, filter: (path) => !path.endsWith("modules") });
  writeFileSync(join(program, "package.json"), '{ "type": "module" }');
  chmodSync(dirname(program), 0o755);
  chmodSync(folder, 0o755);
  chmodSync(join(folder, "closed"), 0o555);
  chmodSync(join(folder, "open"), 0o777);
  chmodSync(join(folder, "open/good_pb.ts"), 0o444);
  const secret = join(folder, "secret.proto");
  const options = { unprivileged: true, program: join(program, "main.js") };

  const toClosed = fail(folder, ["gen", "good.proto", "--out", "closed"], options);
  assert.match(toClosed, /^closed\/good_pb\.ts: error: cannot write it: permission denied \[output-unwritable\]/);
  const overKept = fail(folder, ["gen", "good.proto", "--out", "open"], options);
  assert.match(overKept, /^open\/good_pb\.ts: error: cannot write it: permission denied/);
  chmodSync(secret, 0);
  const { code, stderr } = runGannet(folder, ["gen", "secret.proto", "--out", "open"], options);
  assert.equal(code, 1);
  assert.match(stderr, /^secret\.proto: error: .*permission denied/);
  chmodSync(secret, 0o644);
  chmodSync(join(folder, "closed"), 0o755);
});
