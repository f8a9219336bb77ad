/** What a channel keeps alive, and what it leaves, in processes of their own. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { type TestContext, test } from "node:test";
import { type ConnectedPipe, listenSocket } from "../net/index.ts";
import { runProgram } from "./testdata/child-program.ts";
import { ScriptedConnection } from "./testdata/scripted-server.ts";

/** A server that answers each call after `delayMs`. Returns its port. */
async function listen(t: TestContext, delayMs = 0): Promise<number> {
  const pipes: ConnectedPipe[] = [];
  const listener = await listenSocket("127.0.0.1:0", {
    onConnection: (pipe) => {
      pipes.push(pipe);
      new ScriptedConnection(pipe, {}).onCall = (call) => setTimeout(() => call.reply(), delayMs);
    },
  });
  t.after(() => {
    for (const pipe of pipes) pipe.destroy();
    return listener.close();
  });
  return listener.port;
}

/** Something that takes connections and says nothing. Returns its port. */
async function listenSilently(t: TestContext): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    t.after(() => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const bound = server.address();
  return typeof bound === "object" && bound !== null ? bound.port : 0;
}

/** Closes, and tells what is left once that has settled. */
const CLOSE = 'await channel.close(); console.log("closed", channel.state, await left());';

test("a channel that was never used keeps no process alive, and has nothing to leave", async () => {
  const create = 'const channel = createChannel("http://127.0.0.1:1", { keepalive: { intervalMs: 10_000 } });';
  assert.equal(await runProgram(`${create} console.log(await left());`), "nothing, exit 0");
  assert.equal(await runProgram(`${create} ${CLOSE}`), "closed shutdown nothing, exit 0");
});

test("one that is connected and has no calls keeps none alive, not even where it pings", async (t) => {
  const port = await listen(t);
  for (const options of ["{}", "{ keepalive: { intervalMs: 10_000, permitWithoutCalls: true } }"]) {
    const connected = `const channel = createChannel("http://127.0.0.1:${port}", ${options});
      const call = new RecordedCall(channel, {});
      await call.ended;
      console.log(call.outcome, channel.state);`;
    assert.equal(await runProgram(connected), "OK ready, exit 0");
    assert.equal(await runProgram(`${connected} ${CLOSE}`), "OK ready\nclosed shutdown nothing, exit 0");
  }
});

test("a call keeps the process alive until it has ended, also while there is no connection", async (t) => {
  const port = await listen(t, 300);
  const program = `const call = new RecordedCall(createChannel("http://127.0.0.1:${port}"), {});
    call.ended.then(() => console.log(call.outcome));`;
  assert.equal(await runProgram(program), "OK, exit 0");
  const waiting = `const init = { waitForReady: true, deadline: performance.now() + 300 };
    const call = new RecordedCall(createChannel("http://127.0.0.1:1"), init);
    call.ended.then(() => console.log(call.end.error.code));`;
  assert.equal(await runProgram(waiting), "DEADLINE_EXCEEDED, exit 0");
});

test("one that is watched keeps none alive", async (t) => {
  const port = await listen(t);
  const program = `const channel = createChannel("http://127.0.0.1:${port}");
    (async () => { for await (const state of channel.watch()) console.log(state); })();
    await channel.connect();`;
  assert.equal(await runProgram(program), "idle\nconnecting\nready, exit 0");
});

test("one that waits to try again keeps none alive", async () => {
  const program = `const channel = createChannel("http://127.0.0.1:1");
    await channel.connect().catch(({ code }) => console.log(code, channel.state));`;
  assert.equal(await runProgram(program), "UNAVAILABLE transientFailure, exit 0");
  assert.equal(
    await runProgram(`${program} ${CLOSE}`),
    "UNAVAILABLE transientFailure\nclosed shutdown nothing, exit 0",
  );
});

test("one that is closed while it connects leaves nothing, be it over TCP, TLS or a proxy", async (t) => {
  const port = await listenSilently(t);
  const targets = [
    `"http://127.0.0.1:${port}"`,
    `"https://127.0.0.1:${port}"`,
    `"http://books.internal:1", { proxy: "http://127.0.0.1:${port}" }`,
    `"https://books.internal:1", { proxy: "http://127.0.0.1:${port}" }`,
  ];
  for (const target of targets) {
    const program = `const channel = createChannel(${target});
      const call = new RecordedCall(channel, {});
      while (!handles().includes("TCPSocketWrap")) await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setTimeout(resolve, 50));
      console.log(channel.state);
      ${CLOSE}
      console.log(call.outcome);`;
    const expected = "connecting\nclosed shutdown nothing\nUNAVAILABLE: the channel was closed, exit 0";
    assert.equal(await runProgram(program), expected, target);
  }
});

