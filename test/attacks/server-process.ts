/** A server that is attacked, in a process of its own. Its options come as JSON; what happened is told when asked. */
import { createServer, GrpcError, type ListenOptions, type ServerOptions } from "gannet";
import { Probe } from "../robustness/probe_pb.ts";
import { answerReports, heldMemory } from "./report.ts";

const [optionsText = "{}", listenText = "{}"] = process.argv.slice(2);
const heard: Record<string, number> = {};
const events: string[] = [];
let handled = 0;
let intercepted = 0;
let release: () => void = () => {};
const released = new Promise<void>((resolve) => {
  release = resolve;
});

const server = createServer({
  ...(JSON.parse(optionsText) as ServerOptions),
  interceptors: [
    (_, next) => {
      intercepted++;
      return next();
    },
  ],
  onEvent: ({ name, fields }) => {
    events.push(`${name} ${JSON.stringify(fields)}`);
    if (name !== "http2-violation") return;
    const violation = String(fields["violation"]);
    heard[violation] = (heard[violation] ?? 0) + 1;
  },
  onHttpRequest: ({ path }) => (path === "/page" ? { body: "hello" } : undefined),
}).add(Probe, {
  async unary({ n, text }) {
    handled++;
    // What does not end, whatever its client does.
    if (n < 0) await released;
    if (text === "large") return { n, text: "x".repeat(n) };
    if (text === "fail") throw new GrpcError("INTERNAL", "x".repeat(n));
    return { n };
  },
  async *serverStream({ n }) {
    handled++;
    for (let i = 0; i < n; i++) yield { n: i, text: "x".repeat(1000) };
  },
  async clientStream(requests, call) {
    handled++;
    if (call.metadata.get("slow") !== undefined) await released;
    let n = 0;
    for await (const request of requests) n += request.n + request.text.length;
    return { n };
  },
  async *bidi(requests) {
    handled++;
    for await (const { n } of requests) yield { n };
  },
});

answerReports({
  report: () => ({
    violations: server.stats().violations,
    heard,
    events,
    handled,
    intercepted,
    connections: server.connections().length,
    memory: heldMemory(),
  }),
  onRelease: () => release(),
});
const { port } = await server.listen("127.0.0.1:0", JSON.parse(listenText) as ListenOptions);
process.send?.({ port });
