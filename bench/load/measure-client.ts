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

/** Every so many calls one is timed: timing all would be part of what is measured. */
const TIMED_EVERY = 16;

/**
 * What every client program does: for each line `SECONDS IN_FLIGHT` on its input it calls for that long and prints its
 * figures as JSON. `call` resolves to whether the reply was right.
 */
export function measureClient(call: (n: number) => Promise<boolean>, onEnd: () => void): void {
  answerLines(async (line) => {
    const [seconds = 1, inFlight = 1] = line.split(" ").map(Number);
    return JSON.stringify(await measure(call, seconds, inFlight));
  }, onEnd);
}

async function measure(
  call: (n: number) => Promise<boolean>,
  seconds: number,
  inFlight: number,
): Promise<ClientFigures> {
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
      if (!(await call(n))) wrong++;
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
