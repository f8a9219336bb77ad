import { EngineWorld } from "./engine/engine-world.ts";
import { SeededChoice } from "./seeded-choice.ts";
import { inSimulation, SimulatedLoop } from "./simulated-loop.ts";
import { StackWorld } from "./stack-world.ts";
import type { Tally } from "./tally.ts";
import { Trace } from "./trace.ts";

/** What a seed is run with: `engines` are two ends of HTTP/2, `stacks` whole clients and servers of gRPC. */
export const WORLDS = ["engines", "stacks"] as const;
export type WorldName = (typeof WORLDS)[number];

/** What came of a seed. */
export interface SeedResult {
  readonly problems: readonly string[];
  /** Of all that happened: the same for the same seed. */
  readonly digest: string;
  readonly happened: number;
  /** What happened, in words, where that was asked for. */
  readonly lines: readonly string[];
}

/** More than that of one seed tells nothing new. */
const MAX_PROBLEMS = 12;

/** Runs a world as a seed has it, from the first connection until nothing is left of it. */
export async function runSeed(world: WorldName, seed: number, tally: Tally, isTraced = false): Promise<SeedResult> {
  const loop = new SimulatedLoop();
  const problems: string[] = [];
  const onProblem = (problem: string): void => {
    if (problems.length < MAX_PROBLEMS) problems.push(`at ${loop.now().toFixed(1)} ms: ${problem}`);
  };
  const trace = new Trace(() => loop.now(), isTraced);
  const onStray = (error: unknown): void => {
    onProblem(`nobody caught ${error instanceof Error ? error.stack : String(error)}`);
  };
  process.on("uncaughtException", onStray);
  process.on("unhandledRejection", onStray);
  try {
    const chance = new SeededChoice(seed ^ 0x2545f491);
    await inSimulation(
      loop,
      () => chance.next(),
      async () => {
        await createWorld(world, seed, loop, tally, trace, onProblem).run();
      },
    );
  } catch (error) {
    onProblem(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    process.off("uncaughtException", onStray);
    process.off("unhandledRejection", onStray);
  }
  return { problems, digest: trace.digest(), happened: loop.happened, lines: trace.lines };
}

function createWorld(
  world: WorldName,
  seed: number,
  ...around: [loop: SimulatedLoop, tally: Tally, trace: Trace, onProblem: (problem: string) => void]
): { run(): Promise<void> } {
  return world === "stacks" ? new StackWorld(seed, ...around) : new EngineWorld(seed, ...around);
}
