import { answerLines, cpuMicros } from "../answer-lines.ts";

/** What a client made of its time. */
export interface ClientFigures {
  readonly calls: number;
  /** Replies that were not what was sent, and calls that failed. */
  readonly wrong: number;
  readonly seconds: number;
  readonly cpuMicros: number;
  readonly p50Micros: number;
  readonly p99Micros: number;
}

/** What a client made of one stream. */
export interface StreamFigures {
  readonly messages: number;
  readonly wrong: number;
  readonly seconds: number;
  readonly cpuMicros: number;
}

/** What a client program can do. */
export interface MeasuredClient {
  /** Calls `Unary`, and resolves to whether the reply was right. */
  call(n: number): Promise<boolean>;
  /** Calls `Stream`, and passes on each message; resolves when the stream has ended well. */
  readStream(count: number, size: number, onMessage: (message: StreamMessage) => void): Promise<void>;
  close(): void;
}

/** What a stream brings. */
export interface StreamMessage {
  readonly n: number;
  readonly payload: Uint8Array;
}

/** Every so many calls one is timed: timing all would be part of what is measured. */
const TIMED_EVERY = 16;

/**
 * What every client program does. For each line `SECONDS IN_FLIGHT` on its input it calls for that long, and for each
 * `stream COUNT SIZE` it reads a stream; it prints its figures as JSON.
 */
export function measureClient(client: MeasuredClient): void {
  answerLines(
    async (line) => {
      const [first = "", ...rest] = line.split(" ");
      const [one = 1, other = 1] = (first === "stream" ? rest : [first, ...rest]).map(Number);
      const figures = first === "stream" ? measureStream(client, one, other) : measure(client, one, other);
      return JSON.stringify(await figures);
    },
    () => client.close(),
  );
}

async function measureStream(client: MeasuredClient, count: number, size: number): Promise<StreamFigures> {
  let messages = 0;
  let wrong = 0;
  let first = 0;
  const cpuBefore = cpuMicros();
  const started = performance.now();
  await client.readStream(count, size, ({ n, payload }) => {
    if (messages === 0) first = n;
    if (n !== first + messages || payload.length !== size) wrong++;
    messages++;
  });
  const seconds = (performance.now() - started) / 1_000;
  return { messages, wrong: wrong + Math.abs(count - messages), seconds, cpuMicros: cpuMicros() - cpuBefore };
}

async function measure(client: MeasuredClient, seconds: number, inFlight: number): Promise<ClientFigures> {
  const micros: number[] = [];
  let calls = 0;
  let wrong = 0;
  const cpuBefore = cpuMicros();
  const started = performance.now();
  const end = started + seconds * 1_000;
  const timedEvery = inFlight === 1 ? 1 : TIMED_EVERY;

  async function callOnAndOn(): Promise<void> {
    do {
      const n = calls++;
      const isTimed = n % timedEvery === 0;
      const before = isTimed ? performance.now() : 0;
      if (!(await client.call(n))) wrong++;
      if (isTimed) micros.push((performance.now() - before) * 1_000);
    } while (performance.now() < end);
  }

  await Promise.all(Array.from({ length: inFlight }, callOnAndOn));
  const elapsed = (performance.now() - started) / 1_000;
  const cpu = cpuMicros() - cpuBefore;
  micros.sort((a, b) => a - b);
  const at = (share: number) => micros[Math.floor(micros.length * share)] ?? Number.NaN;
  return { calls, wrong, seconds: elapsed, cpuMicros: cpu, p50Micros: at(0.5), p99Micros: at(0.99) };
}
