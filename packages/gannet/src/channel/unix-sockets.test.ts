import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { listenSocket } from "../net/index.ts";
import type { Channel } from "./channel.ts";
import type { ChannelOptions } from "./channel-options.ts";
import { createChannel } from "./create-channel.ts";
import { insecure } from "./credentials/index.ts";
import { RecordedCall } from "./testdata/recorded-call.ts";
import { ScriptedConnection } from "./testdata/scripted-server.ts";

/** Listens, and answers each call. Returns the address. */
async function listen(t: TestContext, address: string): Promise<string> {
  const listener = await listenSocket(address, {
    onConnection: (pipe) => {
      new ScriptedConnection(pipe, {}).onCall = (call) => call.reply();
      t.after(() => pipe.destroy());
    },
  });
  t.after(() => void listener.close());
  return listener.address;
}

async function outcomeAt(t: TestContext, target: string, options: ChannelOptions = {}): Promise<[string, Channel]> {
  const channel = createChannel(target, options);
  t.after(() => channel.close());
  const call = new RecordedCall(channel, { deadline: performance.now() + 5000 });
  await call.ended;
  return [call.outcome, channel];
}

const onLinux = { skip: process.platform === "linux" ? false : "only Linux has abstract sockets" };

test("a server listens at an abstract name, and clients find it there", onLinux, async (t) => {
  const name = `unix-abstract:gannet-${process.pid}`;
  assert.equal(await listen(t, name), name);
  const [outcome, channel] = await outcomeAt(t, name);
  assert.equal(outcome, "OK");
  assert.equal(channel.subchannels()[0]?.connections()[0]?.remoteAddress, name);
  await assert.rejects(listenSocket(name, { onConnection() {} }), {
    code: "EADDRINUSE",
    message: new RegExp(`EADDRINUSE ${name}`),
  });
});

test("an abstract name where nobody listens is told of as it is written", onLinux, async (t) => {
  const [outcome] = await outcomeAt(t, "unix-abstract:gannet-nobody");
  const why = "nothing listens there; does the server run, and is the port right?";
  assert.equal(outcome, `UNAVAILABLE: connect ECONNREFUSED unix-abstract:gannet-nobody: ${why}`);
});

test("a name behind passthrough: is looked up by the system as it connects", async (t) => {
  const address = await listen(t, "127.0.0.1:0");
  const target = `passthrough:///${address.replace("127.0.0.1", "localhost")}`;
  const [outcome, channel] = await outcomeAt(t, target, { credentials: insecure() });
  assert.equal(outcome, "OK");
  assert.deepEqual(channel.subchannels()[0]?.addresses, [address.replace("127.0.0.1", "localhost")]);
});
