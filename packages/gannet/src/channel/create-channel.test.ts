import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type ConnectedPipe, createMemoryPipes, type ListenTlsOptions, listenSocket } from "../net/index.ts";
import { createCertificate } from "../testing/index.ts";
import type { Channel } from "./channel.ts";
import type { ChannelOptions } from "./channel-options.ts";
import { createChannel, createChannelIn, createPipeChannel } from "./create-channel.ts";
import { insecure, tls } from "./credentials/index.ts";
import { RecordedCall } from "./testdata/recorded-call.ts";
import { ScriptedConnection } from "./testdata/scripted-server.ts";

const identity = createCertificate();

/** A server that answers each call after `delayMs`. Returns its port. */
async function listen(t: TestContext, options?: ListenTlsOptions, delayMs = 0): Promise<number> {
  const pipes: ConnectedPipe[] = [];
  const onConnection = (pipe: ConnectedPipe) => {
    pipes.push(pipe);
    const connection = new ScriptedConnection(pipe, {});
    connection.onCall = (call) => setTimeout(() => call.reply(), delayMs);
  };
  const listener = await listenSocket("127.0.0.1:0", { tls: options, onConnection });
  t.after(() => {
    for (const pipe of pipes) pipe.destroy();
    return listener.close();
  });
  return listener.port;
}

function open(t: TestContext, target: string, options?: ChannelOptions): Channel {
  const channel = createChannel(target, options);
  t.after(() => channel.close());
  return channel;
}

function hasSockets(): boolean {
  return process.getActiveResourcesInfo().includes("TCPSocketWrap");
}

async function outcomeOf(channel: Channel): Promise<string> {
  const call = new RecordedCall(channel, { deadline: performance.now() + 5000 });
  await call.ended;
  return call.outcome;
}

test("calls go over sockets, by address, name and TLS", async (t) => {
  const port = await listen(t);
  const securePort = await listen(t, identity);
  const credentials = tls({ ca: identity.cert });
  assert.equal(await outcomeOf(open(t, `http://127.0.0.1:${port}`)), "OK");
  assert.equal(await outcomeOf(open(t, `localhost:${port}`, { credentials: insecure() })), "OK");
  assert.equal(await outcomeOf(open(t, `dns:///localhost:${port}`, { credentials: insecure() })), "OK");
  assert.equal(await outcomeOf(open(t, `https://localhost:${securePort}`, { credentials })), "OK");
  assert.equal(await outcomeOf(open(t, `ipv4:127.0.0.1:${securePort}`, { credentials })), "OK");
});

test("where one side speaks TLS and the other does not, the call says which", async (t) => {
  const port = await listen(t);
  const securePort = await listen(t, identity);
  assert.match(
    await outcomeOf(open(t, `http://127.0.0.1:${securePort}`)),
    /^UNAVAILABLE: connect to .*perhaps it speaks TLS/,
  );
  assert.match(await outcomeOf(open(t, `https://127.0.0.1:${port}`)), /^UNAVAILABLE: TLS with .* answers in plaintext/);
  assert.match(
    await outcomeOf(open(t, `https://localhost:${securePort}`)),
    /^UNAVAILABLE: TLS with .* self-signed: give it as ca/,
  );
});

test("a server of another protocol is recognised", async (t) => {
  const cases = [
    ["HTTP/1.1 400 Bad Request\r\n\r\n", "the server answers in HTTP/1, not HTTP/2: HTTP/1.1 400 Bad Request"],
    ["SSH-2.0-OpenSSH_9.2p1\r\n", "an SSH server listens there: SSH-2.0-OpenSSH_9.2p1"],
    [
      "220 mail.example.com ESMTP\r\n",
      'the server does not speak HTTP/2 there: it begins with "220 mail.example.com ESMTP"; is the port right?',
    ],
    [
      Buffer.from("4a0000000a382e302e3333", "hex"),
      "the server does not speak HTTP/2 there: it begins with the bytes 4a000000; is the port right?",
    ],
  ] as const;
  for (const [bytes, problem] of cases) {
    const server = createServer((socket) =>
      socket
        .on("error", () => {})
        .resume()
        .end(bytes),
    );
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => server.close());
    const bound = server.address();
    const port = typeof bound === "object" ? bound?.port : 0;
    const outcome = await outcomeOf(open(t, `http://127.0.0.1:${port}`));
    assert.equal(outcome, `UNAVAILABLE: connect to 127.0.0.1:${port}: ${problem}`);
  }
});

