/** What the etcd example reads and writes; `npm run interop -- discovery` runs it at real etcds. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { workspace } from "../folders.ts";

interface Module {
  endOfPrefix(prefix: Uint8Array): Uint8Array;
  readEndpointValue(value: Uint8Array): { address: string; weight: number } | undefined;
  writeEndpointValue(server: { address: string; weight: number }): Uint8Array;
}

async function load(file: string): Promise<Module> {
  return (await import(pathToFileURL(join(workspace, "examples/dist/etcd-discovery", file)).href)) as Module;
}

const bytes = (text: string) => new TextEncoder().encode(text);

test("keys with a prefix end where the last byte that can be more is one more", async () => {
  const { endOfPrefix } = await load("etcd.js");
  assert.deepEqual(endOfPrefix(bytes("zoo/")), bytes("zoo0"));
  assert.deepEqual(endOfPrefix(Uint8Array.of(1, 0xff, 0xff)), Uint8Array.of(2));
  assert.deepEqual(endOfPrefix(Uint8Array.of(0xff)), Uint8Array.of(0), "to the end of all keys");
});

test("a server is read as it was written, and as programs in Go write it", async () => {
  const { readEndpointValue, writeEndpointValue } = await load("endpoint-value.js");
  const server = { address: "10.0.0.1:1", weight: 3 };
  assert.deepEqual(readEndpointValue(writeEndpointValue(server)), server);
  const go = (metadata: unknown) => bytes(JSON.stringify({ Op: 0, Addr: "10.0.0.1:1", Metadata: metadata }));
  for (const metadata of [null, undefined, 7, {}, { weight: "3" }, { weight: -1 }, { weight: 0.5 }]) {
    assert.deepEqual(readEndpointValue(go(metadata)), { address: "10.0.0.1:1", weight: 1 });
  }
  for (const other of ["", "null", "7", "{}", '{"Addr":""}', '{"Addr":7}', "{", '["Addr"]']) {
    assert.equal(readEndpointValue(bytes(other)), undefined, other);
  }
  assert.equal(readEndpointValue(Uint8Array.of(0xff, 0xfe)), undefined);
});
