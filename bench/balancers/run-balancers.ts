import { alternate, type RunOptions, readRunOptions } from "../alternate.ts";
import type { ClientFigures } from "../load/measure-client.ts";
import { Program } from "../program.ts";
import type { Figures, Row } from "../report/figures.ts";
import { reportRows } from "../report/save-results.ts";
import { checkCalls, toFigures } from "../unary/echo-servers.ts";
import { POLICIES } from "./policies.ts";

const WARM_UP_SECONDS = 1.5;
const IN_FLIGHT = 100;
/** What each server says that it has done in a second, at half of its processor; only where that is of use. */
const REPORTED_RATES = ["100", "200", "300"];
const CLIENTS = [
  ["gannet", "load/gannet-balanced-client"],
  ["grpc-js", "load/grpc-js-balanced-client"],
] as const;

/** Measures unary calls of a client through each balancer, to three servers that are never the limit. */
export async function runBalancers(args: string[]): Promise<number> {
  const options = readRunOptions(args);
  const rows: Row[] = [];
  for (const [name, policy] of Object.entries(POLICIES)) {
    const row = `client through ${name}, ${IN_FLIGHT} in flight`;
    if (!options.isWanted(row)) continue;
    const isWeighted = Object.hasOwn(policy, "weighted_round_robin");
    const servers = REPORTED_RATES.map((rate) => new Program("echo/fixed-server", isWeighted ? [rate] : [], 0));
    try {
      const ports = await Promise.all(servers.map((server) => server.readLine()));
      rows.push(await measurePolicy(row, ports, policy, options));
    } finally {
      for (const server of servers) await server.stop();
    }
  }
  reportRows("balancers", options, rows);
  return 0;
}

async function measurePolicy(row: string, ports: readonly string[], policy: object, options: RunOptions): Promise<Row> {
  const args = [ports.join(), JSON.stringify(policy)];
  const clients = new Map(
    CLIENTS.map(([library, command]): [string, Program] => [library, new Program(command, args, 1)]),
  );
  const measure = async (library: string, seconds: number): Promise<Figures> => {
    const answer = (await clients.get(library)?.ask(`${seconds} ${IN_FLIGHT}`)) ?? "";
    const figures = JSON.parse(answer) as ClientFigures;
    checkCalls(library, figures);
    const { calls, p50Micros, p99Micros } = figures;
    const cpu = figures.cpuMicros / calls;
    return toFigures({ callsPerSecond: calls / figures.seconds, cpu, p50: p50Micros, p99: p99Micros });
  };
  try {
    for (const library of clients.keys()) await measure(library, WARM_UP_SECONDS);
    return await alternate(row, options.rounds, [...clients.keys()], (library) => measure(library, options.seconds));
  } finally {
    for (const program of clients.values()) await program.stop();
  }
}
