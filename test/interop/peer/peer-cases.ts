// biome-ignore-all lint/style/noExcessiveLinesPerFile: one list, read beside python/client.py, which has the same cases
import { setTimeout as sleep } from "node:timers/promises";
import type { MetadataEntries, Outcome, PeerCall, PeerClient, PeerReply, PeerRequest } from "./peer-client.ts";
import { RequestQueue } from "./request-queue.ts";

/** One thing that every client and every server must agree about. */
export interface PeerCase {
  readonly name: string;
  /** What `run` gives where both are right. */
  readonly expected: string;
  run(client: PeerClient): Promise<string>;
}

const MIB = 1 << 20;
/** Longer than any call here takes; a call that hangs ends with DEADLINE_EXCEEDED. */
const PATIENCE = { timeoutMs: 15_000 } as const;
const SHORT = { timeoutMs: 300 } as const;
const CHEESE = "kein Käse: 100 % 🧀\nzweite Zeile";
const ALL_BYTES = Uint8Array.from({ length: 256 }, (_, index) => index);
const TEN = "0,1,2,3,4,5,6,7,8,9";
const ERROR_CODES =
  "CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED RESOURCE_EXHAUSTED " +
  "FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS UNAUTHENTICATED";

let calls = 0;

/** The cases. python/client.py has them once more: same names, same results. */
export const peerCases: readonly PeerCase[] = [
  {
    name: "unary: text and bytes",
    expected: `OK "héllo wörld" the same bytes`,
    run: async (client) => describeEcho(client, { text: "héllo wörld", payload: ALL_BYTES }),
  },
  {
    name: "unary: an empty message",
    expected: `OK "" the same bytes`,
    run: async (client) => describeEcho(client, {}),
  },
  {
    name: "unary: 3 MiB each way",
    expected: `OK "" the same bytes`,
    run: async (client) => describeEcho(client, { payload: new Uint8Array(3 * MIB).fill(7) }),
  },
  {
    name: "unary: a request over the server's limit",
    expected: "RESOURCE_EXHAUSTED",
    run: async (client) => (await client.unary({ payload: new Uint8Array(5 * MIB) }, PATIENCE).outcome).code,
  },
  {
    name: "unary: a reply over the client's limit",
    expected: "RESOURCE_EXHAUSTED",
    run: async (client) => (await client.unary({ replyBytes: 5 * MIB }, PATIENCE).outcome).code,
  },
  {
    name: "unary: 100 at once",
    expected: "100 OK",
    run: async (client) => {
      const texts = Array.from({ length: 100 }, (_, index) => `call ${index}`);
      const outcomes = await Promise.all(texts.map((text) => client.unary({ text }, PATIENCE).outcome));
      const good = outcomes.filter(({ code, replies }, index) => code === "OK" && replies[0]?.text === texts[index]);
      return `${good.length} OK`;
    },
  },
  {
    name: "client-stream: 10 messages",
    expected: `OK "${TEN}"`,
    run: async (client) => describeReply(await client.clientStream(numbered(10), PATIENCE).outcome),
  },
  {
    name: "client-stream: no message",
    expected: `OK ""`,
    run: async (client) => describeReply(await client.clientStream(numbered(0), PATIENCE).outcome),
  },
  {
    name: "client-stream: 8 messages of 1 MiB",
    expected: "OK 8388608 bytes",
    run: async (client) => {
      const { code, replies } = await client.clientStream(numbered(8, MIB), PATIENCE).outcome;
      return `${code} ${replies[0]?.receivedBytes} bytes`;
    },
  },
  {
    name: "client-stream: answered while the client goes on",
    expected: `OK "0,1,2"`,
    run: async (client) => {
      const queue = new RequestQueue();
      const call = client.clientStream(queue, PATIENCE);
      for (let index = 0; index < 3; index++) queue.push({ text: String(index), answer: index === 2 });
      const going = setInterval(() => queue.push({ text: "more" }), 5);
      const outcome = await call.outcome;
      clearInterval(going);
      queue.end();
      return describeReply(outcome);
    },
  },
  {
    name: "client-stream: an error in the middle",
    expected: `ABORTED "no more"`,
    run: async (client) => {
      const requests = iterate([{ text: "0" }, { code: 10, reason: "no more" }, { text: "2" }]);
      return describeError(await client.clientStream(requests, PATIENCE).outcome);
    },
  },
  {
    name: "server-stream: 10 messages",
    expected: `${TEN} OK`,
    run: async (client) => describeStream(await client.serverStream({ count: 10 }, PATIENCE).outcome),
  },
  {
    name: "server-stream: no message",
    expected: " OK",
    run: async (client) => describeStream(await client.serverStream({}, PATIENCE).outcome),
  },
  {
    name: "server-stream: 8 messages of 1 MiB",
    expected: "8 messages 8388608 bytes OK",
    run: async (client) => describeSizes(await client.serverStream({ count: 8, replyBytes: MIB }, PATIENCE).outcome),
  },
  {
    name: "server-stream: an error after 2 messages",
    expected: `0,1 ABORTED "no more"`,
    run: async (client) => {
      const outcome = await client.serverStream({ count: 2, code: 10, reason: "no more" }, PATIENCE).outcome;
      return `${texts(outcome.replies)} ${describeError(outcome)}`;
    },
  },
  {
    name: "bidi: 5 messages, each after the reply to the one before",
    expected: "0,1,2,3,4,end OK",
    run: async (client) => {
      const queue = new RequestQueue();
      const call = client.bidi(queue, PATIENCE);
      for (let index = 0; index < 5; index++) {
        queue.push({ text: String(index) });
        const reply = await call.next();
        if (reply?.text !== String(index)) return `wrong reply ${JSON.stringify(reply?.text)}`;
      }
      queue.end();
      return describeStream(await call.outcome);
    },
  },
  {
    name: "bidi: no message",
    expected: "end OK",
    run: async (client) => describeStream(await client.bidi(numbered(0), PATIENCE).outcome),
  },
  {
    name: "bidi: empty messages",
    expected: ",,,end OK",
    run: async (client) => describeStream(await client.bidi(iterate([{}, {}, {}]), PATIENCE).outcome),
  },
  {
    name: "bidi: 4 messages of 1 MiB each way",
    expected: "5 messages 4194304 bytes OK",
    run: async (client) => describeSizes(await client.bidi(numbered(4, MIB), PATIENCE).outcome),
  },
  {
    name: "bidi: 50 at once",
    expected: "50 OK",
    run: async (client) => {
      const started = Array.from({ length: 50 }, () => client.bidi(numbered(3), PATIENCE).outcome);
      const good = (await Promise.all(started)).filter((outcome) => describeStream(outcome) === "0,1,2,end OK");
      return `${good.length} OK`;
    },
  },
  {
    name: "bidi: an error after a reply",
    expected: `0 ABORTED "no more"`,
    run: async (client) => {
      const queue = new RequestQueue();
      const call = client.bidi(queue, PATIENCE);
      queue.push({ text: "0" });
      await call.next();
      queue.push({ code: 10, reason: "no more" });
      const outcome = await call.outcome;
      queue.end();
      return `${texts(outcome.replies)} ${describeError(outcome)}`;
    },
  },
  {
    name: "metadata: the header comes before any message",
    expected: "header early, then 0,end OK",
    run: async (client) => {
      const queue = new RequestQueue();
      const call = client.bidi(queue, { ...PATIENCE, metadata: [["x-header", "early"]] });
      const header = await call.header;
      queue.push({ text: "0" });
      queue.end();
      return `header ${valuesOf(header, "x-header")}, then ${describeStream(await call.outcome)}`;
    },
  },
  {
    name: "metadata: text both ways",
    expected: "OK header a b~!#%&'()*+,-./:;<=>?@[]^_`{|} trailer two",
    run: async (client) => {
      const header = "a b~!#%&'()*+,-./:;<=>?@[]^_`{|}";
      return describeMetadata(
        client,
        [
          ["x-header", header],
          ["x-trailer", "two"],
        ],
        "",
      );
    },
  },
  {
    name: "metadata: bytes both ways",
    expected: `OK header ${toHex(ALL_BYTES)} trailer ff00fe`,
    run: (client) =>
      describeMetadata(
        client,
        [
          ["x-header-bin", ALL_BYTES],
          ["x-trailer-bin", Uint8Array.of(255, 0, 254)],
        ],
        "-bin",
      ),
  },
  {
    name: "metadata: several values of a key keep their order",
    expected: "OK header one, two trailer three, four",
    run: (client) =>
      describeMetadata(
        client,
        [
          ["x-header", "one"],
          ["x-trailer", "three"],
          ["x-header", "two"],
          ["x-trailer", "four"],
        ],
        "",
      ),
  },
  {
    name: "metadata: several bytes of a key keep their order",
    expected: "OK header 01, 0203 trailer 04, 050607",
    run: (client) =>
      describeMetadata(
        client,
        [
          ["x-header-bin", Uint8Array.of(1)],
          ["x-header-bin", Uint8Array.of(2, 3)],
          ["x-trailer-bin", Uint8Array.of(4)],
          ["x-trailer-bin", Uint8Array.of(5, 6, 7)],
        ],
        "-bin",
      ),
  },
  {
    name: "metadata: on a stream",
    expected: "0,end OK header one trailer two",
    run: async (client) => {
      const metadata: MetadataEntries = [
        ["x-header", "one"],
        ["x-trailer", "two"],
      ];
      const outcome = await client.bidi(numbered(1), { ...PATIENCE, metadata }).outcome;
      return `${describeStream(outcome)} ${describeEntries(outcome, "")}`;
    },
  },
  {
    name: "error: a message in UTF-8",
    expected: `NOT_FOUND "${CHEESE}"`,
    run: async (client) => describeError(await client.unary({ code: 5, reason: CHEESE }, PATIENCE).outcome),
  },
  {
    name: "error: without a message",
    expected: `INTERNAL ""`,
    run: async (client) => describeError(await client.unary({ code: 13 }, PATIENCE).outcome),
  },
  {
    name: "error: with a trailer",
    expected: "FAILED_PRECONDITION header  trailer why",
    run: async (client) => {
      const options = { ...PATIENCE, metadata: [["x-trailer", "why"]] as const };
      const outcome = await client.unary({ code: 9, reason: "no" }, options).outcome;
      return `${outcome.code} ${describeEntries(outcome, "")}`;
    },
  },
  {
    name: "error: after the header",
    expected: "FAILED_PRECONDITION header one trailer why",
    run: async (client) => {
      const options = {
        ...PATIENCE,
        metadata: [
          ["x-header", "one"],
          ["x-trailer", "why"],
        ] as const,
      };
      const outcome = await client.unary({ code: 9, reason: "no" }, options).outcome;
      return `${outcome.code} ${describeEntries(outcome, "")}`;
    },
  },
  {
    name: "error: every code",
    expected: ERROR_CODES,
    run: async (client) => {
      const codes: string[] = [];
      for (let code = 1; code <= 16; code++) codes.push((await client.unary({ code }, PATIENCE).outcome).code);
      return codes.join(" ");
    },
  },
  {
    name: "error: a handler that fails",
    expected: "UNKNOWN",
    run: async (client) => (await client.unary({ fail: true }, PATIENCE).outcome).code,
  },
  {
    name: "error: a method that is not there",
    expected: "UNIMPLEMENTED",
    run: async (client) => (await client.missing().outcome).code,
  },
  {
    name: "error: a service that is not there",
    expected: "UNIMPLEMENTED",
    run: async (client) => (await client.absent().outcome).code,
  },
  {
    name: "deadline: told to the server",
    expected: "OK with time left",
    run: async (client) => {
      const { code, replies } = await client.unary({}, { timeoutMs: 5_000 }).outcome;
      // As C-core writes a timeout, it is rounded up by as much as 1 %.
      const left = replies[0]?.timeRemainingMs ?? -1;
      return `${code} ${left > 0 && left <= 5_050 ? "with time left" : `with ${left} ms`}`;
    },
  },
  {
    name: "deadline: of a unary call",
    expected: "DEADLINE_EXCEEDED, the server saw cancelled",
    run: (client) => describeEnd(client, (metadata) => client.unary({ wait: true }, { ...SHORT, metadata })),
  },
  {
    name: "deadline: of a stream that goes on",
    expected: "DEADLINE_EXCEEDED after replies, the server saw cancelled",
    run: (client) => describeEnd(client, (metadata) => client.serverStream({ count: -1 }, { ...SHORT, metadata })),
  },
  {
    name: "cancel: a unary call, by the client",
    expected: "CANCELLED, the server saw cancelled",
    run: (client) =>
      describeEnd(client, (metadata) => client.unary({ wait: true }, { ...PATIENCE, metadata }), cancelSoon),
  },
  {
    name: "cancel: a client stream, by the client",
    expected: "CANCELLED, the server saw cancelled",
    run: (client) => {
      const queue = new RequestQueue();
      // Some clients end their requests before they cancel: a server that only read would take the call for done.
      queue.push({ text: "0" });
      queue.push({ wait: true });
      return describeEnd(client, (metadata) => client.clientStream(queue, { ...PATIENCE, metadata }), cancelSoon);
    },
  },
  {
    name: "cancel: a server stream, by the client after 2 messages",
    expected: "CANCELLED after replies, the server saw cancelled",
    run: (client) =>
      describeEnd(
        client,
        (metadata) => client.serverStream({ count: -1 }, { ...PATIENCE, metadata }),
        async (call) => {
          await call.next();
          await call.next();
          call.cancel();
        },
      ),
  },
  {
    name: "cancel: a bidi stream, by the client after a reply",
    expected: "CANCELLED after replies, the server saw cancelled",
    run: (client) => {
      const queue = new RequestQueue();
      queue.push({ text: "0" });
      return describeEnd(
        client,
        (metadata) => client.bidi(queue, { ...PATIENCE, metadata }),
        async (call) => {
          await call.next();
          queue.push({ wait: true });
          await cancelSoon(call);
        },
      );
    },
  },
  {
    name: "cancel: a unary call, by the server",
    expected: "CANCELLED",
    run: async (client) => (await client.unary({ cancel: true }, PATIENCE).outcome).code,
  },
  {
    name: "cancel: a client stream, by the server",
    expected: "CANCELLED",
    run: async (client) =>
      (await client.clientStream(iterate([{ text: "0" }, { cancel: true }]), PATIENCE).outcome).code,
  },
  {
    name: "cancel: a server stream, by the server",
    expected: "CANCELLED",
    run: async (client) => (await client.serverStream({ count: 2, cancel: true }, PATIENCE).outcome).code,
  },
  {
    name: "cancel: a bidi stream, by the server after a reply",
    expected: "0 CANCELLED",
    run: async (client) => {
      const queue = new RequestQueue();
      const call = client.bidi(queue, PATIENCE);
      queue.push({ text: "0" });
      const first = await call.next();
      queue.push({ cancel: true });
      const { code } = await call.outcome;
      queue.end();
      return `${first?.text} ${code}`;
    },
  },
];

