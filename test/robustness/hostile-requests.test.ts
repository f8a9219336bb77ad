/** Requests that are in order as HTTP/2, and not as gRPC: each gets its status, and the connection goes on. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type ClientHttp2Session, connect, type IncomingHttpHeaders, type OutgoingHttpHeaders } from "node:http2";
import { after, before, describe, test } from "node:test";
import { defaultCompressors } from "gannet";
import { Victim } from "./victim.ts";
import { message, randomBytes, randomNumbers } from "./wire.ts";

const Ok = "0";
const DeadlineExceeded = "4";
const ResourceExhausted = "8";
const Unimplemented = "12";
const Internal = "13";
const KNOWN_ENCODINGS = ["identity", ...defaultCompressors().map(({ name }) => name)].join();

/** The header of an answer, with its trailer where there is one. */
async function ask(
  session: ClientHttp2Session,
  method: string,
  body: Uint8Array,
  changed: OutgoingHttpHeaders = {},
): Promise<IncomingHttpHeaders> {
  const stream = session.request({
    ":method": "POST",
    ":path": `/robustness.Probe/${method}`,
    "content-type": "application/grpc",
    te: "trailers",
    ...changed,
  });
  const answer: IncomingHttpHeaders = {};
  stream.on("response", (headers) => Object.assign(answer, headers));
  stream.on("trailers", (headers) => Object.assign(answer, headers));
  stream.on("error", () => {});
  stream.resume();
  stream.end(body);
  await once(stream, "close");
  return answer;
}

/** What cannot be read as a `Ping`. */
const notPings: readonly (readonly [name: string, bytes: Uint8Array])[] = [
  ["that ends within a tag", Buffer.from([0x88])],
  ["that ends behind a tag", Buffer.from([0x08])],
  ["that ends within a number", Buffer.from([0x08, 0x80, 0x80])],
  ["with a number of 11 bytes", Buffer.from([0x08, ...Array(10).fill(0xff), 0x01])],
  ["with a text longer than itself", Buffer.from([0x12, 0x05, 0x61])],
  ["with a text of 4 GiB", Buffer.from([0x12, 0xff, 0xff, 0xff, 0xff, 0x0f])],
  ["with a field of number 0", Buffer.from([0x00, 0x01])],
  ["with a wire type that is none", Buffer.from([0x0f])],
  ["with the end of a group that did not start", Buffer.from([0x1c])],
  ["with a group that does not end", Buffer.from([0x1b])],
  ["with 5,000 groups in one another", Buffer.alloc(5_000, 0x1b)],
];

