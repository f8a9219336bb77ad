/** The plugin protocol, seen from both sides. Where protoc's answer is compared, it is asked the same. */
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { fromBinary } from "@bufbuild/protobuf";
import { CodeGeneratorRequestSchema } from "@bufbuild/protobuf/wkt";
import { protocInclude, runProtoc } from "../conformance/protoc/index.ts";
import { type GannetRun, runGannet } from "./gannet.ts";
import { installPlugin, type PluginScript, writeScript } from "./plugin-script.ts";
import { createScratchFolder, listFiles, readTree } from "./scratch-folder.ts";

const FILES = {
  "a.proto": 'syntax = "proto3";\npackage a;\nimport "b.proto";\n// The one.\nmessage A { B b_field = 1; }\n',
  "b.proto":
    'syntax = "proto3";\npackage a;\nimport "google/protobuf/empty.proto";\nmessage B { google.protobuf.Empty e = 1; }\n',
  "optional.proto": 'syntax = "proto3";\nmessage O { message P { optional int32 q = 1; } }\n',
  "edition.proto": 'edition = "2023";\nmessage E { int32 e = 1; }\n',
  "options.proto": `edition = "2023";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions {
  string secret = 50002 [retention = RETENTION_SOURCE];
  string open = 50001;
  Parts parts = 50003;
  repeated Parts more = 50004;
}
message Parts { string secret = 1 [retention = RETENTION_SOURCE]; string open = 2; Parts inner = 3; }
message Mixed {
  option (parts).inner.secret = "s";
  option (secret) = "s";
  option (open) = "o";
  option (parts).open = "o";
  option (more) = { secret: "s" };
  option (more) = { open: "o" };
  extensions 100 to 200 [verification = DECLARATION, declaration = { number: 100 full_name: ".e" type: "int32" }];
}
message OnlySecret { option (secret) = "s"; }
`,
  "out/.keep": "",
};

/** A folder with plugins `x` and `y`, each with its script. */
function createProject(t: TestContext, scripts: Readonly<Record<string, PluginScript>> = {}): string {
  const folder = createScratchFolder(t, FILES);
  for (const name of ["x", "y"]) installPlugin(folder, `protoc-gen-${name}`);
  for (const [name, script] of Object.entries(scripts)) writeScript(folder, name, script);
  return folder;
}

const WITH_PLUGINS = ["--plugin=protoc-gen-x=./protoc-gen-x", "--plugin=./protoc-gen-y"];

function runWithPlugins(folder: string, ...args: readonly string[]): GannetRun {
  return runGannet(folder, ["protoc", ...WITH_PLUGINS, ...args]);
}

function failWithPlugins(folder: string, ...args: readonly string[]): string {
  const { code, stderr } = runWithPlugins(folder, ...args);
  assert.equal(code, 1);
  assert.deepEqual(listFiles(join(folder, "out")), [".keep"]);
  assert.match(stderr, /; nothing was written\n$/);
  return stderr;
}

describe("a plugin is asked byte for byte what protoc asks it:", () => {
  const all = { supportedFeatures: "3", minimumEdition: 998, maximumEdition: 1001 };
  for (const line of [
    "--x_out=x.json:out a.proto",
    "--x_out=out --x_opt=x.json,one --x_opt=two=2 a.proto b.proto",
    "--x_out=x.json,a:out --x_opt=b b.proto a.proto",
    "--x_out x.json:out optional.proto edition.proto",
    "--x_out=x.json:out options.proto",
    "--x_out=x.json:out options.proto a.proto",
  ]) {
    test(line, (t) => {
      const folder = createProject(t, { x: { response: all } });
      const request = join(folder, "x.json.request");
      // protoc's own: those that come with gannet have no positions and no reserved names.
      const args = ["-I.", `-I${protocInclude}`, ...WITH_PLUGINS, ...line.split(" ")];
      assert.deepEqual(runProtoc(args, folder).messages, []);
      const expected = readFileSync(request);
      const { code, stderr } = runGannet(folder, ["protoc", ...args]);
      assert.deepEqual([code, stderr], [0, ""]);
      assert.deepEqual(decode(readFileSync(request)), decode(expected));
      assert.ok(readFileSync(request).equals(expected), "equal as messages, not as bytes");
    });
  }
});

