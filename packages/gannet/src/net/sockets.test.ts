import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createServer as createTlsServer } from "node:tls";
import { createCertificate } from "../testing/index.ts";
import { connectSocket } from "./connect-socket.ts";
import type { PipeListener } from "./connected-pipe.ts";
import { type ListenOptions, listenSocket } from "./listen-socket.ts";
import { parseSocketAddress } from "./socket-address.ts";
import type { SocketPipe } from "./socket-pipe.ts";
import { createTlsContext } from "./tls-context.ts";

const identity = createCertificate();

/** Listens for what a pipe says, and waits for some of it. */
class Recorder implements PipeListener {
  received = "";
  flushes = 0;
  readonly ended: Promise<string>;
  #end: (reason: string) => void = () => {};
  readonly #onReceive: (recorder: Recorder) => void;

  constructor(onReceive: (recorder: Recorder) => void = () => {}) {
    this.#onReceive = onReceive;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  receive(chunk: Uint8Array): void {
    this.received += Buffer.from(chunk).toString();
    this.#onReceive(this);
  }

  flush(): void {
    this.flushes++;
  }

  onDrain(): void {}

  onPipeEnd(reason: string): void {
    this.#end(reason);
  }
}

async function listen(t: TestContext, address: string, options: Partial<ListenOptions> = {}): Promise<string> {
  const pipes: SocketPipe[] = [];
  const onConnection = (pipe: SocketPipe) => {
    pipes.push(pipe);
    if (options.onConnection !== undefined) options.onConnection(pipe);
    else pipe.attach(new Recorder());
  };
  const listener = await listenSocket(address, { ...options, onConnection });
  t.after(async () => {
    for (const pipe of pipes) pipe.destroy();
    await listener.close();
  });
  return listener.address;
}

/** A server of another kind, which is closed behind the test. */
async function listenForeign(t: TestContext, server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const bound = server.address();
  return `127.0.0.1:${typeof bound === "object" ? bound?.port : 0}`;
}

/** What begins as HTTP/2 does: anything else is taken for the answer of a server of another kind. */
const FIRST = "\0";

/** Sends the text back, and says it is done with the connection. */
function echo(pipe: SocketPipe): void {
  const recorder = new Recorder(() => {
    pipe.writeOwned(Buffer.from(`${recorder.received} from ${pipe.peer.address.split(":")[0]}`));
    pipe.end();
  });
  pipe.attach(recorder);
}

async function talk(address: string, options?: Parameters<typeof connectSocket>[1]): Promise<string> {
  const pipe = await connectSocket(parseSocketAddress(address), options);
  const recorder = new Recorder();
  pipe.attach(recorder);
  pipe.writeOwned(Buffer.from(`${FIRST}hello`));
  await recorder.ended;
  await pipe.closed;
  return recorder.received.replace(FIRST, "");
}

test("bytes go both ways over TCP, unix sockets and TLS", async (t) => {
  const path = join(mkdtempSync(join(tmpdir(), "gannet-")), "s.sock");
  const tls = { context: createTlsContext({ ca: identity.cert }), serverName: "localhost" };
  assert.equal(await talk(await listen(t, "127.0.0.1:0", { onConnection: echo })), "hello from 127.0.0.1");
  assert.equal(await talk(await listen(t, `unix:${path}`, { onConnection: echo })), "hello from unix");
  const encrypted = await listen(t, "127.0.0.1:0", { tls: identity, onConnection: echo });
  assert.equal(await talk(encrypted, { tls }), "hello from 127.0.0.1");
  assert.equal(await talk(encrypted, { tls: { context: tls.context } }), "hello from 127.0.0.1");
});

test("a client's certificate is there for the server", async (t) => {
  const subjects: unknown[] = [];
  const onConnection = (pipe: SocketPipe) => {
    subjects.push((pipe.peer.certificate as { readonly subject: string }).subject);
    pipe.end();
  };
  const client = createCertificate(["the client"]);
  const options = { tls: { ...identity, ca: client.cert, clientCertificates: "require" as const }, onConnection };
  const address = await listen(t, "127.0.0.1:0", options);
  await talk(address, { tls: { context: createTlsContext({ ca: identity.cert, ...client }) } });
  assert.deepEqual(subjects, ["CN=the client"]);
});