describe("a request", () => {
  let victim: Victim;
  let session: ClientHttp2Session;
  before(async () => {
    victim = await Victim.start();
    session = connect(`http://127.0.0.1:${victim.port}`);
    await once(session, "connect");
  });
  after(async () => {
    assert.equal((await ask(session, "Unary", message("\x08\x05")))["grpc-status"], Ok);
    session.close();
    await victim.end();
  });

  for (const [name, bytes] of notPings) {
    test(`${name} is INTERNAL`, async () => {
      for (const method of ["Unary", "ServerStream", "ClientStream", "Bidi"]) {
        // Those that stream get one before it that is good.
        const start = method === "ClientStream" || method === "Bidi" ? message("\x08\x01") : Buffer.alloc(0);
        const answer = await ask(session, method, Buffer.concat([start, message(bytes)]));
        assert.equal(answer["grpc-status"], Internal, method);
        assert.match(String(answer["grpc-message"]), /^a request is no robustness\.Ping/);
      }
      assert.equal((await victim.healthy.unary({ n: 1 })).n, 1);
    });
  }

  const wrongBodies: readonly (readonly [name: string, status: string, body: Uint8Array])[] = [
    ["whose prefix ends early", Internal, Buffer.from([0, 0, 0])],
    ["shorter than its prefix says", Internal, message("abc", 0, 10)],
    ["of 4 GiB, as its prefix says", ResourceExhausted, message("abc", 0, 0xffffffff)],
    ["larger than the limit", ResourceExhausted, message(Buffer.alloc(100_001))],
    ["with the flag of a compressed one", Internal, message("\x08\x05", 1)],
    ["with a flag that means nothing", Internal, message("\x08\x05", 0x7f)],
  ];
  for (const [name, status, body] of wrongBodies) {
    test(`${name} has the status ${status}, of whichever kind its method is`, async () => {
      for (const method of ["Unary", "ServerStream", "ClientStream", "Bidi"]) {
        assert.equal((await ask(session, method, body))["grpc-status"], status, method);
      }
    });
  }

  test("is due once where a method takes one", async () => {
    for (const method of ["Unary", "ServerStream"]) {
      const none = await ask(session, method, Buffer.alloc(0));
      const two = await ask(session, method, Buffer.concat([message(), message()]));
      assert.deepEqual([none["grpc-status"], two["grpc-status"]], [Unimplemented, Unimplemented], method);
    }
  });

  test("need not be whole in a frame, nor alone in it", async () => {
    const stream = session.request({
      ":method": "POST",
      ":path": "/robustness.Probe/ClientStream",
      "content-type": "application/grpc",
      te: "trailers",
    });
    let status: unknown;
    stream.on("trailers", (trailer) => {
      status = trailer["grpc-status"];
    });
    stream.resume();
    const all = Buffer.concat(Array.from({ length: 20 }, () => message("\x08\x01\x12\x03abc")));
    for (const byte of all.subarray(0, 60)) stream.write(Buffer.from([byte]));
    stream.end(all.subarray(60));
    await once(stream, "close");
    assert.equal(status, Ok);
  });

  const wrongHeaders: readonly (readonly [name: string, changed: OutgoingHttpHeaders, answer: IncomingHttpHeaders])[] =
    [
      ["that is not POST", { ":method": "PUT" }, { ":status": 405 as never }],
      ["of another content type", { "content-type": "text/plain" }, { ":status": 415 as never }],
      ["without a content type", { "content-type": undefined }, { ":status": 415 as never }],
      [
        "with a compression that nobody knows",
        { "grpc-encoding": 'zip\t"' },
        { "grpc-status": Unimplemented, "grpc-accept-encoding": KNOWN_ENCODINGS },
      ],
      ["with a timeout that is none", { "grpc-timeout": "1x" }, { "grpc-status": Internal }],
      ["with a timeout of 9 digits", { "grpc-timeout": "123456789S" }, { "grpc-status": Internal }],
      ["with a timeout of nothing", { "grpc-timeout": "0n" }, { "grpc-status": DeadlineExceeded }],
      ["of a method that is none", { ":path": "/robustness.Probe/Nothing" }, { "grpc-status": Unimplemented }],
      ["of a service that is none", { ":path": "/nothing.Nothing/Unary" }, { "grpc-status": Unimplemented }],
      ["of a path without a slash", { ":path": "robustness.Probe/Unary" }, { "grpc-status": Unimplemented }],
      ["of a path of slashes", { ":path": "/".repeat(5_000) }, { "grpc-status": Unimplemented }],
      ["of a path that objects inherit", { ":path": "/__proto__/constructor" }, { "grpc-status": Unimplemented }],
      ["with metadata that is no base64", { "x-bin": "!" }, { "grpc-status": Ok }],
    ];
  for (const [name, changed, expected] of wrongHeaders) {
    test(`${name} is answered ${JSON.stringify(expected)}`, async () => {
      // A second message would come too late for a method that is none.
      const answer = await ask(session, "Bidi", message("\x08\x05"), changed);
      assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, answer[key]])), expected);
    });
  }

  test("of random bytes gets a status", async () => {
    const random = randomNumbers(3);
    for (let round = 0; round < 200; round++) {
      const bytes = randomBytes(random, random(60));
      const body = round % 2 === 0 ? bytes : message(bytes);
      const method = ["Unary", "ServerStream", "ClientStream", "Bidi"][round % 4] ?? "";
      assert.match(String((await ask(session, method, body))["grpc-status"]), /^(?:0|8|12|13)$/);
    }
    await victim.checkHealthy();
  });
});
