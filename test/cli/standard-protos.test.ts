/** The code that stands in the repository, generated from .proto files of others, of tests and of an example: what `gannet gen` makes of it today. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { workspace } from "../interop/folders.ts";
import { runGannet } from "./gannet.ts";
import { createScratchFolder, listFiles, readTree } from "./scratch-folder.ts";

/** Where generated code stands, and how it was made: of standard files, and of `own` ones that stand beside it. */
const GENERATED: readonly {
  readonly to: string;
  readonly from: string;
  readonly inputs: readonly string[];
  readonly own?: readonly string[];
  readonly options: readonly string[];
}[] = [
  {
    to: "packages/gannet/src/services/proto",
    from: "proto",
    inputs: [
      "google/rpc/error_details.proto",
      "google/rpc/status.proto",
      "grpc/channelz/v1/channelz.proto",
      "grpc/health/v1/health.proto",
      "grpc/reflection/v1/reflection.proto",
      "grpc/reflection/v1alpha/reflection.proto",
      "xds/service/orca/v3/orca.proto",
    ],
    options: ["--opt", "import_extension=ts"],
  },
  {
    to: "packages/gannet/src/services/reflection/testdata",
    from: "packages/gannet/src/services/reflection/testdata",
    inputs: ["museum"],
    options: ["--opt", "import_extension=ts"],
  },
  { to: "examples/codecs", from: "examples/codecs", inputs: ["station.proto"], options: ["--codecs"] },
  {
    to: "examples/etcd-discovery",
    from: "proto",
    inputs: ["etcd/api/etcdserverpb/rpc.proto"],
    own: ["place.proto"],
    options: [],
  },
  { to: "test/interop/official", from: "proto", inputs: ["grpc/testing/test.proto"], options: [] },
];

for (const { to, from, inputs, own = [], options } of GENERATED) {
  test(`the generated code in ${to} is up to date`, (t) => {
    const folder = createScratchFolder(t);
    const commands = [
      { root: join(workspace, from), paths: inputs },
      { root: join(workspace, to), paths: own },
    ]
      .filter(({ paths }) => paths.length > 0)
      .map(({ root, paths }) => {
        return ["gen", ...paths.map((path) => join(root, path)), "-I", root, "--out", folder, ...options];
      });
    for (const args of commands) {
      const { code, stderr } = runGannet(folder, args);
      assert.equal(code, 0, stderr);
    }
    const actual = readTree(join(workspace, to));
    const expected = readTree(folder);
    assert.deepEqual(
      listFiles(join(workspace, to)).filter((path) => /_(?:pb|codec)\.ts$/.test(path)),
      listFiles(folder),
    );
    const stale = listFiles(folder).filter((path) => actual[path] !== expected[path]);
    const how = commands.map((args) => `gannet ${args.join(" ")}`).join("; ");
    assert.deepEqual(stale, [], `generate them anew: ${how}`);
  });
}
