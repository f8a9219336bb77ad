import { setTimeout as sleep } from "node:timers/promises";
import {
  type CallOptions,
  type Channel,
  type Client,
  createChannel,
  createClient,
  type Handlers,
  insecure,
  type ServerCall,
} from "gannet";
import { CallNotes } from "../peer/call-notes.ts";
import { Hop, type HopRequest } from "./hop_pb.ts";

/** For a call that nobody ends. */
const WAIT_MS = 60_000;

/**
 * How a handler passes its deadline and cancellation on: by itself, as the calls that a handler makes are made for its own;
 * by naming the call; or by hand, which is what is left where there is neither.
 */
export type PassingOn = "ambient" | "parent" | "byHand";

/** The server of hop.proto: its handlers call the next server of the route. */
export class HopHandlers {
  readonly #passingOn: PassingOn;
  readonly #arrivals = new CallNotes<"arrived">();
  readonly #ends = new CallNotes<"done" | "cancelled">();
  readonly #channels = new Map<string, Channel>();

  constructor(passingOn: PassingOn) {
    this.#passingOn = passingOn;
  }

  /** What a server is given. */
  readonly handlers: Handlers<typeof Hop> = {
    unary: async (request, call) => {
      const seenMs = this.#arrive(request, call);
      const [next, ...route] = request.route;
      if (next === undefined) {
        if (request.wait) await sleep(WAIT_MS, undefined, { signal: call.signal });
        return this.#end(request, { times: [{ seenMs, leftMs: timeOf(call) }] });
      }
      const leftMs = timeOf(call);
      const { times } = await this.#client(next).unary(pass(request, route), this.#passOn(call));
      return this.#end(request, { times: [{ seenMs, leftMs }, ...times] });
    },
    stream: (request, call) => this.#stream(request, call),
    arrived: async ({ call }) => ({ call: (await this.#arrivals.of(call)) === "arrived" ? call : "" }),
    ended: async ({ call }) => ({ how: await this.#ends.of(call) }),
  };

  /** Closes what its handlers have opened. */
  async close(): Promise<void> {
    await Promise.all([...this.#channels.values()].map((channel) => channel.close()));
  }

  async *#stream(request: HopRequest, call: ServerCall) {
    const seenMs = this.#arrive(request, call);
    const [next, ...route] = request.route;
    const leftMs = timeOf(call);
    if (next === undefined) {
      yield { times: [{ seenMs, leftMs }] };
      if (request.wait) await sleep(WAIT_MS, undefined, { signal: call.signal });
    } else {
      for await (const { times } of this.#client(next).stream(pass(request, route), this.#passOn(call))) {
        yield { times: [{ seenMs, leftMs }, ...times] };
      }
    }
    this.#end(request, undefined);
  }

  /** Notes that a call has come. Returns the time that it has, -1 without a deadline. */
  #arrive({ call: name }: HopRequest, call: ServerCall): number {
    const seenMs = timeOf(call);
    this.#arrivals.note(name, "arrived");
    call.signal.addEventListener("abort", () => this.#ends.note(name, "cancelled"), { once: true });
    return seenMs;
  }

  #end<T>({ call: name }: HopRequest, reply: T): T {
    this.#ends.note(name, "done");
    return reply;
  }

  #passOn(call: ServerCall): CallOptions {
    switch (this.#passingOn) {
      case "ambient":
        return {};
      case "parent":
        return { parent: call };
      case "byHand":
        return { parent: null, timeoutMs: call.timeRemainingMs(), signal: call.signal };
    }
  }

  #client(address: string): Client<typeof Hop> {
    const channel = this.#channels.get(address) ?? createChannel(address, { credentials: insecure() });
    this.#channels.set(address, channel);
    return createClient(Hop, channel);
  }
}

function pass({ call, wait }: HopRequest, route: string[]): { call: string; wait: boolean; route: string[] } {
  return { call, wait, route };
}

function timeOf(call: ServerCall): number {
  return call.timeRemainingMs() ?? -1;
}
