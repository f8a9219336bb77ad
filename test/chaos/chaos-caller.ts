import { setTimeout as sleep } from "node:timers/promises";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { type CallOptions, type Client, type ClientCall, GrpcError } from "gannet";
import type { SeededChoice } from "../simulation/seeded-choice.ts";
import type { ReportSchema, Weather } from "./weather_pb.ts";

/** `torn` is a call with a retry policy whose connection was lost when its header had come: it may not be made again (gRFC A6). */
export type ChaosStatus = "OK" | "torn" | GrpcError["code"];

/** How calls of a kind are made, how often, and how they may end. */
interface ChaosKind {
  /** Of a hundred calls. */
  readonly share: number;
  /** Beside OK. */
  readonly allowed: readonly GrpcError["code"][];
  /** Whether the deadline may come before `TIMEOUT_MS`. */
  readonly isHurried?: boolean;
  /** Makes one; resolves if it ended with OK and had the right replies. */
  run(client: Client<typeof Weather>, n: number, choice: SeededChoice): Promise<void>;
}

/** What calls have that are to succeed, and most others: what is broken is found out before. */
const TIMEOUT_MS = 30_000;
const TEXTS = ["", "rain", "x".repeat(900), "y".repeat(8_000)] as const;
/** Larger than any window at first. */
const LONG_TEXT = "z".repeat(90_000);
const PATIENT: CallOptions = { timeoutMs: TIMEOUT_MS, waitForReady: true };
/** How long handlers take at most: a fault is to meet calls that are under way. */
const LONGEST_WORK_MS = 100;

type Report = MessageInitShape<typeof ReportSchema> & { readonly n: number; readonly text: string };

/**
 * `retried` and `uploaded` have a retry policy with five attempts, wait for a connection, and have 30 s: all of them are to
 * succeed but those that are torn. All others end, one way or the other.
 */
export const CHAOS_KINDS: Readonly<Record<string, ChaosKind>> = {
  retried: {
    share: 55,
    allowed: [],
    run: async (client, n, choice) => {
      const report = makeReport(n, choice);
      check(await unlessTorn(client.retried(report, { timeoutMs: TIMEOUT_MS })), report);
    },
  },
  uploaded: {
    share: 5,
    allowed: [],
    run: async (client, n, choice) => {
      const report = makeReport(n, choice);
      const reports = slowly(report, choice.between(1, 5));
      check(await unlessTorn(client.uploaded(reports, { timeoutMs: TIMEOUT_MS })), report);
    },
  },
  hedged: {
    share: 5,
    allowed: ["UNAVAILABLE", "DEADLINE_EXCEEDED"],
    run: async (client, n, choice) => {
      const report = makeReport(n, choice);
      check(await client.hedged(report, PATIENT), report);
    },
  },
  idempotent: {
    share: 5,
    allowed: ["UNAVAILABLE", "DEADLINE_EXCEEDED"],
    run: async (client, n, choice) => {
      const report = makeReport(n, choice);
      check(await client.idempotent(report, PATIENT), report);
    },
  },
  single: {
    share: 10,
    allowed: ["UNAVAILABLE", "DEADLINE_EXCEEDED"],
    run: async (client, n, choice) => {
      const report = makeReport(n, choice, LONG_TEXT);
      check(await client.single(report, { timeoutMs: TIMEOUT_MS, waitForReady: choice.chance(0.5) }), report);
    },
  },
  hurried: {
    share: 5,
    isHurried: true,
    allowed: ["UNAVAILABLE", "DEADLINE_EXCEEDED"],
    run: async (client, n, choice) => {
      const report = makeReport(n, choice);
      const hurry: CallOptions = { timeoutMs: choice.between(1, LONGEST_WORK_MS), waitForReady: choice.chance(0.5) };
      check(await (choice.chance(0.5) ? client.single(report, hurry) : client.retried(report, hurry)), report);
    },
  },
  cancelled: {
    share: 5,
    allowed: ["UNAVAILABLE", "CANCELLED"],
    run: async (client, n, choice) => {
      const report = makeReport(n, choice);
      const call = choice.chance(0.5) ? client.single(report, PATIENT) : client.retried(report, PATIENT);
      const cancelMs = choice.between(0, LONGEST_WORK_MS);
      const timer = setTimeout(() => call.cancel("no longer of interest"), cancelMs);
      try {
        check(await call, report);
      } finally {
        clearTimeout(timer);
      }
    },
  },
  refused: {
    share: 2,
    allowed: ["UNAVAILABLE", "NOT_FOUND"],
    run: async (client, n) => {
      await client.single({ n, text: REFUSED }, PATIENT);
      throw new Error("its handler refused it, and it ended with OK");
    },
  },
  download: {
    share: 3,
    allowed: ["UNAVAILABLE", "DEADLINE_EXCEEDED"],
    run: async (client, n, choice) => {
      const report = { ...makeReport(n, choice, LONG_TEXT), copies: choice.between(1, 20) };
      await readCopies(client.download(report, PATIENT), report, report.copies);
    },
  },
  left: {
    share: 1,
    allowed: ["UNAVAILABLE"],
    run: async (client, n, choice) => {
      for await (const _ of client.download({ ...makeReport(n, choice, LONG_TEXT), copies: 50 }, PATIENT)) break;
    },
  },
  upload: {
    share: 2,
    allowed: ["UNAVAILABLE", "DEADLINE_EXCEEDED"],
    run: async (client, n, choice) => {
      const report = makeReport(n, choice, LONG_TEXT);
      check(await client.upload(slowly(report, choice.between(1, 20)), PATIENT), report);
    },
  },
  exchange: {
    share: 2,
    allowed: ["UNAVAILABLE", "DEADLINE_EXCEEDED"],
    run: async (client, n, choice) => {
      const report = { ...makeReport(n, choice), delayMs: choice.between(0, 10) };
      const copies = choice.between(1, 20);
      await readCopies(client.exchange(slowly(report, copies), PATIENT), report, copies);
    },
  },
};