test("one that is closed while it looks a name up leaves nothing", async (t) => {
  // Whoever is asked takes the question and says nothing.
  const { createSocket } = await import("node:dgram");
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  t.after(() => socket.close());
  const program = `const channel = createChannel("dns://127.0.0.1:${socket.address().port}/books.internal:1", { credentials: insecure() });
    const call = new RecordedCall(channel, {});
    await new Promise((resolve) => setTimeout(resolve, 50));
    console.log(channel.state);
    ${CLOSE}
    console.log(call.outcome);`;
  const expected = "connecting\nclosed shutdown nothing\nUNAVAILABLE: the channel was closed, exit 0";
  assert.equal(await runProgram(program), expected);
});

test("one that is closed in the middle of calls, or between attempts of one, leaves nothing", async (t) => {
  const port = await listen(t);
  const retrying = `const channel = createChannel("http://127.0.0.1:1", { serviceConfig: { methodConfig: [{ name: [{}], retryPolicy:
      { maxAttempts: 5, initialBackoff: "100s", maxBackoff: "100s", backoffMultiplier: 1, retryableStatusCodes: ["UNAVAILABLE"] } }] } });
    const call = new RecordedCall(channel, {});
    while (channel.state !== "transientFailure") await new Promise((resolve) => setImmediate(resolve));
    ${CLOSE} console.log(call.outcome);`;
  assert.match(await runProgram(retrying), /^closed shutdown nothing\nUNAVAILABLE: .*, exit 0$/s);
  const streaming = `const channel = createChannel("http://127.0.0.1:${port}");
    const call = new RecordedCall(channel, { deadline: performance.now() + 100_000 }, false);
    await channel.connect();
    ${CLOSE} console.log(call.outcome);`;
  assert.match(
    await runProgram(streaming),
    /^closed shutdown nothing\nUNAVAILABLE: the channel was closed.*, exit 0$/s,
  );
});

test("a call that never gets its credentials leaves none alive behind it, where a watch of health is open", async (t) => {
  const pipes: ConnectedPipe[] = [];
  const listener = await listenSocket("127.0.0.1:0", {
    onConnection: (pipe) => {
      pipes.push(pipe);
      // It is serving.
      new ScriptedConnection(pipe, {}).onCall = (call) => call.send(Uint8Array.of(8, 1));
    },
  });
  t.after(() => {
    for (const pipe of pipes) pipe.destroy();
    return listener.close();
  });
  const program = `const channel = createChannel("ipv4:127.0.0.1:${listener.port}", {
      credentials: insecure(),
      loadBalancing: "round_robin",
      serviceConfig: { healthCheckConfig: { serviceName: "" } },
    });
    await channel.connect();
    const source = async () => { throw new Error("no token"); };
    const call = new RecordedCall(channel, { credentials: { source, allowPlaintext: true } });
    await call.ended;
    console.log(call.outcome);`;
  assert.equal(await runProgram(program), "UNAUTHENTICATED: no credentials for the call: no token, exit 0");
});

test("a call that waits for room keeps the process alive, also on a connection that has no others", async (t) => {
  const pipes: ConnectedPipe[] = [];
  const listener = await listenSocket("127.0.0.1:0", {
    onConnection: (pipe) => {
      pipes.push(pipe);
      // The first one allows no calls, and is lost.
      const isFirst = pipes.length === 1;
      new ScriptedConnection(pipe, isFirst ? { maxConcurrentStreams: 0 } : {}).onCall = (call) => call.reply();
      if (isFirst) setTimeout(() => pipe.destroy(), 1000);
    },
  });
  t.after(() => {
    for (const pipe of pipes) pipe.destroy();
    return listener.close();
  });
  const program = `const channel = createChannel("http://127.0.0.1:${listener.port}");
    const late = new RecordedCall(channel, { deadline: performance.now() + 200 });
    const call = new RecordedCall(channel, {});
    late.ended.then(() => console.log(late.end.error.code));
    call.ended.then(() => console.log(call.outcome));`;
  assert.equal(await runProgram(program), "DEADLINE_EXCEEDED\nOK, exit 0");
});
