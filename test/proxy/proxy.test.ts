/** examples/proxy between a client and a backend of this process: neither must notice that it is there. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import {
  type Channel,
  createChannel,
  createClient,
  createServer,
  detail,
  GrpcError,
  insecure,
  type ServerCall,
} from "gannet";
import { workspace } from "../interop/folders.ts";
import { Peer, ReplySchema } from "../interop/peer/peer_pb.ts";
import { RunningProgram } from "../interop/program/running-program.ts";

const START_MS = 20_000;
const BYTES = Uint8Array.of(0, 255, 7);

let lastCall: ServerCall | undefined;
/** Ends each of the calls that wait. */
const left: (() => void)[] = [];

const backend = createServer();
backend.addPartial(Peer, {
  unary(request, call) {
    lastCall = call;
    if (request.reason !== "") {
      throw new GrpcError("FAILED_PRECONDITION", request.reason, {
        details: [detail(ReplySchema, { text: "a detail" })],
        trailer: { "of-error": "yes", "of-error-bin": BYTES },
      });
    }
    call.header.append("x-header", "one").append("x-header", "two").append("x-header-bin", BYTES);
    call.trailer.append("x-trailer", "three");
    return { text: request.text.toUpperCase(), payload: request.payload };
  },
  async *serverStream({ count, wait }, call) {
    for (let index = 0; index < count; index++) yield { text: String(index) };
    if (!wait) return;
    try {
      await once(call.signal as AbortSignal, "abort");
    } finally {
      for (const resolve of left.splice(0)) resolve();
    }
  },
  async clientStream(requests) {
    const texts: string[] = [];
    for await (const { text } of requests) texts.push(text);
    return { text: texts.join() };
  },
  async *bidi(requests) {
    for await (const { text } of requests) yield { text: `${text}!` };
  },
});

let program: RunningProgram;
let port = "";
let channel: Channel;
let client: ReturnType<typeof createClient<typeof Peer>>;

before(async () => {
  const { address } = await backend.listen("127.0.0.1:0");
  program = new RunningProgram({
    file: process.execPath,
    args: ["--enable-source-maps", join(workspace, "examples/dist/proxy/server.js")],
    env: { PROXY_ADDRESS: "127.0.0.1:0", PROXY_BACKEND: address },
  });
  port = (await program.waitFor(/listening on port (\d+)/, START_MS))[1] ?? "";
  channel = createChannel(`127.0.0.1:${port}`, { credentials: insecure() });
  client = createClient(Peer, channel);
});

after(async () => {
  await channel.close();
  const exitCode = await program.stop();
  await backend.shutdown({ graceMs: 0 });
  assert.deepEqual([exitCode, program.stderr], [0, ""]);
});

async function textsOf(replies: AsyncIterable<{ readonly text: string }>): Promise<string[]> {
  const texts: string[] = [];
  for await (const { text } of replies) texts.push(text);
  return texts;
}

async function errorOf(call: PromiseLike<unknown>): Promise<GrpcError> {
  try {
    await call;
  } catch (error) {
    assert.ok(GrpcError.is(error), String(error));
    return error;
  }
  return assert.fail("the call did not fail");
}

describe("through the proxy", () => {
  test("calls of all four kinds are answered", async () => {
    assert.equal((await client.unary({ text: "abc" })).text, "ABC");
    assert.deepEqual(await textsOf(client.serverStream({ count: 3 })), ["0", "1", "2"]);
    assert.equal((await client.clientStream([{ text: "a" }, { text: "b" }])).text, "a,b");
    const bidi = client.bidi();
    for (const text of ["x", "y"]) {
      await bidi.send({ text });
      assert.equal((await bidi.next()).value?.text, `${text}!`);
    }
    bidi.end();
    assert.equal((await bidi.next()).done, true);
    assert.deepEqual(await textsOf(client.serverStream({})), []);
  });

  test("a message of megabytes arrives as it is", async () => {
    const payload = new Uint8Array(3_000_000).map((_, index) => index * 31);
    assert.deepEqual((await client.unary({ payload })).payload, payload);
  });

  test("metadata goes both ways, several values and bytes included", async () => {
    const metadata = { "x-key": ["1", "2"], "x-key-bin": BYTES };
    const { header, trailer } = await client.unary({}, { metadata }).response;
    assert.deepEqual(lastCall?.metadata.getAll("x-key"), ["1", "2"]);
    assert.deepEqual(lastCall?.metadata.get("x-key-bin"), BYTES);
    assert.equal(lastCall?.metadata.getAll("user-agent").length, 1);
    assert.deepEqual(header.getAll("x-header"), ["one", "two"]);
    assert.deepEqual(header.get("x-header-bin"), BYTES);
    assert.deepEqual(trailer.getAll("x-trailer"), ["three"]);
  });

  test("an error arrives with its code, text, details and trailer", async () => {
    const error = await errorOf(client.unary({ reason: "not yet: ü" }));
    assert.deepEqual([error.code, error.reason], ["FAILED_PRECONDITION", "not yet: ü"]);
    assert.equal(error.detail(ReplySchema)?.text, "a detail");
    assert.equal(error.trailer.get("of-error"), "yes");
    assert.deepEqual(error.trailer.get("of-error-bin"), BYTES);
  });

  test("a method that the backend does not have is UNIMPLEMENTED, in the backend's words", async () => {
    const error = await errorOf(client.missing({}));
    assert.deepEqual(
      [error.code, error.reason],
      ["UNIMPLEMENTED", "service gannet.interop.Peer has no handler for Missing"],
    );
  });

  test("the deadline reaches the backend, and no more time than there is", async () => {
    await client.unary({}, { timeoutMs: 60_000 });
    const deadline = lastCall?.deadline?.getTime() ?? 0;
    assert.ok(deadline > Date.now() && deadline <= Date.now() + 60_000);
    await client.unary({});
    assert.equal(lastCall?.deadline, undefined);
    const error = await errorOf(textsOf(client.serverStream({ wait: true }, { timeoutMs: 50 })));
    assert.equal(error.code, "DEADLINE_EXCEEDED");
  });

  test("a client that leaves takes the call at the backend with it", async () => {
    const ended = new Promise<void>((resolve) => left.push(resolve));
    for await (const { text } of client.serverStream({ count: 1, wait: true })) {
      assert.equal(text, "0");
      break;
    }
    await ended;
  });

  test("messages may be JSON", async () => {
    const json = createChannel(`127.0.0.1:${port}`, { credentials: insecure(), format: "json" });
    const reply = await createClient(Peer, json).unary({ text: "json" });
    assert.equal(reply.text, "JSON");
    assert.equal(lastCall?.format, "json");
    await json.close();
  });
});
