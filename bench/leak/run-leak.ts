import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createChannel, createClient, createServer, insecure } from "gannet";
import { collectGarbage } from "../collect-garbage.ts";
import { Echo } from "../echo/echo_pb.ts";
import { echoHandlers } from "../echo/echo-handlers.ts";
import { Upload } from "./upload_pb.ts";

const AT_ONCE = 100;
const MESSAGES_PER_STREAM = 10;
/** Made before anything is counted: code is compiled, pools fill. */
const WARM_UP_CALLS = 5_000;
const SETTLE_MS = 500;
/** What the collector leaves lying differs by this much between runs without any call. */
const HEAP_TOLERANCE_BYTES = 256 << 10;

/** What a process holds. */
interface Holdings {
  /** Handles and timers that keep the process alive, by kind; those that do not are seen in the heap. */
  readonly resources: Readonly<Record<string, number>>;
  readonly heapBytes: number;
}

/** Makes many calls on one connection, both ends in this process, and compares what it holds before and after. */
export async function runLeak(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { calls: { type: "string", default: "100000" }, streams: { type: "string", default: "1000" } },
  });
  const server = createServer()
    .add(Echo, echoHandlers)
    .add(Upload, {
      async sum(parts) {
        let n = 0;
        for await (const part of parts) n += part.n;
        return { n };
      },
    });
  const { port } = await server.listen("127.0.0.1:0");
  const channel = createChannel(`127.0.0.1:${port}`, { credentials: insecure() });
  const kinds = createKinds(createClient(Echo, channel), createClient(Upload, channel));
  let failed = 0;
  // An end that waits may rest its socket: how many there are at most is known by the first calls.
  await makeCalls(WARM_UP_CALLS, async (n) => await kinds[0]?.call(n));
  const idle = await takeStock();
  for (const { name, call } of kinds) {
    const times = Number(name === "unary" ? values.calls : values.streams);
    await makeCalls(WARM_UP_CALLS, call);
    const before = await takeStock();
    await makeCalls(times, call);
    if (!compare(`${times} ${name} calls`, idle, before, await takeStock())) failed++;
  }
  await channel.close();
  await server.shutdown({ graceMs: 0 });
  console.log(`${kinds.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

function createKinds(
  echo: ReturnType<typeof createClient<typeof Echo>>,
  upload: ReturnType<typeof createClient<typeof Upload>>,
): { readonly name: string; call(n: number): Promise<void> }[] {
  const numbers = Array.from({ length: MESSAGES_PER_STREAM }, (_, n) => n);
  const sum = numbers.reduce((total, n) => total + n, 0);
  return [
    {
      name: "unary",
      async call(n) {
        // A deadline each, as production has it.
        check((await echo.unary({ n }, { timeoutMs: 10_000 + (n % 1_000) })).n, n);
      },
    },
    {
      name: "server streaming",
      async call() {
        let n = 0;
        for await (const message of echo.stream({ count: MESSAGES_PER_STREAM, size: 20 })) check(message.n, n++);
        check(n, MESSAGES_PER_STREAM);
      },
    },
    {
      name: "server streaming, left by the client,",
      async call() {
        for await (const message of echo.stream({ count: 1_000_000, size: 20 })) if (message.n === 3) break;
      },
    },
    {
      name: "client streaming",
      async call() {
        check((await upload.sum(numbers.map((n) => ({ n })))).n, sum);
      },
    },
    {
      name: "bidi streaming",
      async call() {
        const call = echo.hold();
        for (const n of numbers) {
          await call.send({ n });
          check((await call.next()).value?.n, n);
        }
        call.end();
        check((await call.next()).done, true);
      },
    },
  ];
}

async function makeCalls(times: number, call: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  async function callOnAndOn(): Promise<void> {
    while (next < times) await call(next++);
  }
  await Promise.all(Array.from({ length: AT_ONCE }, callOnAndOn));
}

async function takeStock(): Promise<Holdings> {
  await sleep(SETTLE_MS);
  await collectGarbage();
  const resources: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
  return { resources, heapBytes: process.memoryUsage().heapUsed };
}

/** Prints both. Returns whether nothing has grown. */
function compare(what: string, idle: Holdings, before: Holdings, after: Holdings): boolean {
  const kinds = [...new Set([...Object.keys(before.resources), ...Object.keys(after.resources)])].sort();
  const grown = kinds.filter(
    (kind) => (after.resources[kind] ?? 0) > Math.max(before.resources[kind] ?? 0, idle.resources[kind] ?? 0),
  );
  const heapGrowth = after.heapBytes - before.heapBytes;
  const isGood = grown.length === 0 && heapGrowth <= HEAP_TOLERANCE_BYTES;
  const resources = kinds.map((kind) => `${kind} ${before.resources[kind] ?? 0} → ${after.resources[kind] ?? 0}`);
  const heap = `heap ${toKib(before.heapBytes)} → ${toKib(after.heapBytes)} KiB`;
  console.log(`${isGood ? "  ok  " : "  FAIL"}  ${what}: ${[...resources, heap].join(", ")}`);
  return isGood;
}

function toKib(bytes: number): string {
  return Math.round(bytes / 1_024).toLocaleString("en");
}

function check(got: unknown, expected: unknown): void {
  if (got !== expected) throw new Error(`expected ${String(expected)}, got ${String(got)}`);
}
