import { GrpcError, type Handlers, type ServerCall } from "gannet";
import type { CallPlan } from "./call-plan.ts";
import { bodyOf, problemOf } from "./letter.ts";
import type { ServerRecord } from "./outcome.ts";
import type { Letter, Post } from "./post_pb.ts";
import type { SimulatedLoop } from "./simulated-loop.ts";

type Reply = { readonly call: number; readonly index: number; readonly body: Uint8Array };

/** What the handlers of a simulated world follow, and what they tell. */
export interface HandlerWorld {
  readonly loop: SimulatedLoop;
  readonly plans: ReadonlyMap<number, CallPlan>;
  readonly records: Map<number, ServerRecord>;
  onProblem(problem: string): void;
}

/** What the error of a handler says. */
export function failureOf(plan: CallPlan): string {
  return `the handler of call ${plan.id} fails`;
}

/** Handlers that do what the plan of their call says, and hold what comes against it. */
export function createHandlers(world: HandlerWorld): Handlers<typeof Post> {
  const single = async (requests: AsyncIterable<Letter>, call: ServerCall): Promise<Reply> => {
    const visit = new Visit(world, call);
    return visit.during(async () => {
      await visit.begin();
      await visit.readAll(requests);
      await visit.end();
      return visit.reply(0);
    });
  };
  const several = async function* (requests: AsyncIterable<Letter>, call: ServerCall): AsyncGenerator<Reply> {
    const visit = new Visit(world, call);
    let hasEnded = false;
    try {
      await visit.begin();
      const { plan } = visit;
      const reader = requests[Symbol.asyncIterator]();
      for (let index = 0; index < plan.repliesSent; index++) {
        await visit.readNext(reader);
        if (plan.replyGapMs > 0) await world.loop.wait(plan.replyGapMs);
        yield visit.reply(index);
      }
      while (await visit.readNext(reader));
      await visit.end();
      hasEnded = true;
    } finally {
      visit.onEnded(hasEnded);
    }
  };
  return {
    unary: (request, call) => single(only(request), call),
    serverStream: (request, call) => several(only(request), call),
    clientStream: single,
    bidi: several,
  };
}

async function* only(request: Letter): AsyncGenerator<Letter> {
  yield request;
}

/** One run of a handler. */
class Visit {
  readonly plan: CallPlan;
  readonly #world: HandlerWorld;
  readonly #call: ServerCall;
  readonly #record: ServerRecord;
  #hasEnd = false;

  constructor(world: HandlerWorld, call: ServerCall) {
    const id = Number(call.metadata.get("call-id"));
    const plan = world.plans.get(id);
    if (plan === undefined) throw new Error(`there is no call ${id}`);
    this.plan = plan;
    this.#world = world;
    this.#call = call;
    this.#record = world.records.get(id) ?? {
      runs: 0,
      requests: 0,
      hasReadAll: false,
      repliesSent: 0,
      ending: undefined,
    };
    this.#record.runs++;
    this.#record.ending = undefined;
    world.records.set(id, this.#record);
    for (const [key, value] of Object.entries(plan.metadata)) {
      if (call.metadata.get(key) !== value) world.onProblem(`call ${id} came with ${key} ${call.metadata.get(key)}`);
    }
    call.compress = plan.isCompressedBack;
    call.header.set("call-id", String(id));
    call.trailer.set("x-trailer", `of call ${id}`);
  }

  async during<T>(run: () => Promise<T>): Promise<T> {
    let hasEnded = false;
    try {
      const result = await run();
      hasEnded = true;
      return result;
    } finally {
      this.onEnded(hasEnded);
    }
  }

  onEnded(hasReturned: boolean): void {
    this.#record.ending = hasReturned ? "returned" : "threw";
  }

  async begin(): Promise<void> {
    if (this.plan.handlerDelayMs > 0) await this.#world.loop.wait(this.plan.handlerDelayMs);
  }

  async readAll(requests: AsyncIterable<Letter>): Promise<void> {
    const reader = requests[Symbol.asyncIterator]();
    while (await this.readNext(reader));
  }

  /** False where no further request is to be read. */
  async readNext(reader: AsyncIterator<Letter>): Promise<boolean> {
    const { plan } = this;
    const isOver = this.#record.requests >= plan.requestsRead && plan.ending !== "finish";
    if (isOver || this.#hasEnd) return false;
    const next = await reader.next();
    if (next.done === true) {
      this.#hasEnd = true;
      this.#record.hasReadAll = true;
      return false;
    }
    const index = this.#record.requests++;
    const problem = problemOf(next.value, plan.id, index, "request", plan.requests[index]);
    if (problem !== undefined) this.#world.onProblem(problem);
    return true;
  }

  reply(index: number): Reply {
    const { id, replies } = this.plan;
    this.#record.repliesSent++;
    return { call: id, index, body: bodyOf(id, index, "reply", replies[index] ?? 0) };
  }

  /** Ends it as planned, where that is not by its reply. */
  async end(): Promise<void> {
    const { plan } = this;
    if (plan.ending === "fail") throw new GrpcError(plan.failCode, failureOf(plan));
    if (plan.ending === "throw") throw new Error("nobody shall see this");
    if (plan.ending === "cancel") this.#call.cancel();
    if (plan.ending === "hang" && this.#call.active) {
      await new Promise<void>((resolve) => this.#call.signal.addEventListener("abort", () => resolve()));
    }
  }
}
