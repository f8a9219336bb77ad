import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { describe, test } from "node:test";
import { SeededChoice } from "../simulation/seeded-choice.ts";
import { FaultProxy, PROXY_FAULTS, type ProxyRules } from "./fault-proxy.ts";

const TEXT = "a word ".repeat(3_000);

/** A server that sends back what it gets, behind a proxy, with one client that is connected. */
async function withEcho(
  run: (proxy: FaultProxy, client: Socket) => Promise<void>,
  rules: ProxyRules = {},
): Promise<void> {
  const echo: Server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => {});
    socket.pipe(socket);
  });
  await once(echo.listen(0, "127.0.0.1"), "listening");
  const proxy = await FaultProxy.listen((echo.address() as AddressInfo).port, new SeededChoice(7), rules);
  const client = connect({ port: proxy.port, host: "127.0.0.1", allowHalfOpen: true });
  client.on("error", () => {});
  await once(client, "connect");
  client.write("hello");
  assert.equal((await read(client, 5)).toString(), "hello");
  try {
    await run(proxy, client);
  } finally {
    client.destroy();
    await proxy.close();
    await once(echo.close(), "close");
    assert.equal(proxy.connections, 0);
  }
}

/** So many bytes, or fewer where the connection ends before. */
function read(socket: Socket, byteLength: number): Promise<Buffer> {
  return new Promise((resolve) => {
    let all = Buffer.alloc(0);
    const done = (): void => {
      socket.off("data", take).off("end", done).off("close", done).pause();
      resolve(all);
    };
    const take = (chunk: Buffer): void => {
      all = Buffer.concat([all, chunk]);
      if (all.length >= byteLength) done();
    };
    socket.on("data", take).on("end", done).on("close", done).resume();
  });
}

function closeOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => void socket.once("close", () => resolve()));
}

describe("a proxy", () => {
  for (const fault of ["stall", "delay", "cut"] as const) {
    test(`carries all and in order in spite of: ${fault}`, async () => {
      await withEcho(async (proxy, client) => {
        for (let time = 0; time < 4; time++) assert.equal(proxy.inject(fault, 5), true);
        client.write(TEXT);
        assert.equal((await read(client, TEXT.length)).toString(), TEXT);
        assert.equal(proxy.counts[fault], 4);
        assert.equal(proxy.connections, 1);
      });
    });
  }

  for (const fault of ["kill", "reset", "tear"] as const) {
    test(`ends both sides of a connection by: ${fault}`, async () => {
      await withEcho(async (proxy, client) => {
        const closed = closeOf(client);
        client.resume().on("end", () => client.destroy());
        proxy.inject(fault);
        client.write(TEXT);
        await closed;
        while (proxy.connections > 0) await new Promise(setImmediate);
        assert.equal(proxy.counts[fault], 1);
      });
    });
  }

  test("ends one direction alone by: half-close", async () => {
    await withEcho(async (proxy, client) => {
      proxy.inject("half-close");
      // Whichever it was, the end comes back to the client.
      await read(client, 1);
      assert.equal(client.readableEnded, true);
    });
  });

  for (const fault of ["kill", "reset", "half-close"] as const) {
    test(`that may not tear replies lets those come that are on their way before: ${fault}`, async () => {
      await withEcho(
        async (proxy, client) => {
          const long = TEXT.repeat(100);
          client.write(long);
          const first = await read(client, 1);
          proxy.inject(fault, 20, "replies");
          const rest = await read(client, Number.POSITIVE_INFINITY);
          assert.equal(first.length + rest.length, long.length);
        },
        { tearsReplies: false },
      );
    });
  }

  test("refuses the next connection, and no further one", async () => {
    await withEcho(async (proxy) => {
      proxy.inject("refuse");
      const refused = connect(proxy.port, "127.0.0.1");
      refused.on("error", () => {});
      await closeOf(refused);
      const next = connect(proxy.port, "127.0.0.1");
      next.write("hello");
      assert.equal((await read(next, 5)).toString(), "hello");
      next.destroy();
      assert.equal(proxy.counts.refuse, 1);
    });
  });

  test("that is healed holds nothing back", async () => {
    await withEcho(async (proxy, client) => {
      for (const fault of ["stall", "delay", "cut", "tear"] as const) proxy.inject(fault, 1_000_000);
      proxy.heal();
      client.write(TEXT);
      assert.equal((await read(client, TEXT.length)).toString(), TEXT);
    });
  });

  test("without a connection does nothing to it", async () => {
    const proxy = await FaultProxy.listen(1, new SeededChoice(1));
    for (const fault of PROXY_FAULTS) assert.equal(proxy.inject(fault), fault === "refuse");
    await proxy.close();
    assert.deepEqual(Object.values(proxy.counts), [0, 0, 0, 0, 0, 0, 0, 0]);
  });
});
