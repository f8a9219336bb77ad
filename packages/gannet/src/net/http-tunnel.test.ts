import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { connectSocket } from "./connect-socket.ts";
import { type HttpProxy, parseHttpProxy } from "./http-proxy.ts";
import type { SocketPipe } from "./socket-pipe.ts";

/** The first frame of a server of HTTP/2: settings, none of them. */
const SETTINGS = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
const OPEN = "HTTP/1.1 200 Connection established\r\n\r\n";

/** A proxy that a test answers for. Tells the requests that came. */
async function startProxy(
  t: TestContext,
  answer: (socket: Socket) => void,
): Promise<{ readonly port: number; readonly requests: string[]; readonly sockets: Socket[] }> {
  const requests: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
    socket.once("data", (bytes) => {
      requests.push(bytes.toString("latin1"));
      answer(socket);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const bound = server.address();
  return { port: typeof bound === "object" && bound !== null ? bound.port : 0, requests, sockets };
}

function proxyAt(port: number, user = ""): HttpProxy {
  return parseHttpProxy(`http://${user}127.0.0.1:${port}`);
}

const ADDRESS = { kind: "tcp", host: "api.example.com", port: 443 } as const;

/** Everything that comes through a pipe, until it is `length` long or over. */
function readPipe(pipe: SocketPipe, length: number): Promise<string> {
  return new Promise((resolve) => {
    let heard = "";
    const done = () => {
      pipe.destroy();
      resolve(heard);
    };
    pipe.attach({
      receive(chunk) {
        heard += Buffer.from(chunk).toString("latin1");
        if (heard.length >= length) done();
      },
      flush() {},
      onDrain() {},
      onPipeEnd: (reason) => {
        heard += reason;
        done();
      },
    });
  });
}

test("a proxy is asked for the host by its name, with the user and password that it has", async (t) => {
  const proxy = await startProxy(t, (socket) => socket.write(OPEN));
  const pipe = await connectSocket(ADDRESS, { proxy: proxyAt(proxy.port, "otto:geheim@") });
  assert.equal(pipe.peer.address, "api.example.com:443");
  assert.equal(pipe.isPrivate, false);
  pipe.destroy();
  const others = [
    { ...ADDRESS, host: "2001:db8::1" },
    { ...ADDRESS, host: "bücher.example" },
  ];
  for (const address of others) (await connectSocket(address, { proxy: proxyAt(proxy.port) })).destroy();
  const authorization = `Proxy-Authorization: Basic ${Buffer.from("otto:geheim").toString("base64")}\r\n`;
  assert.deepEqual(proxy.requests, [
    `CONNECT api.example.com:443 HTTP/1.1\r\nHost: api.example.com:443\r\n${authorization}\r\n`,
    "CONNECT [2001:db8::1]:443 HTTP/1.1\r\nHost: [2001:db8::1]:443\r\n\r\n",
    "CONNECT xn--bcher-kva.example:443 HTTP/1.1\r\nHost: xn--bcher-kva.example:443\r\n\r\n",
  ]);
});

test("what comes together with the answer, before or behind it in pieces, belongs to the tunnel", async (t) => {
  const text = SETTINGS.toString("latin1");
  const answers: Record<string, (socket: Socket) => void> = {
    "in one piece": (socket) => socket.write(Buffer.concat([Buffer.from(OPEN), SETTINGS])),
    "cut within the answer's end": (socket) => {
      socket.write(OPEN.slice(0, -1));
      setImmediate(() => socket.write(Buffer.concat([Buffer.from(OPEN.slice(-1)), SETTINGS])));
    },
    "behind answers that are none yet": (socket) => {
      socket.write(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.0 200 OK\r\nvia: x\r\n\r\n",
      );
      socket.write(SETTINGS);
    },
    later: (socket) => {
      socket.write("HTTP/1.1 204 \r\n\r\n");
      setTimeout(() => socket.write(SETTINGS), 20);
    },
  };
  for (const [name, answer] of Object.entries(answers)) {
    const proxy = await startProxy(t, answer);
    const pipe = await connectSocket(ADDRESS, { proxy: proxyAt(proxy.port) });
    assert.equal(await readPipe(pipe, text.length), text, name);
  }
});

test("byte by byte it is the same", async (t) => {
  const proxy = await startProxy(t, (socket) => {
    let at = 0;
    const bytes = Buffer.concat([Buffer.from(OPEN), SETTINGS]);
    const next = () => {
      if (at === bytes.length) return;
      socket.write(bytes.subarray(at, ++at));
      setImmediate(next);
    };
    next();
  });
  const pipe = await connectSocket(ADDRESS, { proxy: proxyAt(proxy.port) });
  assert.equal(await readPipe(pipe, SETTINGS.length), SETTINGS.toString("latin1"));
});

test("a proxy that opens no tunnel is told of, with what it said", async (t) => {
  const cases: readonly (readonly [answer: string | undefined, reason: string, user?: string])[] = [
    [
      "HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\n\r\n",
      'it asks for a user and password, as in http://user:password@PROXY: "HTTP/1.1 407 Proxy Authentication Required"',
    ],
    ["HTTP/1.1 407 No\r\n\r\n", 'it does not take our user and password: "HTTP/1.1 407 No"', "otto:geheim@"],
    ["HTTP/1.1 403 Filtered\r\n\r\n<html>", 'it does not allow that: "HTTP/1.1 403 Filtered"'],
    ["HTTP/1.1 502 Bad Gateway\r\n\r\n", 'it could not connect: "HTTP/1.1 502 Bad Gateway"'],
    ["HTTP/1.1 302 Found\r\nlocation: /login\r\n\r\n", 'it opened no tunnel: "HTTP/1.1 302 Found"'],
    ["HTTP/1.1 101 Switching Protocols\r\n\r\n", 'it opened no tunnel: "HTTP/1.1 101 Switching Protocols"'],
    ["HTTP/1.1 200OK\r\n\r\n", 'it answers "HTTP/1.1 200OK", which is no HTTP/1'],
    ["SSH-2.0-OpenSSH_9.2\u0007\r\n", 'it is no HTTP proxy: it begins with "SSH-2.0-OpenSSH_9.2???"'],
    ["\u0016\u0003\u0003", "it speaks TLS, and is spoken to in plain HTTP only"],
    [SETTINGS.toString("latin1"), 'it is no HTTP proxy: it begins with "?????????"'],
    ["", "it closed the connection without an answer"],
    ["HTTP/1.1 200 OK\r\n", "it closed the connection within its answer"],
  ];
  for (const [answer = "", reason, user = ""] of cases) {
    const proxy = await startProxy(t, (socket) => socket.end(answer, "latin1"));
    const expected = `connect to api.example.com:443 through the proxy 127.0.0.1:${proxy.port}: ${reason}`;
    await assert.rejects(connectSocket(ADDRESS, { proxy: proxyAt(proxy.port, user) }), {
      message: expected.replace("PROXY", `127.0.0.1:${proxy.port}`),
    });
  }
});

test("an answer without end is not read for ever, be it a header or answers that are none yet", async (t) => {
  for (const piece of [`x-filler: ${"x".repeat(2000)}\r\n`, "HTTP/1.1 100 Continue\r\n\r\n"]) {
    let written = 0;
    const proxy = await startProxy(t, (socket) => {
      socket.write("HTTP/1.1 100 Continue\r\n");
      const next = () => {
        if (socket.destroyed) return;
        written += piece.length;
        socket.write(piece, "latin1");
        setImmediate(next);
      };
      next();
    });
    await assert.rejects(connectSocket(ADDRESS, { proxy: proxyAt(proxy.port) }), {
      message: /: its answer does not end within 16384 bytes$/,
    });
    const [socket] = proxy.sockets;
    if (socket?.destroyed === false) await once(socket, "close");
    assert.ok(written < 10_000_000);
  }
});

test("a proxy that is not there says so, and one that says nothing is given up when it is asked to", async (t) => {
  const silent = await startProxy(t, () => {});
  const controller = new AbortController();
  const attempt = connectSocket(ADDRESS, { proxy: proxyAt(silent.port), signal: controller.signal });
  while (silent.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
  controller.abort(new Error("no answer in 20 s"));
  await assert.rejects(attempt, { message: "no answer in 20 s" });
  const [socket] = silent.sockets;
  if (socket?.destroyed === false) await once(socket, "close");
  const gone = createServer().listen(0, "127.0.0.1");
  await once(gone, "listening");
  const bound = gone.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  gone.close();
  await once(gone, "close");
  await assert.rejects(connectSocket(ADDRESS, { proxy: proxyAt(port) }), {
    message: `connect to api.example.com:443 through the proxy 127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}: nothing listens there; does the proxy run, and is its port right?`,
  });
});