/** What a handler is asked to refuse by. */
export const REFUSED = "refuse";

/** How a call went: its status, and what is wrong with that; undefined where nothing is. */
export interface ChaosOutcome {
  readonly status: ChaosStatus;
  readonly problem: string | undefined;
}

/** Makes one call of a kind. */
export async function makeChaosCall(
  kind: ChaosKind,
  client: Client<typeof Weather>,
  n: number,
  choice: SeededChoice,
): Promise<ChaosOutcome> {
  const started = performance.now();
  try {
    await kind.run(client, n, choice);
    return { status: "OK", problem: undefined };
  } catch (error) {
    if (error instanceof TornReply) return { status: "torn", problem: undefined };
    if (!GrpcError.is(error)) return { status: "UNKNOWN", problem: String(error) };
    const passedMs = performance.now() - started;
    const isEarly = error.code === "DEADLINE_EXCEEDED" && kind.isHurried !== true && passedMs < TIMEOUT_MS - 1;
    if (kind.allowed.includes(error.code) && !isEarly) return { status: error.code, problem: undefined };
    const { cause } = error;
    const why = cause instanceof Error ? ` (${cause.message})` : "";
    return { status: error.code, problem: `${error.message}${why}, after ${(passedMs / 1000).toFixed(1)} s` };
  }
}

/** Names of kinds, each as often as its share. */
export const CHAOS_LOTS: readonly string[] = Object.entries(CHAOS_KINDS).flatMap(([name, { share }]) =>
  Array.from({ length: share }, () => name),
);

function makeReport(n: number, choice: SeededChoice, longText?: string): Report & { readonly delayMs: number } {
  const text = longText !== undefined && choice.chance(0.02) ? longText : choice.pick(TEXTS);
  return { n, text, delayMs: choice.between(0, LONGEST_WORK_MS) };
}

/** A reply of which the header came, and then the end of the connection. */
class TornReply extends Error {}

async function unlessTorn<R>(call: ClientCall & PromiseLike<R>): Promise<R> {
  try {
    return await call;
  } catch (error) {
    if (!GrpcError.is(error, "UNAVAILABLE")) throw error;
    const hasHeader = await call.header.then(
      () => true,
      () => false,
    );
    throw hasHeader ? new TornReply(error.message, { cause: error }) : error;
  }
}

/** With time between two. */
async function* slowly(report: Report, copies: number): AsyncGenerator<Report> {
  for (let copy = 0; copy < copies; copy++) {
    if (copy > 0) await sleep(5);
    yield report;
  }
}

async function readCopies(replies: AsyncIterable<Report>, report: Report, copies: number): Promise<void> {
  let count = 0;
  for await (const reply of replies) {
    check(reply, report);
    count++;
  }
  if (count !== copies) throw new Error(`${count} of ${copies} replies came, and OK`);
}

function check(reply: Report, { n, text }: Report): void {
  if (reply.n !== n || reply.text !== text) throw new Error(`call ${n} got the reply of call ${reply.n}`);
}