test("a plugin is told the version of protoc, and given the well-known types that it needs", (t) => {
  const folder = createProject(t, { x: {} });
  assert.equal(runWithPlugins(folder, "--x_out=x.json:out", "a.proto").code, 0);
  const request = decode(readFileSync(join(folder, "x.json.request")));
  const { major, minor, patch, suffix } = request.compilerVersion ?? {};
  assert.deepEqual([major, minor, patch, suffix], [7, 36, 2, ""]);
  const names = ["google/protobuf/empty.proto", "b.proto", "a.proto"];
  assert.deepEqual(
    request.protoFile.map((file) => file.name),
    names,
  );
  assert.equal(request.protoFile[2]?.messageType[0]?.field[0]?.jsonName, "bField");
  assert.ok(request.protoFile[2]?.sourceCodeInfo?.location.some((each) => each.leadingComments === " The one.\n"));
});

function decode(bytes: Uint8Array) {
  return fromBinary(CodeGeneratorRequestSchema, bytes);
}

test("insertion points: what protoc makes of them", (t) => {
  const folder = createProject(t, {
    x: {
      response: {
        file: [
          { name: "o.txt", content: "a\n  // @@protoc_insertion_point(p)\nb /* @@protoc_insertion_point(q) */ c\n" },
          { content: "\t@@protoc_insertion_point(r)" },
        ],
      },
    },
    y: {
      response: {
        file: [
          { name: "o.txt", insertionPoint: "p", content: "1\n\n2\n" },
          { name: "o.txt", insertionPoint: "q", content: "Q" },
          { name: "o.txt", insertionPoint: "r", content: "R" },
          { name: "o.txt", insertionPoint: "p", content: "3" },
          { content: "continued\n" },
          { name: "sub/own.txt", content: "own" },
        ],
      },
    },
  });
  const args = ["--x_out=x.json:out", "--y_out=y.json:./out/", "a.proto"];
  mkdirSync(join(folder, "protoc"));
  const same = args.map((argument) => argument.replace(/:.*/, ":protoc"));
  assert.deepEqual(runProtoc([...WITH_PLUGINS, ...same], folder).messages, []);
  const { code, stderr } = runWithPlugins(folder, ...args);
  assert.deepEqual([code, stderr], [0, ""]);
  const { ".keep": _, ...made } = readTree(join(folder, "out"));
  assert.deepEqual(made, readTree(join(folder, "protoc")));
});

test("what cannot be inserted", (t) => {
  const file = { name: "o.txt", content: "x" };
  const folder = createProject(t, {
    x: { response: { file: [file] } },
    y: { response: { file: [{ ...file, insertionPoint: "p" }] } },
    nameless: { response: { file: [{ content: "x" }] } },
  });
  const lost = failWithPlugins(folder, "--x_out=x.json:out", "--y_out=y.json:out", "a.proto");
  assert.match(lost, /^--y_out: error: out\/o\.txt has no insertion point "p"/);
  const early = failWithPlugins(folder, "--y_out=y.json:out", "--x_out=x.json:out", "a.proto");
  assert.match(early, /^--y_out: error: the plugin adds to out\/o\.txt, which no plugin before it has generated/);
  const twice = failWithPlugins(folder, "--x_out=x.json:out", "--y_out=x.json:./out", "a.proto");
  assert.match(twice, /^--y_out: error: out\/o\.txt is generated a second time/);
  assert.match(failWithPlugins(folder, "--x_out=nameless.json:out", "a.proto"), /^--x_out: error: .*name ""/);
});

test("nothing is written when one of several plugins fails", (t) => {
  const folder = createProject(t, {
    good: { response: { file: [{ name: "good.txt", content: "x" }] } },
    bad: { response: { error: "line one\nline two", file: [{ name: "bad.txt" }] } },
  });
  const said = failWithPlugins(
    folder,
    "--x_out=good.json:out",
    "--es_out=out",
    "--y_out=bad.json:out",
    "-oset.bin",
    "a.proto",
  );
  assert.match(said, /^--y_out: error: protoc-gen-y: line one\n {2}line two \[plugin-error\]/);
  assert.ok(!listFiles(folder).includes("set.bin"));
});

test("plugins run at the same time", (t) => {
  // Each of them answers only when all three have started.
  const folder = createProject(t, { social: { meet: 3 } });
  const outputs = ["--x_out=social.json:out", "--y_out=social.json:out", "--x_out=social.json,2:out"];
  assert.equal(runWithPlugins(folder, ...outputs, "a.proto").code, 0);
});