async function describeEcho(client: PeerClient, request: PeerRequest): Promise<string> {
  const outcome = await client.unary(request, PATIENCE).outcome;
  const sent = request.payload ?? new Uint8Array();
  const same = Buffer.compare(outcome.replies[0]?.payload ?? Uint8Array.of(1), sent) === 0;
  return `${describeReply(outcome)} ${same ? "the same bytes" : "other bytes"}`;
}

function describeReply({ code, reason, replies }: Outcome): string {
  return code === "OK" ? `OK "${texts(replies)}"` : `${code} "${reason}"`;
}

function describeError({ code, reason }: Outcome): string {
  return `${code} "${reason}"`;
}

function describeStream({ code, reason, replies }: Outcome): string {
  return `${texts(replies)} ${code}${code === "OK" ? "" : ` "${reason}"`}`;
}

function describeSizes({ code, replies }: Outcome): string {
  const bytes = replies.reduce((sum, { payload }) => sum + payload.length, 0);
  return `${replies.length} messages ${bytes} bytes ${code}`;
}

async function describeMetadata(client: PeerClient, metadata: MetadataEntries, suffix: string): Promise<string> {
  const outcome = await client.unary({}, { ...PATIENCE, metadata }).outcome;
  return `${outcome.code} ${describeEntries(outcome, suffix)}`;
}

