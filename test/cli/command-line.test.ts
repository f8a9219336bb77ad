/** What the program says of itself, and of words that it does not know. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { gannetPath, runGannet } from "./gannet.ts";
import { createScratchFolder } from "./scratch-folder.ts";

function run(t: TestContext, ...args: readonly string[]) {
  return runGannet(createScratchFolder(t), args);
}

test("without arguments there is help, on standard output", (t) => {
  const bare = run(t);
  assert.deepEqual([bare.code, bare.stderr], [0, ""]);
  assert.match(bare.stdout, /^ {2}gen {2,}\S.*\n {2}protoc {2,}\S/m);
  assert.equal(run(t, "--help").stdout, bare.stdout);
  assert.equal(run(t, "help").stdout, bare.stdout);
  for (const command of ["gen", "protoc"]) {
    const { code, stdout, stderr } = run(t, command, "--help");
    assert.equal(run(t, "help", command).stdout, stdout);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, new RegExp(`^Usage: gannet ${command} `));
    assert.match(stdout, /\n(?:Example|Examples):\n {2}gannet /);
  }
  assert.equal(run(t, "protoc").stdout, run(t, "protoc", "-h").stdout);
});

test("versions: ours, and that of protoc where scripts ask for it", (t) => {
  const manifest = new URL("../../../packages/cli/package.json", import.meta.url);
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  assert.equal(run(t, "--version").stdout, `${version}\n`);
  assert.equal(run(t, "protoc", "--version").stdout, `libprotoc 36.2 (gannet ${version})\n`);
});

test("words that are no command or flag: which one was meant", (t) => {
  for (const [args, said] of [
    ["gem", /^gannet: error: unknown command gem \[unknown-command\]\n {2}hint: did you mean gen\?\n/],
    ["generate a.proto", /^gannet: error: unknown command generate .*\n {2}hint: did you mean gen\?\n/],
    [
      "a.proto",
      /unknown command a\.proto .*\n {2}hint: gannet gen a\.proto --out src\/gen generates TypeScript from it\n/,
    ],
    ["qqq", /unknown command qqq .*\n {2}hint: --help lists what there is\n/],
    ["help qqq", /unknown command qqq /],
    ["--vesion", /^gannet: error: unknown option --vesion \[unknown-option\]\n {2}hint: did you mean --version\?\n/],
    [
      "protoc --plugn=x a.proto",
      /^gannet protoc: error: unknown option --plugn .*\n {2}hint: did you mean --plugin\?\n/,
    ],
    ["protoc --es_oot=. a.proto", /^gannet protoc: error: unknown option --es_oot .*\n {2}hint: .*--es_out/],
    [
      "protoc --qqqqqqqq a.proto",
      /^gannet protoc: error: unknown option --qqqqqqqq .*\n {2}hint: --help lists what there is\n/,
    ],
    [
      "protoc --descriptorset_out=. google/protobuf/any.proto",
      /^--descriptorset_out: error: .*\n {2}hint: did you mean --descriptor_set_out\? /,
    ],
    [
      "protoc --descriptor-set-out=x a.proto",
      /unknown option --descriptor-set-out .*\n {2}hint: did you mean --descriptor_set_out\?\n/,
    ],
    [
      "protoc --error-format=gcc a.proto",
      /unknown option --error-format .*\n {2}hint: did you mean --error_format\?\n/,
    ],
    ["gen a.proto --out_dir gen", /unknown option --out_dir .*\n {2}hint: did you mean --out\?\n/],
    ["gen a.proto --output gen", /unknown option --output .*\n {2}hint: did you mean --out\?\n/],
    [
      "gen a.proto --watch=1",
      /error: --watch takes no value \[value-unexpected\]\n {2}hint: write --watch by itself\n/,
    ],
    ["gen a.proto --ot gen", /^gannet gen: error: unknown option --ot /],
  ] as const) {
    const { code, stdout, stderr } = run(t, ...args.split(" "));
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, said);
    assert.match(stderr, /\n1 error; nothing was written\n$/);
  }
});

test("what is missing on a command line of protoc", (t) => {
  for (const [args, said] of [
    [["a.proto"], /error: nothing to write is asked for \[no-output\]/],
    [["--es_out=."], /error: no \.proto file is given \[no-input\]/],
    [["--es_opt=x", "-oset", "a.proto"], /^--es_opt: error: these options have no output \[options-without-output\]/],
    [["--es_out"], /^--es_out: error: a value is missing behind this flag/],
    [["-I", "--es_out=.", "a.proto"], /^-I: error: a value is missing before --es_out=\./],
    [["-oa", "-ob", "a.proto"], /^--descriptor_set_out: error: this flag may be given only once/],
    [["--es_out=.", ""], /error: one of the arguments is empty/],
    [["--es_out=.", "@none"], /^@none: error: the arguments in none cannot be read: there is no such file/],
    [["--decode="], /^--decode: error: a value is missing behind this flag/],
    [["--descriptor_set_in=a", "--descriptor_set_in=b", "-oc", "d.proto"], /^--descriptor_set_in: error: .* only once/],
  ] as const) {
    const { code, stderr } = run(t, "protoc", ...args);
    assert.equal(code, 1, args.join(" "));
    assert.match(stderr, said);
  }
});

test("flags of protoc that do not go together", (t) => {
  for (const [args, said] of [
    [["--decode=a.B", "--encode=a.B", "a.proto"], /^--encode: error: it does not go with --decode \[flags-conflict\]/],
    [["--decode=a.B", "--es_out=.", "a.proto"], /^--decode: error: it does not go with flags that write files/],
    [["--print_free_field_numbers", "-oa", "a.proto"], /^--print_free_field_numbers: error: it does not go with/],
    [["--decode_raw", "a.proto"], /^--decode_raw: error: it takes no \.proto files, and there is a\.proto/],
    [["--deterministic_output", "-oa", "a.proto"], /^--deterministic_output: error: .* only beside --encode/],
    [["--dependency_out=d", "--decode=a.B", "a.proto"], /^--dependency_out: error: it needs an output/],
    [["--dependency_out=d", "-oa", "a.proto", "b.proto"], /^--dependency_out: error: it takes one \.proto file, not 2/],
    [["--dependency_out=d", "--descriptor_set_in=s", "-oa", "a.proto"], /it does not go with --descriptor_set_in/],
    [["--notices"], /^--notices: error: gannet does not have this flag of protoc .*\n {2}hint: .*THIRD_PARTY_NOTICES/],
    [["--es_prefix=sh", "--es_out=.", "a.proto"], /^--es_prefix: error: .*\n {2}hint: .*--plugin=/],
  ] as const) {
    const { code, stderr } = run(t, "protoc", ...args);
    assert.equal(code, 1, args.join(" "));
    assert.match(stderr, said);
  }
});

test("errors for tools: one line each, nothing counted, whatever is wrong", (t) => {
  const folder = createScratchFolder(t, { "slip.proto": 'syntax = "proto3";\nmessage M {\n  int a = 1;\n}\n' });
  const say = (...args: readonly string[]): string => runGannet(folder, args).stderr;
  for (const command of [
    ["protoc", "-oset.bin", "slip.proto"],
    ["gen", "slip.proto", "--out", "gen"],
  ]) {
    assert.equal(
      say(...command, "--error_format=gcc"),
      "slip.proto:3:3: error: there is no type `int` [type-unknown]\n" +
        "slip.proto:3:3: note: did you mean `int32` or `int64`?\n",
    );
    assert.match(say(...command, "--error_format=msvs"), /^slip\.proto\(3\) : error in column=3: there is no type/);
    const { line, column, endColumn, id } = JSON.parse(say(...command, "--error_format", "json"));
    assert.deepEqual([line, column, endColumn, id], [3, 3, 6, "type-unknown"]);
    assert.match(say(...command, "--error_format=pretty"), / 3 \| {3}int a = 1;\n/);
    assert.match(say(...command, "--error_format=xml"), /^--error_format: error: there is no error format "xml"/);
  }
  assert.equal(JSON.parse(say("protoc", "--error_format=json", "--plugn=x")).id, "unknown-option");
});

test("who reads no further is no mistake", async (t) => {
  const folder = createScratchFolder(t, { "a.proto": 'syntax = "proto3";\nmessage M { string s = 1; }\n' });
  const program = `"${process.execPath}" "${gannetPath}"`;
  for (const args of ["protoc --help", "gen --help", "--help", "protoc --print_free_field_numbers a.proto"]) {
    const line = `set -o pipefail; ${program} ${args} | true`;
    const { status, stderr } = spawnSync("bash", ["-c", line], { cwd: folder, encoding: "utf8" });
    assert.deepEqual([status, stderr], [0, ""], args);
  }
});

test("warnings do not fail, unless they are to", (t) => {
  const unused = 'syntax = "proto3";\nimport "b.proto";\n';
  const folder = createScratchFolder(t, { "a.proto": unused, "b.proto": 'syntax = "proto3";\n' });
  const fine = runGannet(folder, ["protoc", "-oset.bin", "a.proto"]);
  assert.equal(fine.code, 0);
  assert.match(fine.stderr, /^a\.proto:2:\d+: warning: [\s\S]*\n1 warning\n$/);
  const fatal = runGannet(folder, ["protoc", "-oset.bin", "--fatal_warnings", "a.proto"]);
  assert.equal(fatal.code, 1);
  assert.match(fatal.stderr, /\n1 error and 1 warning; nothing was written\n$/);
  const beside = runGannet(folder, ["protoc", "--es_out=.", "--include_imports", "b.proto"]);
  assert.equal(beside.code, 0);
  assert.match(beside.stderr, /^--include_imports: warning: /);
});

test("colours only where they are wanted", (t) => {
  const folder = createScratchFolder(t, { "slip.proto": 'syntax = "proto3";\nmessage M { int a = 1; }\n' });
  const args = ["protoc", "-oset.bin", "slip.proto"];
  const control = String.fromCharCode(27);
  assert.ok(!runGannet(folder, args).stderr.includes(control));
  assert.ok(runGannet(folder, args, { env: { FORCE_COLOR: "1" } }).stderr.includes(control));
  assert.ok(!runGannet(folder, args, { env: { FORCE_COLOR: "0" } }).stderr.includes(control));
});

test("a name cannot steer the terminal", (t) => {
  const control = String.fromCharCode(27);
  const { stderr } = run(t, "protoc", "-oset.bin", `${control}[2Jx.proto`);
  assert.match(stderr, /^\\x1b\[2Jx\.proto: error: there is no such file/);
});
