import { askForEnd, type HopAsk, type HopOutcome } from "./hop-client.ts";

/** One thing that has to hold for a call over servers whose handlers make calls. */
export interface HopCase {
  readonly name: string;
  readonly expected: string;
  /** `makeCall` is the client at the front. */
  run(route: readonly string[], makeCall: (ask: HopAsk) => Promise<HopOutcome>): Promise<string>;
}

const PATIENCE_MS = 30_000;
const SHORT_MS = 2_000;
/** C-core rounds a timeout up, by as much as 1 %. */
const ROUNDING = 1.01;

let calls = 0;

/** The cases, for both kinds of call that a client cannot end by what it sends. */
export const hopCases: readonly HopCase[] = (["unary", "stream"] as const).flatMap((kind) => [
  {
    name: `${kind}: no server has more time than the one before it had left`,
    expected: "OK, in time, in time, in time",
    run: async (route, makeCall) => {
      const { code, times } = await makeCall({ ...named(), route, kind, timeoutMs: PATIENCE_MS, act: "answer" });
      const lefts = [PATIENCE_MS, ...times.map(({ leftMs }) => leftMs)];
      const judged = times.map(({ seenMs }, index) => {
        const left = lefts[index] ?? 0;
        return seenMs >= 0 && seenMs <= left * ROUNDING ? "in time" : `${seenMs} ms where ${left} were left`;
      });
      return [code, ...judged].join(", ");
    },
  },
  {
    name: `${kind}: without a deadline there is none further on`,
    expected: "OK, -1, -1, -1",
    run: async (route, makeCall) => {
      const { code, times } = await makeCall({ ...named(), route, kind, timeoutMs: undefined, act: "answer" });
      return [code, ...times.map(({ seenMs }) => seenMs)].join(", ");
    },
  },
  {
    name: `${kind}: what the client cancels is cancelled everywhere`,
    expected: "CANCELLED, cancelled, cancelled, cancelled",
    run: (route, makeCall) => describeEnds(route, makeCall, { kind, timeoutMs: PATIENCE_MS, act: "cancel" }),
  },
  {
    name: `${kind}: when the deadline is over it is so everywhere`,
    expected: "DEADLINE_EXCEEDED, cancelled, cancelled, cancelled",
    run: (route, makeCall) => describeEnds(route, makeCall, { kind, timeoutMs: SHORT_MS, act: "wait" }),
  },
]);

async function describeEnds(
  route: readonly string[],
  makeCall: (ask: HopAsk) => Promise<HopOutcome>,
  ask: Omit<HopAsk, "call" | "route">,
): Promise<string> {
  const { call } = named();
  const { code } = await makeCall({ ...ask, call, route });
  return [code, ...(await Promise.all(route.map((address) => askForEnd(address, call))))].join(", ");
}

function named(): { call: string } {
  return { call: `call-${++calls}` };
}
