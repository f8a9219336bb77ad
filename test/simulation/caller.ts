import { type BidiStreamCall, type Client, type ClientCall, GrpcError, type Metadata } from "gannet";
import type { CallPlan } from "./call-plan.ts";
import { bodyOf, problemOf } from "./letter.ts";
import type { Outcome } from "./outcome.ts";
import type { Letter, Post } from "./post_pb.ts";
import type { SimulatedLoop } from "./simulated-loop.ts";

/** Where a caller calls. */
export interface CallerWorld {
  readonly loop: SimulatedLoop;
  readonly client: Client<typeof Post>;
  onProblem(problem: string): void;
  /** Iterables of requests that were begun, less those that were left. */
  openIterables: number;
}

/** Makes the call that a plan says, and tells how it ended. */
export async function makeCall(plan: CallPlan, world: CallerWorld): Promise<Outcome> {
  const { loop } = world;
  const progress = { replies: 0, call: undefined as ClientCall | undefined };
  const cancelling =
    plan.cancelAfterMs === undefined
      ? undefined
      : loop.setTimer(plan.cancelAfterMs, () => progress.call?.cancel("planned"));
  const outcome = (status: Outcome["status"], reason: string): Outcome => {
    return { status, reason, at: loop.now(), replies: progress.replies };
  };
  try {
    await run(plan, world, progress);
    await checkMetadata(plan, world, progress.call);
    return outcome("OK", "");
  } catch (error) {
    if (GrpcError.is(error)) return outcome(error.code, error.reason);
    world.onProblem(`call ${plan.id} ended with ${error instanceof Error ? error.stack : String(error)}`);
    return outcome("UNKNOWN", "not a GrpcError");
  } finally {
    cancelling?.cancel();
  }
}

interface Progress {
  replies: number;
  call: ClientCall | undefined;
}

async function run(plan: CallPlan, world: CallerWorld, progress: Progress): Promise<void> {
  const { client } = world;
  const options = {
    timeoutMs: plan.timeoutMs,
    waitForReady: plan.waitForReady,
    compress: plan.compress,
    metadata: { ...plan.metadata, "call-id": String(plan.id) },
  };
  const check = (letter: Letter): void => onReply(plan, world, progress, letter);
  switch (plan.kind) {
    case "unary": {
      const call = client.unary(requestOf(plan, 0), options);
      progress.call = call;
      check(await call);
      return;
    }
    case "clientStream": {
      if (!plan.isByHand) {
        const call = client.clientStream(requestsOf(plan, world), options);
        progress.call = call;
        check(await call);
        return;
      }
      const call = client.clientStream(options);
      progress.call = call;
      await Promise.all([sendByHand(plan, world, call), call.result().then(check)]);
      return;
    }
    case "serverStream": {
      const call = client.serverStream(requestOf(plan, 0), options);
      progress.call = call;
      await readReplies(plan, world, call, check);
      return;
    }
    case "bidi": {
      if (!plan.isByHand) {
        const call = client.bidi(requestsOf(plan, world), options);
        progress.call = call;
        await readReplies(plan, world, call, check);
        return;
      }
      const call = client.bidi(options);
      progress.call = call;
      await Promise.all([sendByHand(plan, world, call), readReplies(plan, world, call, check)]);
    }
  }
}

function onReply(plan: CallPlan, world: CallerWorld, progress: Progress, letter: Letter): void {
  const index = progress.replies++;
  const problem = problemOf(letter, plan.id, index, "reply", plan.replies[index]);
  if (problem !== undefined) world.onProblem(problem);
}

async function readReplies(
  plan: CallPlan,
  { loop }: CallerWorld,
  replies: AsyncIterable<Letter>,
  check: (letter: Letter) => void,
): Promise<void> {
  for await (const letter of replies) {
    check(letter);
    if (plan.readGapMs > 0) await loop.wait(plan.readGapMs);
  }
}

function requestOf({ id, requests }: CallPlan, index: number) {
  return { call: id, index, body: bodyOf(id, index, "request", requests[index] ?? 0) };
}

async function* requestsOf(plan: CallPlan, world: CallerWorld) {
  world.openIterables++;
  try {
    for (const index of plan.requests.keys()) {
      if (plan.requestGapMs > 0) await world.loop.wait(plan.requestGapMs);
      yield requestOf(plan, index);
    }
  } finally {
    world.openIterables--;
  }
}

async function sendByHand(
  plan: CallPlan,
  { loop }: CallerWorld,
  call: Pick<BidiStreamCall<Letter, Letter>, "end"> & { send(letter: ReturnType<typeof requestOf>): Promise<boolean> },
): Promise<void> {
  for (const index of plan.requests.keys()) {
    if (plan.requestGapMs > 0) await loop.wait(plan.requestGapMs);
    if (!(await call.send(requestOf(plan, index)))) break;
  }
  call.end();
}

/** Of a call that ended with OK all has come that stands around its messages. */
async function checkMetadata(plan: CallPlan, world: CallerWorld, call: ClientCall | undefined): Promise<void> {
  const header: Metadata | undefined = await call?.header;
  const trailer: Metadata | undefined = await call?.trailer;
  if (header?.get("call-id") !== String(plan.id)) world.onProblem(`call ${plan.id} has the header of another, or none`);
  if (trailer?.get("x-trailer") !== `of call ${plan.id}`) world.onProblem(`call ${plan.id} has no trailer of its own`);
}
