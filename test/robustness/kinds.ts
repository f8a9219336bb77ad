import type { Client } from "gannet";
import type { Probe } from "./probe_pb.ts";

export const KINDS = ["unary", "serverStream", "clientStream", "bidi"] as const;
/** A kind of call, named after the method of `Probe` that is one. */
export type Kind = (typeof KINDS)[number];

/** How many messages a stream has carried, each way that it goes, once its call is in the middle. */
export const MIDDLE = 3;

/**
 * Makes a call of a kind that a server with `middleHandlers` leaves in the middle. Settles when the call does.
 *
 * @param onReplies called once all the replies have come that come before the middle
 */
export async function callToMiddle(client: Client<typeof Probe>, kind: Kind, onReplies: () => void): Promise<void> {
  switch (kind) {
    case "unary":
      onReplies();
      await client.unary({ n: -1 });
      break;
    case "clientStream":
      onReplies();
      await client.clientStream(numbers());
      break;
    default: {
      const call = kind === "bidi" ? client.bidi(numbers()) : client.serverStream({ n: -1 });
      let replies = 0;
      for await (const _ of call) if (++replies === MIDDLE) onReplies();
    }
  }
}

/** By hand, as a generator that waits cannot be told to stop. */
function numbers(): AsyncIterable<{ readonly n: number }> {
  let n = 0;
  const never = new Promise<never>(() => {});
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => (n < MIDDLE ? Promise.resolve({ done: false, value: { n: n++ } }) : never),
    }),
  };
}
