/**
 * Counts what a unary call allocates of byte arrays, both ends and a real connection: `count-arrays PAYLOAD_BYTES` prints
 * an `ArrayCounts` as JSON. Everything that makes an array of bytes is counted, `Buffer`'s methods and typed arrays
 * included, as long as JavaScript asks for it: what Node makes for a chunk that it has read, it makes by itself.
 */
import { Session } from "node:inspector/promises";

/** For each call; both ends together. */
export interface ArrayCounts {
  /** Arrays and views, by what has made them. */
  readonly arrays: Readonly<Record<string, number>>;
  /** Bytes on the heap, by the function that has asked for them, the greatest first: a sampling profile. */
  readonly heapBytes: readonly (readonly [name: string, bytes: number])[];
}

const WARM_UP_CALLS = 20_000;
const CALLS = 20_000;
const IN_FLIGHT = 100;
const SAMPLED_BYTES = 256;
const SHOWN_FUNCTIONS = 12;
const COUNTED_METHODS = ["subarray", "slice"] as const;
const COUNTED_FUNCTIONS = ["alloc", "allocUnsafe", "allocUnsafeSlow", "from", "concat"] as const;

const counts = new Map<string, number>();
function count(name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

// Before gannet is imported, which keeps what it finds then.
for (const name of ["Uint8Array", "DataView", "ArrayBuffer"] as const) {
  const native = globalThis[name];
  const counted: object = new Proxy(native as new (...args: unknown[]) => object, {
    construct(target, args, newTarget): object {
      count(`new ${name}`);
      return Reflect.construct(target, args, newTarget === counted ? target : newTarget) as object;
    },
  });
  Object.assign(globalThis, { [name]: counted });
}
for (const name of COUNTED_METHODS) wrap(Uint8Array.prototype as never, name, `Uint8Array.${name}`);
for (const name of COUNTED_METHODS) wrap(Buffer.prototype as never, name, `Buffer.${name}`);
for (const name of COUNTED_FUNCTIONS) wrap(Buffer as never, name, `Buffer.${name}`);

function wrap(holder: Record<string, (...args: unknown[]) => unknown>, name: string, label: string): void {
  const native = holder[name];
  if (native === undefined) throw new Error(`there is no ${label}`);
  holder[name] = function (this: unknown, ...args: unknown[]) {
    count(label);
    return native.apply(this, args);
  };
}

const { createChannel, createClient, createServer, insecure } = await import("gannet");
const { Echo } = await import("../echo/echo_pb.ts");
const { echoHandlers } = await import("../echo/echo-handlers.ts");
const payload = Buffer.alloc(Number(process.argv[2]), 7);
const server = createServer().add(Echo, echoHandlers);
const { port } = await server.listen("127.0.0.1:0");
const channel = createChannel(`127.0.0.1:${port}`, { credentials: insecure() });
const client = createClient(Echo, channel);

async function call(calls: number): Promise<void> {
  let left = calls;
  const loop = async (): Promise<void> => {
    while (left-- > 0) {
      const reply = await client.unary({ message: "hello", n: left, payload });
      if (reply.n < -1 || reply.message !== "hello") throw new Error("another message came back");
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, loop));
}

await call(WARM_UP_CALLS);
counts.clear();
await call(CALLS);
const arrays = Object.fromEntries([...counts].map(([name, made]) => [name, made / CALLS]));
const session = new Session();
session.connect();
await session.post("HeapProfiler.startSampling", {
  samplingInterval: SAMPLED_BYTES,
  includeObjectsCollectedByMajorGC: true,
  includeObjectsCollectedByMinorGC: true,
} as never);
await call(CALLS);
const { profile } = await session.post("HeapProfiler.stopSampling");
const bytes = new Map<string, number>();
type Node = typeof profile.head;
const walk = ({ callFrame: { functionName, url }, selfSize, children }: Node): void => {
  const name = `${functionName || "(anonymous)"} ${url.split("/").slice(-2).join("/")}`.trim();
  bytes.set(name, (bytes.get(name) ?? 0) + selfSize);
  children.forEach(walk);
};
walk(profile.head);
const heapBytes = [...bytes].sort(([, a], [, b]) => b - a).slice(0, SHOWN_FUNCTIONS);
const result: ArrayCounts = { arrays, heapBytes: heapBytes.map(([name, size]) => [name, size / CALLS] as const) };
console.log(JSON.stringify(result));
await channel.close();
await server.shutdown({ graceMs: 0 });
