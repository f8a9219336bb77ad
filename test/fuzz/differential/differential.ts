import { parseArgs } from "node:util";
import { SeededChoice } from "../../simulation/seeded-choice.ts";
import { callFromNode } from "./node-client.ts";
import { callNode } from "./node-server.ts";
import { planSession } from "./session-plan.ts";

/** A session takes milliseconds; one that takes so long stands still. */
const STANDSTILL_MS = 30_000;

export const summary = "valid sessions with node:http2 at the other end, both ways: --sessions N [--seed FIRST]";

/** Resolves to whether everything came as it was sent. */
export async function run(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: { sessions: { type: "string", default: "100" }, seed: { type: "string", default: "1" } },
  });
  const [first, sessions] = [Number(values.seed), Number(values.sessions)];
  let [passed, failed, streams, bytes] = [0, 0, 0, 0];
  for (let seed = first; seed < first + sessions; seed++) {
    for (const [role, call] of [
      ["node:http2 calls gannet", callFromNode],
      ["gannet calls node:http2", callNode],
    ] as const) {
      const plan = planSession(new SeededChoice(seed));
      streams += plan.streams.length;
      bytes += plan.streams.flatMap(({ requests }) => requests).reduce((sum, { length }) => sum + length, 0);
      const problems = await withinTime(call(plan));
      if (problems.length === 0) {
        passed++;
        continue;
      }
      failed++;
      console.log(`FAIL ${role}; again with: npm run fuzz -- differential --sessions 1 --seed ${seed}`);
      for (const problem of problems.slice(0, 6)) console.log(`  ${problem}`);
    }
  }
  console.log(`${2 * sessions} sessions, ${streams} streams, ${Math.round(bytes / 1e6)} MB each way`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0;
}

async function withinTime(problems: Promise<string[]>): Promise<string[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string[]>((resolve) => {
    timer = setTimeout(() => resolve(["it stands still"]), STANDSTILL_MS);
  });
  try {
    return await Promise.race([problems, late]);
  } finally {
    clearTimeout(timer);
  }
}
