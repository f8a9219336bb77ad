import assert from "node:assert/strict";
import { test } from "node:test";
import { createContext, runInContext } from "node:vm";
import { bundleForBrowser } from "../conformance/browser/bundle.ts";

test("the compiler bundles for browsers with nothing in Node's place, and runs where there is nothing of Node", async () => {
  const script = await bundleForBrowser("page");
  assert.doesNotMatch(script, /(?:require\(|from )["']node:/);
  const posted = new Promise<{ path: string; body: string }>((resolve) => {
    const answers: Readonly<Record<string, string>> = {
      "/jobs": JSON.stringify([{ files: ["a.proto"], base: "/p/" }]),
      "/p/a.proto":
        'syntax = "proto3"; import "google/protobuf/timestamp.proto"; message A { google.protobuf.Timestamp at = 1; }',
    };
    const fetch = async (path: string, init?: { body: string }): Promise<unknown> => {
      await Promise.resolve();
      if (init !== undefined) resolve({ path, body: init.body });
      const text = answers[path];
      return {
        ok: text !== undefined,
        json: () => JSON.parse(text ?? "null") as unknown,
        arrayBuffer: () => new TextEncoder().encode(text).buffer,
      };
    };
    // What browsers have beyond the language, as far as the compiler and this page need it.
    const globals = {
      fetch,
      btoa,
      TextEncoder,
      TextDecoder,
      Uint8Array,
      ArrayBuffer,
      navigator: { userAgent: "a test" },
    };
    runInContext(script, createContext(globals));
  });
  const { path, body } = await posted;
  assert.equal(path, "/compiled", body);
  const { compiled } = JSON.parse(body) as { compiled: { descriptors: object; findings: string[] }[] };
  assert.deepEqual(compiled[0]?.findings, []);
  assert.deepEqual(Object.keys(compiled[0]?.descriptors ?? {}), ["google/protobuf/timestamp.proto", "a.proto"]);
});
