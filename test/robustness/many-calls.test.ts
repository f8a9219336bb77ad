/** Many calls on one connection leave nothing behind. `npm run bench -- leak` makes far more, and looks at the heap. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createChannel, createClient, createServer } from "gannet";
import { Probe } from "./probe_pb.ts";
import { activeResources, settleResources, watchProcess } from "./resources.ts";

const UNARY_CALLS = 2_000;
const STREAMING_CALLS = 100;
const AT_ONCE = 50;
/** Longer than a tick of any timer that a call may have started. */
const DEADLINE_MS = 600_000;

async function makeCalls(times: number, call: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  async function callOnAndOn(): Promise<void> {
    while (next < times) await call(next++);
  }
  await Promise.all(Array.from({ length: AT_ONCE }, callOnAndOn));
}

test("calls of each kind, ended in each way, leave no handle, timer, stream or handler", async () => {
  const atStart = activeResources();
  const process = watchProcess();
  let running = 0;
  const peers = new Set<string>();
  const server = createServer({ onUnexpectedError: () => {} }).add(Probe, {
    unary({ n }, call) {
      peers.add(call.peer.address);
      if (n < 0) throw new Error("negative");
      return { n };
    },
    async *serverStream({ n }) {
      running++;
      try {
        for (let i = 0; i < n; i++) yield { n: i };
      } finally {
        running--;
      }
    },
    async clientStream(requests) {
      running++;
      let n = 0;
      try {
        // Answers early where it is asked to.
        for await (const request of requests) {
          n += request.n;
          if (n > 1_000) break;
        }
        return { n };
      } finally {
        running--;
      }
    },
    async *bidi(requests) {
      running++;
      try {
        for await (const { n } of requests) yield { n };
      } finally {
        running--;
      }
    },
  });
  const { port } = await server.listen("127.0.0.1:0");
  const channel = createChannel(`http://127.0.0.1:${port}`);
  const client = createClient(Probe, channel);
  const controller = new AbortController();
  const options = { timeoutMs: DEADLINE_MS, signal: controller.signal };
  await client.unary({ n: 1 }, options);
  const before = activeResources();

  let failed = 0;
  let pulled = 0;
  const countFailure = () => {
    failed++;
  };
  await makeCalls(UNARY_CALLS, async (n) => assert.equal((await client.unary({ n }, options)).n, n));
  await makeCalls(STREAMING_CALLS, () => client.unary({ n: -1 }, options).catch(countFailure));
  await makeCalls(STREAMING_CALLS, async () => {
    let replies = 0;
    for await (const _ of client.serverStream({ n: 10 }, options)) replies++;
    assert.equal(replies, 10);
  });
  await makeCalls(STREAMING_CALLS, async () => {
    for await (const { n } of client.serverStream({ n: 1_000_000 }, options)) if (n === 3) break;
  });
  await makeCalls(STREAMING_CALLS, async () => {
    assert.equal((await client.clientStream([{ n: 1 }, { n: 2 }, { n: 3 }], options)).n, 6);
  });
  await makeCalls(STREAMING_CALLS, async () => {
    async function* forever() {
      pulled++;
      try {
        for (;;) yield { n: 100 };
      } finally {
        pulled--;
      }
    }
    assert.equal((await client.clientStream(forever(), options)).n, 1_100);
  });
  await makeCalls(STREAMING_CALLS, async () => {
    const call = client.bidi(options);
    for (let n = 0; n < 10; n++) {
      await call.send({ n });
      assert.equal((await call.next()).value?.n, n);
    }
    call.end();
    assert.equal((await call.next()).done, true);
  });
  await makeCalls(STREAMING_CALLS, async () => {
    const call = client.bidi(options);
    await call.send({ n: 1 });
    await call.next();
    call.cancel();
    await call.next().catch(countFailure);
  });

  assert.equal(failed, 2 * STREAMING_CALLS);
  assert.equal(peers.size, 1);
  while (running > 0 || pulled > 0) await sleep(1);
  await settleResources(before);
  await channel.close();
  // Ends once no stream is left.
  await server.shutdown();
  await settleResources(atStart);
  process.stop();
  assert.deepEqual(process.errors, []);
});