test("a client without the certificate that a server asks for is told so", async (t) => {
  const address = await listen(t, "127.0.0.1:0", {
    tls: { ...identity, ca: identity.cert, clientCertificates: "require" },
  });
  const pipe = await connectSocket(parseSocketAddress(address), {
    tls: { context: createTlsContext({ ca: identity.cert }) },
  });
  const recorder = new Recorder();
  pipe.attach(recorder);
  assert.match(await recorder.ended, /asks for a client certificate/);
});

test("a refused connection says where", async (t) => {
  const address = await listenForeign(t, createServer());
  const port = Number(address.split(":")[1]);
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
  const bound = closed.address();
  await new Promise((resolve) => closed.close(resolve));
  const free = typeof bound === "object" ? (bound?.port ?? 0) : 0;
  assert.notEqual(port, free);
  await assert.rejects(connectSocket({ kind: "tcp", host: "127.0.0.1", port: free }), {
    message: `connect ECONNREFUSED 127.0.0.1:${free}: nothing listens there; does the server run, and is the port right?`,
  });
  await assert.rejects(connectSocket({ kind: "unix", path: "/no/such.sock" }), {
    message: "connect ENOENT /no/such.sock: there is no such socket; does the server run, and is the path right?",
  });
});

test("TLS to a plaintext server says who speaks what", async (t) => {
  const address = await listenForeign(
    t,
    createServer((socket) =>
      socket
        .on("error", () => {})
        .resume()
        .end("HTTP/1.1 400 Bad Request\r\n\r\n"),
    ),
  );
  const tls = { context: createTlsContext({}) };
  await assert.rejects(connectSocket(parseSocketAddress(address), { tls }), /TLS with 127.*answers in plaintext/);
});

test("plaintext to a TLS server says who speaks what", async (t) => {
  const problems: string[] = [];
  const address = await listen(t, "127.0.0.1:0", {
    tls: identity,
    onProblem: (message) => void problems.push(message),
  });
  const pipe = await connectSocket(parseSocketAddress(address));
  const recorder = new Recorder();
  pipe.attach(recorder);
  pipe.writeOwned(Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
  assert.match(await recorder.ended, /closed the connection without a word; perhaps it speaks TLS there/);
  assert.deepEqual(problems, ["TLS handshake: the client sent plaintext"]);
});

test("a TLS server that answers plaintext with an alert is recognised", async (t) => {
  const alert = Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46]);
  const address = await listenForeign(
    t,
    createServer((socket) =>
      socket
        .on("error", () => {})
        .resume()
        .end(alert),
    ),
  );
  const pipe = await connectSocket(parseSocketAddress(address));
  const recorder = new Recorder();
  pipe.attach(recorder);
  assert.match(await recorder.ended, /the server speaks TLS there, and plaintext was sent/);
});

test("an HTTP/1 server is recognised", async (t) => {
  const address = await listenForeign(
    t,
    createServer((socket) =>
      socket
        .on("error", () => {})
        .resume()
        .end("HTTP/1.1 400 Bad Request\r\n\r\n"),
    ),
  );
  const pipe = await connectSocket(parseSocketAddress(address));
  const recorder = new Recorder();
  pipe.attach(recorder);
  assert.equal(await recorder.ended, "the server answers in HTTP/1, not HTTP/2: HTTP/1.1 400 Bad Request");
});

test("a TLS server without HTTP/2 is recognised, whether or not it knows ALPN", async (t) => {
  const tls = { context: createTlsContext({ ca: identity.cert }) };
  const silent = await listenForeign(t, createTlsServer({ ...identity }));
  await assert.rejects(
    connectSocket(parseSocketAddress(silent), { tls }),
    /does not speak HTTP\/2: offered `h2` in ALPN/,
  );
  const other = await listenForeign(t, createTlsServer({ ...identity, ALPNProtocols: ["http/1.1"] }));
  await assert.rejects(connectSocket(parseSocketAddress(other), { tls }), /does not speak HTTP\/2/);
});

test("certificates that are unknown or of another name are refused", async (t) => {
  const address = await listen(t, "127.0.0.1:0", { tls: identity });
  const unknown = { context: createTlsContext({}) };
  await assert.rejects(connectSocket(parseSocketAddress(address), { tls: unknown }), /TLS with .* self-signed/);
  const other = { context: createTlsContext({ ca: identity.cert }), serverName: "example.com" };
  await assert.rejects(connectSocket(parseSocketAddress(address), { tls: other }), /example\.com/);
});

