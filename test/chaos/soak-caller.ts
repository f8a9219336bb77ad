import { type CallOptions, type Client, GrpcError } from "gannet";
import type { Probe } from "../robustness/probe_pb.ts";
import type { SeededChoice } from "../simulation/seeded-choice.ts";

/** How a call may be made to end otherwise than by its reply. */
type Fate = "none" | "cancel" | "deadline" | "refusal";

export type SoakKind = "unary" | "serverStream" | "clientStream" | "bidi";
export type SoakStatus = "OK" | GrpcError["code"];

/** No call may take so long: what is broken is found out before. */
export const LONGEST_CALL_MS: number = 20_000;
/** A handler that is asked for it replies later than any deadline of these. */
export const LATE_MS: number = 15;
const DEADLINE_MS = 3;
const TEXTS = ["", "a word", "x".repeat(900), "y".repeat(60_000)] as const;

/** How a call went: its status, and what is wrong with that; undefined where nothing is. */
export interface SoakOutcome {
  readonly status: SoakStatus;
  readonly problem: string | undefined;
}

/** Makes one call of a kind, with a number and an end of the seed's choice. */
export async function makeSoakCall(
  client: Client<typeof Probe>,
  kind: SoakKind,
  n: number,
  choice: SeededChoice,
): Promise<SoakOutcome> {
  const lot = choice.next();
  const fate: Fate = lot < 0.01 ? "cancel" : lot < 0.015 ? "deadline" : lot < 0.02 ? "refusal" : "none";
  const text = fate === "deadline" ? "late" : fate === "refusal" ? "refuse" : pickText(choice);
  const timeoutMs = fate === "deadline" ? DEADLINE_MS : LONGEST_CALL_MS;
  // Most wait for a connection; who does not fails while there is none.
  const options: CallOptions = { timeoutMs, waitForReady: choice.chance(0.95) };
  const started = performance.now();
  try {
    await run(client, kind, { n, text }, options, fate === "cancel" ? choice.between(0, 3) : undefined);
    return { status: "OK", problem: fate === "refusal" ? "its handler refused it" : undefined };
  } catch (error) {
    if (!GrpcError.is(error)) return { status: "UNKNOWN", problem: String(error) };
    return {
      status: error.code,
      problem: isExplained(error, fate, performance.now() - started) ? undefined : error.message,
    };
  }
}

function pickText(choice: SeededChoice): string {
  return choice.chance(0.98) ? TEXTS[1] : choice.pick(TEXTS);
}

function isExplained({ code }: GrpcError, fate: Fate, passedMs: number): boolean {
  if (code === "CANCELLED") return fate === "cancel";
  if (code === "NOT_FOUND") return fate === "refusal";
  if (code === "DEADLINE_EXCEEDED") return fate === "deadline" && passedMs >= DEADLINE_MS - 1;
  // The proxy breaks connections all the time.
  return code === "UNAVAILABLE";
}

type Request = { readonly n: number; readonly text: string };

/** @param cancelTurn the turn of the loop at which it is cancelled */
async function run(
  client: Client<typeof Probe>,
  kind: SoakKind,
  request: Request,
  options: CallOptions,
  cancelTurn: number | undefined,
): Promise<void> {
  switch (kind) {
    case "unary": {
      const call = client.unary(request, options);
      cancelAt(call, cancelTurn);
      check(await call, request);
      return;
    }
    case "serverStream": {
      const call = client.serverStream(request, options);
      cancelAt(call, cancelTurn);
      await readCopies(call, request);
      return;
    }
    case "clientStream": {
      const call = client.clientStream(copiesOf(request), options);
      cancelAt(call, cancelTurn);
      check(await call, request);
      return;
    }
    case "bidi": {
      const call = client.bidi(copiesOf(request), options);
      cancelAt(call, cancelTurn);
      await readCopies(call, request);
    }
  }
}

/** Messages that a stream has. */
export const COPIES: number = 5;

function copiesOf(request: Request): Request[] {
  return Array.from({ length: COPIES }, () => request);
}

async function readCopies(replies: AsyncIterable<Request>, request: Request): Promise<void> {
  let count = 0;
  for await (const reply of replies) {
    check(reply, request);
    count++;
  }
  if (count !== COPIES) throw new Error(`${count} of ${COPIES} replies came, and OK`);
}

function check(reply: Request, { n, text }: Request): void {
  if (reply.n !== n || reply.text !== text) throw new Error(`call ${n} got the reply of call ${reply.n}`);
}

function cancelAt(call: { cancel(reason?: string): void }, turn: number | undefined): void {
  if (turn === undefined) return;
  if (turn === 0) call.cancel("planned");
  else setImmediate(() => cancelAt(call, turn - 1));
}
