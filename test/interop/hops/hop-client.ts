import { createChannel, createClient, GrpcError, insecure } from "gannet";
import { Hop, type HopTime } from "./hop_pb.ts";

/** A call over some servers. */
export interface HopAsk {
  /** For the servers to know it by. */
  readonly call: string;
  /** Addresses, the first server's first. */
  readonly route: readonly string[];
  readonly kind: "unary" | "stream";
  /** undefined for no deadline. */
  readonly timeoutMs: number | undefined;
  /** `cancel` cancels once the last server has the call; `wait` and `cancel` get no answer of the last server. */
  readonly act: "answer" | "wait" | "cancel";
}

/** How such a call ended at its client. */
export interface HopOutcome {
  readonly code: string;
  /** What each server knew of the time left, by their order. Empty without a reply. */
  readonly times: readonly Pick<HopTime, "seenMs" | "leftMs">[];
}

/** Makes a call with gannet, and tells how it ended. */
export async function callWithGannet({ call: name, route, kind, timeoutMs, act }: HopAsk): Promise<HopOutcome> {
  const [first = "", ...rest] = route;
  const last = route.at(-1) ?? "";
  const channels = [first, last].map((address) => createChannel(address, { credentials: insecure() }));
  const [client, atTheEnd] = channels.map((channel) => createClient(Hop, channel));
  if (client === undefined || atTheEnd === undefined) throw new TypeError("a route has a server at least");
  const request = { call: name, route: rest, wait: act !== "answer" };
  let times: HopOutcome["times"] = [];
  try {
    if (kind === "unary") {
      const call = client.unary(request, { timeoutMs });
      if (act === "cancel") cancelOnce(atTheEnd.arrived({ call: name }), call);
      times = (await call).times;
    } else {
      const call = client.stream(request, { timeoutMs });
      if (act === "cancel") cancelOnce(atTheEnd.arrived({ call: name }), call);
      for await (const reply of call) times = reply.times;
    }
    return { code: "OK", times };
  } catch (error) {
    if (GrpcError.is(error)) return { code: error.code, times };
    throw error;
  } finally {
    await Promise.all(channels.map((channel) => channel.close()));
  }
}

/** Also when the last server cannot be asked: the call would wait for ever. */
function cancelOnce(arrived: PromiseLike<unknown>, call: { cancel(): void }): void {
  const cancel = () => call.cancel();
  void arrived.then(cancel, cancel);
}

/** How a call has ended at a server: `done`, `cancelled`, or `nothing` if it has not within seconds. */
export async function askForEnd(address: string, call: string): Promise<string> {
  const channel = createChannel(address, { credentials: insecure() });
  try {
    return (await createClient(Hop, channel).ended({ call })).how;
  } finally {
    await channel.close();
  }
}
