import { createChannel, createClient, GrpcError, insecure, type RawService, rawService } from "gannet";
import type { CaseReport } from "../case-report.ts";
import type { Command } from "../program/command.ts";
import { RunningProgram } from "../program/running-program.ts";

const START_TIMEOUT_MS = 30_000;
/** What has not come to be by then does not come. */
const PATIENCE_MS = 20_000;
const SERVERS = 3;
const POLICIES = ["round_robin", "least_request", "weighted_round_robin"];

const Any: RawService<{ readonly Do: "unary"; readonly Feel: "unary" }> = rawService("test.Any", {
  Do: "unary",
  Feel: "unary",
});

/** Has servers that grpcio made change their health, and looks at where gannet's calls go (gRFC A17). */
export async function runBalancing(python: Command, report: CaseReport): Promise<void> {
  report.section("gannet's balancers go by the health of grpcio's servers", POLICIES.length + 1);
  const program = new RunningProgram(python);
  try {
    const [, list = ""] = await program.waitFor(/^PORTS (.+)$/m, START_TIMEOUT_MS);
    const ports = list.split(",");
    for (const policy of POLICIES) {
      report.add({
        name: `${policy}: who is not serving gets no calls, and keeps its connection`,
        expected: "all, all but one, all; 3 connections",
        got: await followHealth(ports, policy).catch(String),
      });
    }
    report.add({
      name: "no server serves: calls fail with what servers say",
      expected: `UNAVAILABLE: test.Any at 127.0.0.1:${ports[0]} is NOT_SERVING`,
      got: await failWithAll(ports).catch(String),
    });
  } finally {
    await program.stop();
  }
}

function openChannel(ports: readonly string[], policy: string) {
  return createChannel(`ipv4:${ports.map((port) => `127.0.0.1:${port}`).join()}`, {
    credentials: insecure(),
    loadBalancing: policy,
    serviceConfig: { healthCheckConfig: { serviceName: "test.Any" } },
  });
}

async function followHealth(ports: readonly string[], policy: string): Promise<string> {
  const channel = openChannel(ports, policy);
  const client = createClient(Any, channel);
  try {
    const seen = [
      await callUntil(client, SERVERS, "all"),
      await feel(ports[1], "NOT_SERVING").then(() => callUntil(client, SERVERS - 1, "all but one")),
      await feel(ports[1], "SERVING").then(() => callUntil(client, SERVERS, "all")),
    ];
    return `${seen.join(", ")}; ${channel.stats().connections.total} connections`;
  } finally {
    await channel.close();
  }
}

/** Calls until 60 calls in a row have been answered by so many servers. */
async function callUntil(
  client: ReturnType<typeof createClient<typeof Any>>,
  servers: number,
  name: string,
): Promise<string> {
  const givenUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    const peers = new Set<string | undefined>();
    for (let calls = 0; calls < 60; calls++) {
      const call = client.do(new Uint8Array());
      await call;
      peers.add(call.peer);
    }
    if (peers.size === servers) return name;
    if (performance.now() > givenUpAt) return `still ${peers.size} servers`;
  }
}

async function failWithAll(ports: readonly string[]): Promise<string> {
  const [first = ""] = ports;
  const channel = openChannel([first], "round_robin");
  const client = createClient(Any, channel);
  try {
    await client.do(new Uint8Array());
    await feel(first, "NOT_SERVING");
    for (;;) await client.do(new Uint8Array());
  } catch (error) {
    if (!GrpcError.is(error)) throw error;
    return error.message;
  } finally {
    await feel(first, "SERVING");
    await channel.close();
  }
}

/** Tells a server how to feel, past all balancers. */
async function feel(port: string | undefined, status: string): Promise<void> {
  const channel = createChannel(`127.0.0.1:${port}`, { credentials: insecure() });
  await createClient(Any, channel).feel(new TextEncoder().encode(status));
  await channel.close();
}
