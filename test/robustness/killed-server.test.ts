/** What a client sees of a server whose process is killed. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Channel, type Client, createChannel, createClient, type UnaryCall } from "gannet";
import { startServer } from "./child-program.ts";
import { failsWith } from "./failure.ts";
import { callToMiddle, KINDS } from "./kinds.ts";
import { Probe } from "./probe_pb.ts";

async function withChannel(
  port: number,
  use: (client: Client<typeof Probe>, channel: Channel) => Promise<void>,
): Promise<void> {
  const channel = createChannel(`http://127.0.0.1:${port}`, { backoff: { initialMs: 20, maxMs: 200 } });
  try {
    await use(createClient(Probe, channel), channel);
  } finally {
    await channel.close();
  }
}

describe("a server killed in the middle of a call", () => {
  for (const kind of KINDS) {
    test(`of kind ${kind} ends it with UNAVAILABLE, why and where, and the next server is found`, async () => {
      const { program, port } = await startServer();
      await withChannel(port, async (client) => {
        let onReplies: () => void = () => {};
        const replies = new Promise<void>((resolve) => {
          onReplies = resolve;
        });
        const call = callToMiddle(client, kind, onReplies);
        call.catch(() => {});
        await Promise.all([replies, program.line(`middle ${kind}`)]);
        await program.kill();
        const { reason } = await failsWith(call, "UNAVAILABLE", /closed the connection|ECONNRESET/);
        assert.ok(reason.includes(`127.0.0.1:${port}`), reason);

        await failsWith(
          client.unary({ n: 1 }),
          "UNAVAILABLE",
          new RegExp(`connect ECONNREFUSED 127\\.0\\.0\\.1:${port}`),
        );

        // A call that waits has the connection made once somebody listens again.
        const waiting: UnaryCall<{ n: number }> = client.unary({ n: 2 }, { waitForReady: true });
        const settled = waiting.then(({ n }) => n);
        const next = await startServer(port);
        assert.equal(await settled, 2);
        // And so has one that does not.
        assert.equal((await client.unary({ n: 3 })).n, 3);
        await next.program.kill();
      });
    });
  }

  test("leaves no call unanswered, however many there are", async () => {
    const { program, port } = await startServer();
    await withChannel(port, async (client) => {
      const calls = Array.from({ length: 200 }, () => client.unary({ n: -1 }).then(String, ({ code }) => String(code)));
      await program.line("middle unary");
      await program.kill();
      assert.deepEqual([...new Set(await Promise.all(calls))], ["UNAVAILABLE"]);
    });
  });
});

test("a port that nobody listens on is named", async () => {
  const { program, port } = await startServer();
  await program.kill();
  await withChannel(port, async (client) => {
    await failsWith(client.unary({}), "UNAVAILABLE", new RegExp(`connect ECONNREFUSED 127\\.0\\.0\\.1:${port}`));
    const call = client.serverStream({});
    await failsWith(call.next(), "UNAVAILABLE", /connect ECONNREFUSED/);
    await failsWith(client.clientStream([{ n: 1 }]), "UNAVAILABLE", /connect ECONNREFUSED/);
    await failsWith(client.bidi([{ n: 1 }]).next(), "UNAVAILABLE", /connect ECONNREFUSED/);
  });
});
