/** A name server on loopback, servers on several of its addresses, and channels to the names that it has: until a file of tests ends. */
import assert from "node:assert/strict";
import { after } from "node:test";
import {
  type ChannelOptions,
  type Client,
  createChannel,
  createClient,
  createServer,
  GrpcError,
  type GrpcEvent,
  insecure,
  type Server,
} from "gannet";
import { VirtualClock } from "gannet/testing";
import { Probe } from "../robustness/probe_pb.ts";
import { DnsServer } from "./dns-server.ts";

export const NAME = "zoo.example";
export const HALF_MINUTE_MS = 30_000;

export const dns: DnsServer = await DnsServer.listen();
/** Servers on several addresses of loopback, all on this port. */
export const servers: Map<string, Server> = new Map();
export let port = 0;
await startServer("127.0.0.1");
await startServer("127.0.0.2");
await startServer("[::1]");

after(async () => {
  await Promise.all([...servers.values()].map((server) => server.shutdown({ graceMs: 0 })));
  await dns.close();
});

/** A server that answers with its address. */
export async function startServer(address: string, options: Parameters<typeof createServer>[0] = {}): Promise<void> {
  const server = createServer(options).addPartial(Probe, { unary: ({ n }) => ({ n, text: address }) });
  ({ port } = await server.listen(`${address}:${port}`));
  servers.set(address, server);
}

export interface Bench {
  readonly clock: VirtualClock;
  readonly client: Client<typeof Probe>;
  readonly channel: ReturnType<typeof createChannel>;
  readonly events: GrpcEvent[];
  /** Who answers a call, or with what it fails. */
  call(): Promise<string>;
  close(): Promise<void>;
}

/** A channel whose time a test moves, to a name that the name server of this test knows. */
export function open(options: ChannelOptions = {}, name = `${NAME}:${port}`): Bench {
  const clock = new VirtualClock();
  const events: GrpcEvent[] = [];
  const channel = createChannel(`dns://${dns.address}/${name}`, {
    credentials: insecure(),
    clock,
    onEvent: (event) => void events.push(event),
    ...options,
  });
  const client = createClient(Probe, channel);
  return {
    clock,
    client,
    channel,
    events,
    call: async () => {
      try {
        return (await client.unary({})).text;
      } catch (error) {
        return GrpcError.is(error) ? `${error.code}: ${error.reason}` : String(error);
      }
    },
    close: () => channel.close(),
  };
}

/** Makes calls until the answers of so many one after the other are these. */
export async function answersBecome(bench: Bench, expected: readonly string[]): Promise<void> {
  const wanted = expected.toSorted().join();
  let seen = "";
  // Each call takes its turns of the event loop, in which connections are made.
  for (let round = 0; round < 2_000; round++) {
    const answers: string[] = [];
    for (const _ of expected) answers.push(await bench.call());
    seen = answers.toSorted().join();
    if (seen === wanted) return;
  }
  assert.equal(seen, wanted);
}

/** Lets what a name server has answered come in. */
export async function settle(bench: Bench): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    await new Promise((done) => setTimeout(done, 1));
    await bench.clock.advance(0);
  }
}
