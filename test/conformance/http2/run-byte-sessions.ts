import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { type AddressInfo, connect, createServer as createSocketServer, type Server as SocketServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createChannel, createClient, createServer, GrpcError, type Server } from "gannet";
import { addOrca } from "gannet/orca";
import { TestService } from "../../interop/official/grpc/testing/test_pb.ts";
import { createTestService } from "../../interop/official/test-service.ts";
import { fetchDebianSource } from "../../interop/program/debian.ts";
import { hpack } from "./internals.ts";
import type { Tally } from "./tally.ts";

const FUZZERS = "test/core/end2end/fuzzers";
const TRANSPORT = "test/core/transport/chttp2";
/** Nothing takes as long: a session that does hangs. */
const HANG_MS = 10_000;
const CALL_TIMEOUT_MS = 2_000;
const AT_A_TIME = 16;
/** So many bytes at once: all of them, and so few that every part of a frame is cut somewhere. */
const CHUNK_BYTES = [Number.POSITIVE_INFINITY, 7] as const;

/** Recorded sessions, and what is wrong with how one was taken; undefined where nothing is. */
interface Corpus {
  readonly name: string;
  readonly folder: string;
  readonly sessions: number;
  replay(bytes: Uint8Array): Promise<string | undefined>;
}

/**
 * Replays the byte sessions that gRPC's own fuzzers found worth keeping: those of clients to a server, those of servers to
 * a client, and header blocks. Each has to end, whatever its end is, and nothing may get out of hand.
 */
export async function runByteSessions(): Promise<Tally> {
  const root = await fetchDebianSource("grpc", [FUZZERS, TRANSPORT]);
  const surprises: string[] = [];
  const onSurprise = (error: unknown): void => void surprises.push(String(error));
  process.on("uncaughtException", onSurprise).on("unhandledRejection", onSurprise);
  const server = createServer({ onHttpRequest: () => ({ body: "a page\n" }) });
  server.addPartial(TestService, createTestService(addOrca(server)));
  const { port } = await server.listen("127.0.0.1:0");
  try {
    const corpora: readonly Corpus[] = [
      {
        name: "sessions of clients",
        folder: join(root, FUZZERS, "server_fuzzer_corpus"),
        sessions: 497,
        replay: (bytes) => replayClient(port, bytes),
      },
      {
        name: "sessions of servers",
        folder: join(root, FUZZERS, "client_fuzzer_corpus"),
        sessions: 742,
        replay: replayServer,
      },
      {
        name: "header blocks",
        folder: join(root, TRANSPORT, "hpack_parser_corpus"),
        sessions: 338,
        replay: async (bytes) => replayBlock(bytes),
      },
    ];
    let [passed, failed] = [0, 0];
    for (const corpus of corpora) {
      const tally = await replayAll(corpus);
      passed += tally.passed;
      failed += tally.failed;
    }
    const problem = await findAftermath(server, port);
    for (const surprise of problem === undefined ? surprises : [...surprises, problem]) {
      console.log(`  FAIL  ${surprise}`);
      failed++;
    }
    console.log(`byte-sessions: ${passed} passed, ${failed} failed`);
    return { passed, failed };
  } finally {
    process.off("uncaughtException", onSurprise).off("unhandledRejection", onSurprise);
    await server.shutdown({ graceMs: 0 });
  }
}

async function replayAll({ name, folder, sessions, replay }: Corpus): Promise<Tally> {
  const files = readdirSync(folder);
  let passed = 0;
  const waiting = [...files];
  const work = async (): Promise<void> => {
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
      const problem = await replay(readFileSync(join(folder, file)));
      if (problem === undefined) passed++;
      else console.log(`  FAIL  ${name}, ${file}: ${problem}`);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  console.log(`  ${name}: ${sessions} expected, ${files.length} run`);
  return { passed, failed: Math.max(sessions, files.length) - passed };
}

/** Says to the server what a client said, and leaves. The server has to leave, too. */
async function replayClient(port: number, bytes: Uint8Array): Promise<string | undefined> {
  for (const chunkBytes of CHUNK_BYTES) {
    const socket = connect(port, "127.0.0.1");
    // It may end what it does not like at once.
    socket.on("error", () => {}).resume();
    for (const chunk of cut(bytes, chunkBytes)) socket.write(chunk);
    socket.end();
    if (!(await isInTime(once(socket, "close")))) {
      socket.destroy();
      return "the server keeps the connection";
    }
  }
  return undefined;
}

/** Says to a client what a server said. Its call has to end, and its channel to close. */
async function replayServer(bytes: Uint8Array): Promise<string | undefined> {
  for (const chunkBytes of CHUNK_BYTES) {
    const impostor = new Impostor(cut(bytes, chunkBytes));
    const port = await impostor.listen();
    const channel = createChannel(`http://127.0.0.1:${port}`);
    const client = createClient(TestService, channel);
    const calls = [client.emptyCall({}, { timeoutMs: CALL_TIMEOUT_MS }), readAll(client)];
    const ended = Promise.all(calls.map(outcomeOf))
      .then(() => channel.close())
      .then(() => impostor.close());
    if (!(await isInTime(ended))) return "a call does not end, or the channel does not close";
  }
  return undefined;
}

async function readAll(client: ReturnType<typeof createClient<typeof TestService>>): Promise<void> {
  for await (const _ of client.streamingOutputCall({}, { timeoutMs: CALL_TIMEOUT_MS }));
}

/** @throws what is no GrpcError */
async function outcomeOf(call: PromiseLike<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!GrpcError.is(error)) throw error;
  }
}

function replayBlock(bytes: Uint8Array): string | undefined {
  const decoder = new hpack.HpackDecoder({ tableBytes: 4096, maxListBytes: 16 * 1024, maxFields: 100 });
  try {
    decoder.decode(bytes, 0, bytes.length);
    return undefined;
  } catch (error) {
    return error instanceof hpack.HpackError ? undefined : String(error);
  }
}

/** A server that answers every connection with its script, whatever it is asked, and leaves. */
class Impostor {
  readonly #server: SocketServer;

  constructor(script: readonly Uint8Array[]) {
    this.#server = createSocketServer((socket) => {
      socket.on("error", () => {}).resume();
      for (const chunk of script) socket.write(chunk);
      socket.end();
    });
  }

  async listen(): Promise<number> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#server.close();
    await once(this.#server, "close");
  }
}

/** What the sessions have left behind; undefined where the server is as it was. */
async function findAftermath(server: Server, port: number): Promise<string | undefined> {
  const channel = createChannel(`http://127.0.0.1:${port}`);
  try {
    await createClient(TestService, channel).emptyCall({}, { timeoutMs: CALL_TIMEOUT_MS });
  } catch (error) {
    return `the server does not answer any more: ${error}`;
  } finally {
    await channel.close();
  }
  const closed = (async () => {
    while (server.connections().length > 0) await sleep(10);
  })();
  return (await isInTime(closed)) ? undefined : `${server.connections().length} connections are left`;
}

function cut(bytes: Uint8Array, chunkBytes: number): Uint8Array[] {
  if (bytes.length <= chunkBytes) return [bytes];
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) chunks.push(bytes.subarray(at, at + chunkBytes));
  return chunks;
}

async function isInTime(work: Promise<unknown>): Promise<boolean> {
  const controller = new AbortController();
  const late = sleep(HANG_MS, false, { signal: controller.signal }).catch(() => false);
  const result = await Promise.race([work.then(() => true), late]);
  controller.abort();
  return result;
}
