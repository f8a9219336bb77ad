import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Channel,
  type ChannelOptions,
  createChannel,
  createServer,
  GrpcError,
  insecure,
  type Server,
  type ServerCall,
  tls,
} from "gannet";
import { createIdentityFiles } from "../interop/program/identity-files.ts";
import type { SeededChoice } from "../simulation/seeded-choice.ts";
import type { NamedCounts } from "./cases.ts";
import { REFUSED } from "./chaos-caller.ts";
import { FaultProxy } from "./fault-proxy.ts";
import { type Report, Weather } from "./weather_pb.ts";

const PROXIES_EACH = 3;
/** Of the connections to the server with TLS. Those to the other one live until something happens to them. */
const MAX_AGE_MS = 5_000;
/** Silence is to be noticed before. */
const MAX_AGE_GRACE_MS = 20_000;

/**
 * What a user sets whose network loses connections without a word: ping a server that says nothing for 10 s, make an attempt
 * again that is not answered in 5 s, and do not wait long between attempts to connect.
 */
const CHANNEL_OPTIONS: ChannelOptions = {
  keepalive: { intervalMs: 10_000, timeoutMs: 2_000 },
  backoff: { initialMs: 100, maxMs: 1_000 },
  minConnectTimeoutMs: 3_000,
  serviceConfig: {
    methodConfig: [
      {
        name: [
          { service: Weather.typeName, method: "Retried" },
          { service: Weather.typeName, method: "Uploaded" },
        ],
        waitForReady: true,
        retryPolicy: {
          maxAttempts: 5,
          initialBackoff: "0.1s",
          maxBackoff: "1s",
          backoffMultiplier: 2,
          perAttemptRecvTimeout: "5s",
          retryableStatusCodes: ["UNAVAILABLE"],
        },
      },
      {
        name: [{ service: Weather.typeName, method: "Hedged" }],
        hedgingPolicy: { maxAttempts: 3, hedgingDelay: "0.2s", nonFatalStatusCodes: ["UNAVAILABLE"] },
      },
    ],
  },
};

/** All that may be on its way, so that no reply waits for the window between its header and its message. */
const WIDE_WINDOW = { connectionWindowBytes: 16 << 20 };

/** A channel, and whether the proxies on its way may tear replies apart. */
export interface ChaosChannel {
  readonly channel: Channel;
  readonly tearsReplies: boolean;
}

/** Two servers, one of them with TLS, proxies in front of them, and channels through those. */
export class ChaosWorld {
  readonly servers: Server[] = [];
  readonly proxies: { readonly proxy: FaultProxy; readonly isPrivate: boolean }[] = [];
  readonly channels: ChaosChannel[] = [];
  /** What servers and channels tell, by name. */
  readonly #events: NamedCounts;
  /** Calls as they came to handlers, by how many attempts there were before. */
  readonly #attempts: NamedCounts;
  readonly #choice: SeededChoice;

  constructor(choice: SeededChoice, events: NamedCounts, attempts: NamedCounts) {
    this.#choice = choice;
    this.#events = events;
    this.#attempts = attempts;
  }

  async open(): Promise<void> {
    const files = await createIdentityFiles();
    const cert = readFileSync(files.cert, "utf8");
    const key = readFileSync(files.key, "utf8");
    files.remove();
    for (const isPrivate of [false, true]) {
      const server = this.#createServer(isPrivate ? MAX_AGE_MS : Number.POSITIVE_INFINITY);
      this.servers.push(server);
      const { port } = await server.listen("127.0.0.1:0", isPrivate ? { tls: { cert, key } } : {});
      const credentials = isPrivate ? tls({ ca: cert, serverName: "localhost" }) : insecure();
      for (const tearsReplies of [false, true]) {
        const proxies = await Promise.all(
          Array.from({ length: PROXIES_EACH }, () => FaultProxy.listen(port, this.#choice, { tearsReplies })),
        );
        this.proxies.push(...proxies.map((proxy) => ({ proxy, isPrivate })));
        const target = `ipv4:${proxies.map((proxy) => `127.0.0.1:${proxy.port}`).join()}`;
        for (const loadBalancing of ["pick_first", "round_robin"]) {
          const onEvent = ({ name }: { readonly name: string }) => this.#events.add(`client ${name}`);
          const http2 = tearsReplies ? undefined : WIDE_WINDOW;
          const options = { ...CHANNEL_OPTIONS, loadBalancing, credentials, onEvent, http2 };
          this.channels.push({ channel: createChannel(target, options), tearsReplies });
        }
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.channels.map(({ channel }) => channel.close()));
    await Promise.all(this.servers.map((server) => server.shutdown({ graceMs: 1_000 })));
    await Promise.all(this.proxies.map(({ proxy }) => proxy.close()));
  }

  /** How often each fault was done, by all proxies. */
  get faults(): Readonly<Record<string, number>> {
    const sum: Record<string, number> = {};
    for (const { proxy } of this.proxies) {
      for (const [fault, count] of Object.entries(proxy.counts)) sum[fault] = (sum[fault] ?? 0) + count;
    }
    return sum;
  }

  /** Calls that handlers run, connections that servers have, and those through proxies. */
  get underWay(): number {
    let sum = 0;
    for (const server of this.servers) {
      const { calls, connections } = server.stats();
      sum += calls.running + connections.open;
    }
    for (const { proxy } of this.proxies) sum += proxy.connections;
    return sum;
  }

  #createServer(maxConnectionAgeMs: number): Server {
    return createServer({
      // As the channels do.
      keepalive: { intervalMs: 10_000, timeoutMs: 2_000, minClientIntervalMs: 10_000 },
      maxConnectionAgeMs,
      maxConnectionAgeGraceMs: MAX_AGE_GRACE_MS,
      onEvent: ({ name }) => this.#events.add(`server ${name}`),
    }).add(Weather, {
      retried: (report, call) => this.#answer(report, call),
      uploaded: (reports, call) => this.#answerLast(reports, call),
      hedged: (report, call) => this.#answer(report, call),
      idempotent: (report, call) => this.#answer(report, call),
      single: (report, call) => this.#answer(report, call),
      async *download(report) {
        for (let copy = 0; copy < report.copies; copy++) {
          await sleep(report.delayMs / report.copies);
          yield report;
        }
      },
      upload: (reports, call) => this.#answerLast(reports, call),
      async *exchange(reports) {
        for await (const report of reports) {
          await sleep(report.delayMs);
          yield report;
        }
      },
    });
  }

  async #answer(report: Report, { metadata }: ServerCall): Promise<Report> {
    this.#attempts.add(String(metadata.get("grpc-previous-rpc-attempts") ?? 0));
    if (report.text === REFUSED) throw new GrpcError("NOT_FOUND", "as was asked for");
    await sleep(report.delayMs);
    return report;
  }

  async #answerLast(reports: AsyncIterable<Report>, call: ServerCall): Promise<Report> {
    let last: Report | undefined;
    for await (const report of reports) last = report;
    if (last === undefined) throw new GrpcError("INVALID_ARGUMENT", "there was no report");
    return this.#answer(last, call);
  }
}