function describeEntries({ header, trailer }: Outcome, suffix: string): string {
  return `header ${valuesOf(header, `x-header${suffix}`)} trailer ${valuesOf(trailer, `x-trailer${suffix}`)}`;
}

/** Both ends of a call that does not come to its own end. `act` may cancel it. */
async function describeEnd(
  client: PeerClient,
  start: (metadata: MetadataEntries) => PeerCall,
  act: (call: PeerCall) => Promise<void> = async () => {},
): Promise<string> {
  const name = `${process.pid}-${calls++}`;
  const call = start([["x-call", name]]);
  await act(call);
  const { code, replies } = await call.outcome;
  const after = replies.length > 0 ? " after replies" : "";
  return `${code}${after}, the server saw ${await client.ended(name)}`;
}

/** Late enough for the server to have begun with the call. */
async function cancelSoon(call: PeerCall): Promise<void> {
  await sleep(150);
  call.cancel();
}

function texts(replies: readonly PeerReply[]): string {
  return replies.map(({ text }) => text).join(",");
}

/** Some peers give several values as one, with commas between: HTTP lets them. */
function valuesOf(entries: MetadataEntries, key: string): string {
  return entries
    .filter(([name]) => name === key)
    .map(([, value]) => (typeof value === "string" ? value : toHex(value)))
    .join(", ");
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

async function* numbered(count: number, bytes = 0): AsyncGenerator<PeerRequest> {
  for (let index = 0; index < count; index++) yield { text: String(index), payload: new Uint8Array(bytes) };
}

async function* iterate(requests: readonly PeerRequest[]): AsyncGenerator<PeerRequest> {
  yield* requests;
}