test("an attempt that is given up rejects with the reason, and leaves nothing open", async (t) => {
  const address = await listenForeign(t, createServer());
  const tls = { context: createTlsContext({}) };
  const controller = new AbortController();
  const attempt = connectSocket(parseSocketAddress(address), { tls, signal: controller.signal });
  setTimeout(() => controller.abort(new Error("enough")), 20);
  await assert.rejects(attempt, { message: "enough" });
  await assert.rejects(connectSocket(parseSocketAddress(address), { signal: AbortSignal.abort(new Error("never")) }), {
    message: "never",
  });
});

test("an address that is taken says so, and a socket that a dead server left is taken over", async (t) => {
  const address = await listen(t, "127.0.0.1:0");
  await assert.rejects(listenSocket(address, { onConnection() {} }), {
    message: `listen EADDRINUSE ${address}: something else listens there`,
    code: "EADDRINUSE",
  });
  const path = join(mkdtempSync(join(tmpdir(), "gannet-")), "s.sock");
  await listen(t, `unix:${path}`);
  await assert.rejects(
    listenSocket(`unix:${path}`, { onConnection() {} }),
    /listen EADDRINUSE unix:.*: something else listens there/,
  );
});

test("an address that cannot be listened at says why, with Node's code", async () => {
  const cases = [
    ["no-such-host.invalid:0", "ENOTFOUND", /no such host/],
    ["192.0.2.1:0", "EADDRNOTAVAIL", /this machine has no such address/],
    ["unix:/no/such/folder/s.sock", "EACCES", /its folder is not there/],
  ] as const;
  for (const [address, code, why] of cases) {
    await assert.rejects(listenSocket(address, { onConnection() {} }), (error: Error & { readonly code?: string }) => {
      // Where there is no network, or too much of it, the resolver finds no answer in its own way.
      if (code === "ENOTFOUND" && error.code === "EAI_AGAIN") return true;
      assert.equal(error.code, code);
      assert.match(error.message, why);
      return error.message.startsWith(`listen ${code} ${address}`);
    });
  }
});

test("a certificate that cannot be read, or without its key, is misuse", () => {
  assert.throws(() => createTlsContext({ ca: "no certificate" }), { name: "TypeError", code: "GANNET_INVALID_OPTION" });
  assert.throws(() => createTlsContext({ cert: identity.cert }), /cert and key go together/);
});

test("what is written in a turn that a read started leaves at its end", async (t) => {
  const order: string[] = [];
  const address = await listen(t, "127.0.0.1:0", {
    onConnection(pipe) {
      const recorder = new Recorder(() => {
        pipe.requestFlush();
        setImmediate(() => order.push("next round"));
        queueMicrotask(() => order.push("microtask"));
      });
      recorder.flush = () => {
        order.push("flush");
        pipe.end();
      };
      pipe.attach(recorder);
    },
  });
  await talk(address);
  assert.ok(order.indexOf("flush") < order.indexOf("next round"), order.join());
});

test("a segment is free at once where the kernel has taken it, and else when it has left", async (t) => {
  let accept: (socket: Socket) => void = () => {};
  const accepted = new Promise<Socket>((resolve) => {
    accept = resolve;
  });
  const foreign = createServer((socket) => accept(socket.pause()));
  const pipe = await connectSocket(parseSocketAddress(await listenForeign(t, foreign)));
  pipe.attach(new Recorder());
  const freed: Uint8Array[] = [];
  const waiting: Uint8Array[] = [];
  let taken = 0;
  // Whoever does not read takes what its kernel and ours have room for.
  while (waiting.length < 2) {
    const segment = new Uint8Array(256 * 1024);
    if (pipe.write(segment, segment.length, (one) => freed.push(one))) taken++;
    else waiting.push(segment);
  }
  assert.deepEqual(freed, []);

  const socket = await accepted;
  let received = 0;
  await new Promise<void>((resolve) => {
    socket.on("data", (chunk: Buffer) => {
      received += chunk.length;
      if (received === (taken + waiting.length) * 256 * 1024) resolve();
    });
    socket.resume();
  });
  pipe.end();
  socket.end();
  await pipe.closed;
  assert.deepEqual(freed, waiting);
});
