import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Client,
  createChannel,
  createClient,
  createServer,
  type EndpointInit,
  GrpcError,
  insecure,
  Metadata,
  type RawService,
  type ResolverPolicy,
  rawService,
  type Server,
} from "gannet";
import { addHealth, type HealthReporter } from "gannet/health";
import { addOrca, type LoadReporter } from "gannet/orca";

/** A service that answers with nothing: who answered is what tests look at. */
export const Any: RawService<{ readonly Do: "unary" }> = rawService("test.Any", { Do: "unary" });

/** What has not come to be by then does not come. */
const PATIENCE_MS = 20_000;
/** Nor does a test end that has not by then. */
const TEST_MS = 60_000;
/** For so long a port may be that of somebody's connection, when its server is to be back. */
const PORT_MS = 5_000;

/** What a server answers calls with. */
type Manner = "answers" | "fails" | "holds";

/** A server on loopback that can be stopped and be back under the same address, and that counts its calls. */
export class LiveServer {
  calls = 0;
  /** Calls that it holds. */
  held = 0;
  manner: Manner = "answers";
  /** What it reports of itself with each call; undefined for nothing. */
  rate: number | undefined;
  #port = 0;
  #running: { readonly server: Server; readonly health: HealthReporter; readonly load: LoadReporter } | undefined;

  static async start(): Promise<LiveServer> {
    const server = new LiveServer();
    await server.start();
    return server;
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  get health(): HealthReporter {
    return this.#parts.health;
  }

  get load(): LoadReporter {
    return this.#parts.load;
  }

  /** How many connections it has now, and how many it had since it was started. */
  get connections(): { readonly open: number; readonly total: number } {
    return this.#parts.server.stats().connections;
  }

  async start(): Promise<void> {
    const server = createServer();
    const load = addOrca(server, { minIntervalMs: 20 });
    const health = addHealth(server);
    server.add(Any, {
      do: (_request, call) => {
        this.calls++;
        if (this.rate !== undefined) load.report(call, { cpuUtilization: 0.5, rpsFractional: this.rate });
        if (this.manner === "fails") throw new GrpcError("INTERNAL", "broken");
        if (this.manner === "answers") return new Uint8Array();
        this.held++;
        return new Promise<never>(() => {});
      },
    });
    const { port } = await this.#listen(server);
    this.#port = port ?? 0;
    this.#running = { server, health, load };
  }

  /** While it is down, any process may be given its port for a connection that goes out. */
  async #listen(server: Server): ReturnType<Server["listen"]> {
    const givenUpAt = performance.now() + PORT_MS;
    for (;;) {
      try {
        return await server.listen(this.address);
      } catch (error) {
        const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
        if (!isTaken || performance.now() > givenUpAt) throw error;
        await sleep(50);
      }
    }
  }

  /** Ends at once, with all connections; with `graceMs` in good order. */
  async stop(graceMs = 0): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.server.shutdown({ graceMs });
  }

  get #parts(): { readonly server: Server; readonly health: HealthReporter; readonly load: LoadReporter } {
    if (this.#running === undefined) throw new Error(`${this.address} is down`);
    return this.#running;
  }
}

/** Several servers, and a client of all of them. */
export class LiveCluster {
  readonly servers: readonly LiveServer[];
  readonly client: Client<typeof Any>;
  readonly #close: () => Promise<void>;

  private constructor(servers: readonly LiveServer[], client: Client<typeof Any>, close: () => Promise<void>) {
    this.servers = servers;
    this.client = client;
    this.#close = close;
  }

  /**
   * @param policy the balancer's name and config
   * @param describe what the resolver says of a server beside its address
   */
  static async start(
    count: number,
    policy: Readonly<Record<string, object>>,
    describe: (index: number) => Partial<EndpointInit> = () => ({}),
    options: { readonly serviceConfig?: object } = {},
  ): Promise<LiveCluster> {
    const servers = await Promise.all(Array.from({ length: count }, () => LiveServer.start()));
    const resolver: ResolverPolicy = {
      scheme: "cluster",
      create(_target, host) {
        host.update({
          endpoints: servers.map(({ address }, index) => ({ addresses: [address], ...describe(index) })),
        });
        return { resolveNow() {}, close() {} };
      },
    };
    const channel = createChannel("cluster:///all", {
      credentials: insecure(),
      resolvers: [resolver],
      loadBalancing: policy,
      // Servers that are back are to be found soon.
      backoff: { initialMs: 10, maxMs: 50 },
      ...options,
    });
    return new LiveCluster(servers, createClient(Any, channel), () => channel.close());
  }

  async stop(): Promise<void> {
    await this.#close();
    await Promise.all(this.servers.map((server) => server.stop()));
  }

  /** The server at that place. */
  at(index: number): LiveServer {
    const server = this.servers[index];
    if (server === undefined) throw new Error(`there is no server ${index}`);
    return server;
  }

  /** Calls once. Which server has answered; undefined where the call failed. */
  async call(metadata: Readonly<Record<string, string | readonly string[]>> = {}): Promise<number | undefined> {
    const sent = new Metadata();
    for (const [key, values] of Object.entries(metadata)) for (const value of [values].flat()) sent.append(key, value);
    const call = this.client.do(new Uint8Array(), { metadata: sent, waitForReady: true });
    try {
      await call;
    } catch (error) {
      if (!GrpcError.is(error)) throw error;
      return undefined;
    }
    return this.servers.findIndex(({ address }) => address === call.peer);
  }

  /** How many of so many calls each server has answered. */
  async spread(calls: number): Promise<readonly number[]> {
    const counts = this.servers.map(() => 0);
    for (let made = 0; made < calls; made++) {
      const index = await this.call();
      if (index !== undefined) counts[index] = (counts[index] ?? 0) + 1;
    }
    return counts;
  }

  /** Calls until `isDone` says so of what is counted for the last so many calls. What comes to be may take its time. */
  async callUntil(calls: number, isDone: (counts: readonly number[]) => boolean): Promise<readonly number[]> {
    const givenUpAt = performance.now() + PATIENCE_MS;
    for (;;) {
      const counts = await this.spread(calls);
      if (isDone(counts)) return counts;
      if (performance.now() > givenUpAt) throw new Error(`the last ${calls} calls went ${counts.join()}`);
      await sleep(5);
    }
  }
}

/** Runs a test with a cluster, which is stopped whatever comes of it. */
export async function withCluster(
  args: Parameters<typeof LiveCluster.start>,
  use: (cluster: LiveCluster) => Promise<void>,
): Promise<void> {
  const cluster = await LiveCluster.start(...args);
  const patience = new AbortController();
  const late = sleep(TEST_MS, undefined, { signal: patience.signal }).then(
    () => assert.fail(`the test was not over in ${TEST_MS} ms`),
    () => {},
  );
  try {
    await Promise.race([use(cluster), late]);
  } finally {
    patience.abort();
    await cluster.stop();
  }
}
