import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { compileText, findings } from "../testing/index.ts";
import { compile } from "./compile.ts";

const P3 = 'syntax = "proto3";\n';

describe("google's own files", () => {
  const paths = [
    "any",
    "api",
    "descriptor",
    "duration",
    "empty",
    "field_mask",
    "source_context",
    "struct",
    "timestamp",
    "type",
    "wrappers",
  ];
  for (const name of paths) {
    test(`are there without being given: ${name}.proto`, async () => {
      assert.deepEqual(await findings(`${P3}import public "google/protobuf/${name}.proto";`), []);
    });
  }

  test("may be compiled for themselves", async () => {
    const { ok, files } = await compile({ files: ["google/protobuf/timestamp.proto"], read: () => undefined });
    assert.equal(ok, true);
    assert.deepEqual(
      files.map(({ name }) => name),
      ["google/protobuf/timestamp.proto"],
    );
  });

  test("are not changed by those who use them", async () => {
    const text = {
      "a.proto": `${P3}import "google/protobuf/descriptor.proto"; extend google.protobuf.FileOptions { int32 o = 1000; }`,
    };
    const [first, second] = [await compileText(text), await compileText(text)];
    const descriptors = [first, second].map(({ files }) => files[0]);
    assert.notEqual(descriptors[0], descriptors[1]);
    assert.deepEqual(descriptors[0], descriptors[1]);
  });
});
