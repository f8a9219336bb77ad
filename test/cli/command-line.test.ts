/** What the program says of itself, and of words that it does not know. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { runGannet } from "./gannet.ts";
import { createScratchFolder } from "./scratch-folder.ts";

function run(t: TestContext, ...args: readonly string[]) {
  return runGannet(createScratchFolder(t), args);
}

test("without arguments there is help, on standard output", (t) => {
  const bare = run(t);
  assert.deepEqual([bare.code, bare.stderr], [0, ""]);
  assert.match(bare.stdout, /^ {2}gen {2,}\S.*\n {2}protoc {2,}\S/m);
  assert.equal(run(t, "--help").stdout, bare.stdout);
  for (const command of ["gen", "protoc"]) {
    const { code, stdout, stderr } = run(t, command, "--help");
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
    [["--decode=a.B", "a.proto"], /^--decode: error: gannet does not have this flag of protoc yet/],
  ] as const) {
    const { code, stderr } = run(t, "protoc", ...args);
    assert.equal(code, 1, args.join(" "));
    assert.match(stderr, said);
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
