/** How far ahead of its reader a call reads what takes more room than it looks. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createChannel, insecure } from "../channel/index.ts";
import { rawService } from "../codec/index.ts";
import type { Compressor } from "../core/index.ts";
import { gzip } from "../node/index.ts";
import { createServer } from "../server/index.ts";
import { createClient } from "./create-client.ts";

const REPLIES = 24;
const MEBIBYTE = 1024 * 1024;
const Bombs = rawService("test.Bombs", { Drop: "server_streaming" });

/** A server whose replies are a thousand times as large as what is sent of them. */
async function bombard(t: TestContext) {
  const server = createServer({ compress: true }).add(Bombs, {
    async *drop() {
      for (let count = 0; count < REPLIES; count++) yield new Uint8Array(MEBIBYTE).fill(count);
    },
  });
  t.after(() => server.shutdown({ graceMs: 0 }));
  const inflated = { count: 0 };
  const plain = gzip();
  const counting: Compressor = {
    ...plain,
    decompress(bytes, maxBytes) {
      inflated.count++;
      return plain.decompress(bytes, maxBytes);
    },
  };
  const { port } = await server.listen("127.0.0.1:0");
  const channel = createChannel(`127.0.0.1:${port}`, { credentials: insecure(), compressors: [counting] });
  t.after(() => channel.close());
  return { call: createClient(Bombs, channel).drop(new Uint8Array(1)), inflated };
}

/** Until everything that may happen by itself has happened. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
}

test("replies that grow when they are decompressed wait until they are wanted", async (t) => {
  const { call, inflated } = await bombard(t);
  const replies = call[Symbol.asyncIterator]();
  await replies.next();
  await settle();
  assert.ok(inflated.count <= 3, `${inflated.count} were decompressed`);
  let count = 1;
  for (let next = await replies.next(); next.done !== true; next = await replies.next()) {
    assert.equal(next.value[0], count++);
  }
  assert.equal(count, REPLIES);
});

test("so they do for who reads in batches", async (t) => {
  const { call, inflated } = await bombard(t);
  const batches = call.batches()[Symbol.asyncIterator]();
  let count = (await batches.next()).value?.length ?? 0;
  await settle();
  assert.ok(inflated.count <= 4, `${inflated.count} were decompressed`);
  for (let next = await batches.next(); next.done !== true; next = await batches.next()) count += next.value.length;
  assert.equal(count, REPLIES);
});

test("who has asked for many gets them all", async (t) => {
  const { call } = await bombard(t);
  const asked = Array.from({ length: REPLIES }, () => call.next());
  for (const [index, next] of (await Promise.all(asked)).entries()) assert.equal(next.value?.[0], index);
});
