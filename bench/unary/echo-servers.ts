import { isAbsolute } from "node:path";
import { type LoadShape, runH2load, timeH2load } from "../load/h2load.ts";
import type { ClientFigures } from "../load/measure-client.ts";
import { Program } from "../program.ts";
import type { Figures } from "../report/figures.ts";

const WARM_UP_SECONDS = 2;
const WARM_UP_CALLS = 1_000;
/** The share of a run whose calls are timed one by one, which takes time itself. */
const TIMED_SHARE = 0.1;

/** Echo servers of several libraries, each under the same load in turn. */
export class EchoServers {
  readonly #servers = new Map<string, { readonly program: Program; readonly port: number }>();
  /** What is known of how much each does in a second, so that runs take about as long. */
  readonly #callsPerSecond = new Map<string, number>();

  /** `commands` gives a library's program, see `Program`. */
  static async start(commands: ReadonlyMap<string, string>, args: readonly string[]): Promise<EchoServers> {
    const servers = new EchoServers();
    for (const [library, command] of commands) {
      const program = new Program(command, args, 0);
      servers.#servers.set(library, { program, port: Number(await program.readLine()) });
    }
    return servers;
  }

  get libraries(): readonly string[] {
    return [...this.#servers.keys()];
  }

  async stop(): Promise<void> {
    for (const { program } of this.#servers.values()) await program.stop();
  }

  /** Lets a server compile what it needs, and learns how fast it is. */
  async warmUp(shape: LoadShape): Promise<void> {
    for (const [library, { port }] of this.#servers) {
      const until = performance.now() + WARM_UP_SECONDS * 1_000;
      for (let calls = WARM_UP_CALLS; performance.now() < until; calls *= 2) {
        this.#callsPerSecond.set(library, await runH2load(port, calls, shape));
      }
    }
  }

  /** A run of about that long by h2load: first some calls that are timed, then all others. */
  async h2load(library: string, shape: LoadShape, seconds: number): Promise<Figures> {
    const { program, port } = this.#server(library);
    const estimate = (this.#callsPerSecond.get(library) ?? WARM_UP_CALLS) * seconds;
    const least = shape.connections * shape.inFlight * 10;
    const timed = await timeH2load(port, Math.max(least, Math.round(estimate * TIMED_SHARE)), shape, program.pid);
    const calls = Math.max(least, Math.round(timed.callsPerSecond * seconds));
    const isScript = !isAbsolute(program.command);
    if (isScript) await program.ask("allocated");
    const before = Number(await program.ask("cpu"));
    const callsPerSecond = await runH2load(port, calls, shape);
    const cpu = Number(await program.ask("cpu")) - before;
    const allocated = isScript ? Number(await program.ask("allocated")) : undefined;
    this.#callsPerSecond.set(library, callsPerSecond);
    return {
      ...toFigures({ callsPerSecond, cpu: cpu / calls, p50: timed.p50Micros, p99: timed.p99Micros }),
      ...(timed.syscallsPerCall === undefined ? {} : { "syscalls/call": timed.syscallsPerCall }),
      ...(allocated === undefined ? {} : { "heap B/call": allocated / calls }),
    };
  }

  /** A run by load/deadline-load. */
  async deadlines(library: string, connections: number, inFlight: number, seconds: number): Promise<Figures> {
    const { program, port } = this.#server(library);
    const load = new Program("load/deadline-load", [String(port)], 1);
    try {
      // The load compiles its own code first, and is not what is measured.
      await load.ask(`0.3 ${connections} ${inFlight}`);
      const before = Number(await program.ask("cpu"));
      const figures = JSON.parse(await load.ask(`${seconds} ${connections} ${inFlight}`)) as ClientFigures;
      const cpu = Number(await program.ask("cpu")) - before;
      checkCalls(library, figures);
      const { calls, p50Micros, p99Micros } = figures;
      return toFigures({ callsPerSecond: calls / figures.seconds, cpu: cpu / calls, p50: p50Micros, p99: p99Micros });
    } finally {
      await load.stop();
    }
  }

  #server(library: string): { readonly program: Program; readonly port: number } {
    const server = this.#servers.get(library);
    if (server === undefined) throw new Error(`there is no server of ${library}`);
    return server;
  }
}

/** @throws Error where a reply was wrong, or a call has failed */
export function checkCalls(library: string, { wrong, calls }: Pick<ClientFigures, "wrong" | "calls">): void {
  if (wrong !== 0) throw new Error(`${library}: ${wrong} of ${calls} replies are wrong`);
}

/** The figures that each row about unary calls has. */
export function toFigures(of: { callsPerSecond: number; cpu: number; p50: number; p99: number }): Figures {
  return { "calls/s": of.callsPerSecond, "CPU µs/call": of.cpu, "p50 µs": of.p50, "p99 µs": of.p99 };
}
