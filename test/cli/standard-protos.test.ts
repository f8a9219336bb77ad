/** The code that stands in the repository, generated from `proto`: what `gannet gen` makes of it today. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { workspace } from "../interop/folders.ts";
import { runGannet } from "./gannet.ts";
import { createScratchFolder, listFiles, readTree } from "./scratch-folder.ts";

const PROTO = join(workspace, "proto");

/** Where generated code stands, and how it was made. Each message here is what to run when a file has changed. */
const GENERATED = [
  {
    to: "packages/gannet/src/services/proto",
    inputs: ["google/rpc/error_details.proto", "google/rpc/status.proto", "grpc/health/v1/health.proto"],
    options: ["--opt", "import_extension=ts"],
  },
  { to: "test/interop/official", inputs: ["grpc/testing/test.proto"], options: [] },
];

for (const { to, inputs, options } of GENERATED) {
  test(`the generated code in ${to} is up to date`, (t) => {
    const folder = createScratchFolder(t);
    const args = ["gen", ...inputs.map((path) => join(PROTO, path)), "-I", PROTO, "--out", folder, ...options];
    const { code, stderr } = runGannet(folder, args);
    assert.equal(code, 0, stderr);
    const actual = readTree(join(workspace, to));
    const expected = readTree(folder);
    assert.deepEqual(
      listFiles(join(workspace, to)).filter((path) => path.endsWith("_pb.ts")),
      listFiles(folder),
    );
    const stale = listFiles(folder).filter((path) => actual[path] !== expected[path]);
    assert.deepEqual(stale, [], `generate them anew: gannet ${args.join(" ")}`);
  });
}
