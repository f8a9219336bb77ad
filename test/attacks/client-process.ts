/**
 * A client that is attacked, in a process of its own: `client-process.js PORT HEALTHY_PORT CALLS`. It makes so many calls at
 * a time to the server on PORT, and others meanwhile to one that is in order. What happened is told when asked.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { createChannel, createClient, GrpcError } from "gannet";
import { Probe } from "../robustness/probe_pb.ts";
import { answerReports, heldMemory } from "./report.ts";

/** All calls have to end by then: a minute, as machines may be busy. */
const PATIENCE_MS = 60_000;

const [port = "", healthyPort = "", calls = "1"] = process.argv.slice(2);
const heard: Record<string, number> = {};
const events: string[] = [];
const channel = createChannel(`http://127.0.0.1:${port}`, {
  onEvent: ({ name, fields }) => {
    events.push(`${name} ${JSON.stringify(fields)}`);
    if (name !== "http2-violation") return;
    const violation = String(fields["violation"]);
    heard[violation] = (heard[violation] ?? 0) + 1;
  },
});
const attacked = createClient(Probe, channel);
const healthy = createClient(Probe, createChannel(`http://127.0.0.1:${healthyPort}`));

answerReports({
  report: () => ({
    violations: heard,
    heard,
    events,
    handled: 0,
    intercepted: 0,
    connections: 0,
    memory: heldMemory(),
  }),
  onRelease: () => {},
});

let isOver = false;
let answered = 0;
const others = (async () => {
  while (!isOver || answered === 0) {
    await healthy.unary({ n: 5 }, { timeoutMs: PATIENCE_MS });
    answered++;
    await sleep(25);
  }
})();

async function call(): Promise<string> {
  try {
    await attacked.unary({ n: 1 }, { timeoutMs: PATIENCE_MS, metadata: { authorization: "secret" } });
    return "OK";
  } catch (error) {
    return GrpcError.is(error) ? error.code : String(error);
  }
}

process.once("message", () => void report());

async function report(): Promise<void> {
  const statuses: Record<string, number> = {};
  const all = await Promise.all(Array.from({ length: Number(calls) }, call));
  for (const status of all) statuses[status] = (statuses[status] ?? 0) + 1;
  isOver = true;
  const othersFailed = await others.then(
    () => undefined,
    (error: unknown) => String(error),
  );
  process.send?.({ statuses, othersFailed });
}
process.send?.({ ready: true });