test("what fails says which port was taken for a target without one", async (t) => {
  const channelTo = (target: string, loadBalancing = "pick_first"): Channel => {
    const connect = (address: string) => Promise.reject(new Error(`connect to ${address}: refused`));
    const credentials = target.includes("//") ? undefined : insecure();
    const channel = createChannelIn({ connect }, target, { credentials, loadBalancing });
    t.after(() => channel.close());
    return channel;
  };
  const note = '("127.0.0.1" has no port, which means 443)';
  assert.equal(await outcomeOf(channelTo("127.0.0.1")), `UNAVAILABLE: connect to 127.0.0.1:443: refused ${note}`);
  assert.equal(await outcomeOf(channelTo("https://127.0.0.1")), "UNAVAILABLE: connect to 127.0.0.1:443: refused");
  const list = '("ipv4:10.0.0.1,10.0.0.2:50051" has no port, which means 443)';
  assert.equal(
    await outcomeOf(channelTo("ipv4:10.0.0.1,10.0.0.2:50051")),
    `UNAVAILABLE: connect to 10.0.0.1:443: refused ${list}; connect to 10.0.0.2:50051: refused`,
  );
});

test("a channel over pipes needs no socket", async () => {
  const channel = createPipeChannel(() => {
    const [client, server] = createMemoryPipes();
    new ScriptedConnection(server, {}).onCall = (call) => call.reply();
    return client;
  });
  assert.equal(await outcomeOf(channel), "OK");
  await channel.close();
});

test("a closed channel leaves no socket behind", async (t) => {
  const port = await listen(t);
  const channel = createChannel(`http://127.0.0.1:${port}`);
  assert.equal(await outcomeOf(channel), "OK");
  await channel.close();
  // The server's end is in this process too, and takes a moment to hear of it.
  for (let round = 0; round < 100 && hasSockets(); round++) await sleep(10);
  assert.equal(hasSockets(), false);
});

test("credentials in the place of options, and a target that is no text, are refused in words", () => {
  assert.throws(() => createChannel("localhost:50051", insecure() as object), {
    code: "GANNET_INVALID_OPTION",
    message: "createChannel takes options, not credentials: write { credentials }",
  });
  assert.throws(() => createChannel(new URL("http://localhost:50051") as unknown as string), {
    code: "GANNET_INVALID_ARGUMENT",
    message: /^the target an URL cannot be used: it is a text such as http:/,
  });
  assert.throws(() => tls("ca" as unknown as object), { message: 'the options of tls are an object, not "ca"' });
});

test("options that are none, or impossible, are refused", () => {
  const cases = [
    [
      { maxRecieveBytes: 1 },
      "GANNET_UNKNOWN_OPTION",
      /createChannel has no option "maxRecieveBytes"; did you mean maxReceiveBytes\?/,
    ],
    [{ backoff: { initial: 1 } }, "GANNET_UNKNOWN_OPTION", /backoff has no option "initial"/],
    [{ maxReceiveBytes: -1 }, "GANNET_INVALID_OPTION", /maxReceiveBytes is a number, 0 or more, not -1/],
    [
      { serviceConfig: "{}" },
      "GANNET_INVALID_OPTION",
      /serviceConfig is .* an object \(.* JSON.parse .*\), not "\{\}"/,
    ],
    [{ backoff: { jitter: 2 } }, "GANNET_INVALID_OPTION", /backoff.jitter is a number, from 0 to 1, not 2/],
    [{ authority: "a\r\nb: c" }, "GANNET_INVALID_OPTION", /authority is printable ASCII text, not "a/],
    [{ userAgent: "größe" }, "GANNET_INVALID_OPTION", /userAgent is printable ASCII text/],
    [{ loadBalancing: "best_one" }, "GANNET_INVALID_OPTION", /no policy is known of "best_one"; .*round_robin/],
    [
      { loadBalancing: { least_request: { choiceCount: 1 } } },
      "GANNET_INVALID_OPTION",
      /least_request.choiceCount: expected a number from 2/,
    ],
    [{ loadBalancing: 5 }, "GANNET_INVALID_OPTION", /loadBalancing is the name of a policy/],
  ] as const;
  for (const [options, code, message] of cases) {
    assert.throws(() => createChannel("http://localhost", options as ChannelOptions), { code, message });
  }
});