test("how a plugin can fail, and what it says on the way", (t) => {
  const folder = createProject(t, {
    exit: { exitCode: 3, stderr: "trouble\n", response: { file: [{ name: "e.txt" }] } },
    signal: { signal: "SIGTERM" },
    garbage: { stdout: "hello from the plugin" },
    chatty: { stderr: "just saying\n", response: { file: [{ name: "w.txt", content: "w" }] } },
  });
  const fail = (script: string) => failWithPlugins(folder, `--x_out=${script}.json:out`, "a.proto");
  assert.match(fail("exit"), /^trouble\n--x_out: error: protoc-gen-x failed with exit code 3 \[plugin-failed\]/);
  assert.match(fail("signal"), /^--x_out: error: protoc-gen-x was ended by the signal SIGTERM/);
  assert.match(fail("garbage"), /^--x_out: error: .*no CodeGeneratorResponse.*hello from the plugin/);
  assert.match(fail("garbage"), /hint: .*standard error/);
  const chatty = runWithPlugins(folder, "--x_out=chatty.json:out", "a.proto");
  assert.deepEqual([chatty.code, chatty.stderr], [0, "just saying\n"]);
});

test("a plugin that exits without reading its input is no crash of ours", (t) => {
  const folder = createProject(t);
  writeFileSync(join(folder, "protoc-gen-x"), "#!/bin/sh\nexit 4\n");
  // More than a pipe holds.
  const comment = `// ${"x".repeat(1 << 20)}\n`;
  writeFileSync(join(folder, "large.proto"), `syntax = "proto3";\n${comment}message L {}\n`);
  assert.match(failWithPlugins(folder, "--x_out=out", "large.proto"), /protoc-gen-x failed with exit code 4/);
});

test("what a plugin does not support", (t) => {
  const folder = createProject(t, {
    none: {},
    optional: { response: { supportedFeatures: "1" } },
    older: { response: { supportedFeatures: "3", minimumEdition: 998, maximumEdition: 999 } },
    fitting: { response: { supportedFeatures: "3", minimumEdition: 998, maximumEdition: 1000 } },
  });
  const fail = (script: string, file: string) => failWithPlugins(folder, `--x_out=${script}.json:out`, file);
  assert.match(
    fail("none", "optional.proto"),
    /protoc-gen-x cannot generate optional\.proto: .*"optional" in proto3.*P\.q/,
  );
  assert.match(fail("optional", "edition.proto"), /protoc-gen-x cannot generate edition\.proto: .*editions/);
  assert.match(fail("older", "edition.proto"), /edition 2023, and it takes proto2 to proto3/);
  for (const [script, file] of [
    ["optional", "optional"],
    ["fitting", "edition"],
    ["none", "a"],
  ]) {
    assert.equal(runWithPlugins(folder, `--x_out=${script}.json:out`, `${file}.proto`).code, 0);
  }
});

test("a plugin is found in node_modules/.bin, of this folder or one above, and on PATH", (t) => {
  const folder = createScratchFolder(t, { "sub/a.proto": 'syntax = "proto3";\n', "sub/x.json": "{}" });
  const args = ["protoc", "--x_out=x.json:.", "a.proto"];
  const sub = join(folder, "sub");
  const missing = runGannet(sub, args);
  assert.equal(missing.code, 1);
  assert.match(
    missing.stderr,
    /^--x_out: error: the plugin protoc-gen-x is neither in node_modules\/\.bin nor on PATH/,
  );
  installPlugin(folder, "programs/protoc-gen-x");
  const PATH = `${join(folder, "programs")}:${process.env["PATH"]}`;
  assert.equal(runGannet(sub, args, { env: { PATH } }).code, 0);
  installPlugin(folder, "node_modules/.bin/protoc-gen-x");
  assert.equal(runGannet(sub, args).code, 0);
});

test("a plugin that is none", (t) => {
  const folder = createProject(t);
  chmodSync(join(folder, "protoc-gen-x"), 0o644);
  writeFileSync(join(folder, "protoc-gen-y"), "#!/no/such/program\n");
  assert.match(
    failWithPlugins(folder, "--x_out=out", "a.proto"),
    /^--plugin=.*: error: \.\/protoc-gen-x is no program/,
  );
  assert.match(
    failWithPlugins(folder, "--y_out=out", "a.proto"),
    /^--y_out: error: protoc-gen-y cannot be started: .*#!/,
  );
  const builtIn = runGannet(folder, ["protoc", "--python_out=out", "a.proto"]);
  assert.equal(builtIn.code, 1);
  assert.match(builtIn.stderr, /^--python_out: error: protoc generates python by itself/);
});
