import assert from "node:assert/strict";
import { test } from "node:test";
import { Report } from "../report/index.ts";
import { type ProtocArguments, parseProtocArguments } from "./protoc-arguments.ts";

function parse(line: string): ProtocArguments {
  const said: string[] = [];
  const parsed = parseProtocArguments(
    line.split(" "),
    new Report({ write: (text) => said.push(text) }, "gannet protoc"),
  );
  assert.ok(parsed !== undefined, said.join(""));
  return parsed;
}

test("outputs keep their order, and options before the colon come before those of _opt", () => {
  const { outputs } = parse(
    "--go_opt=z --es_out=target=ts,a=b:gen --go_out=. --es_opt=c --es_opt d,e --es_out x a.proto",
  );
  assert.deepEqual(outputs, [
    { flag: "--es_out", pluginName: "es", parameter: "target=ts,a=b,c,d,e", directory: "gen" },
    { flag: "--go_out", pluginName: "go", parameter: "z", directory: "." },
    { flag: "--es_out", pluginName: "es", parameter: "c,d,e", directory: "x" },
  ]);
});

test("names of plugins may have dashes and underscores", () => {
  const { outputs } = parse("--grpc-web_out=a --my_own_out=b --grpc-web_opt=mode=text a.proto");
  assert.deepEqual(
    outputs.map(({ pluginName, parameter }) => [pluginName, parameter]),
    [
      ["grpc-web", "mode=text"],
      ["my_own", ""],
    ],
  );
});

test("a plugin is named in front of its path, or by its path", () => {
  const { plugins } = parse(
    "--plugin=protoc-gen-a=./b/c --plugin ./d/protoc-gen-e.exe --plugin=protoc-gen-f --a_out=. a.proto",
  );
  assert.deepEqual(Object.fromEntries(plugins), {
    "protoc-gen-a": "./b/c",
    "protoc-gen-e": "./d/protoc-gen-e.exe",
    "protoc-gen-f": "protoc-gen-f",
  });
});

test("files may stand anywhere, and count once", () => {
  const { inputs, roots, descriptorSetOut } = parse("a.proto -Ix b.proto -oset a.proto");
  assert.deepEqual(inputs, ["a.proto", "b.proto"]);
  assert.deepEqual(roots, [{ virtual: "", disk: "x" }]);
  assert.equal(descriptorSetOut, "set");
});
