import { setImmediate as nextTurn } from "node:timers/promises";
import type { Handlers } from "gannet";
import type { Echo } from "./echo_pb.ts";

/** echo.proto as README says: `Unary` and `Hold` echo, `Stream` counts up. */
export const echoHandlers: Handlers<typeof Echo> = {
  async unary({ message, n, payload }) {
    return { message, n, payload };
  },
  async *stream({ count, size }, call) {
    const payload = new Uint8Array(size);
    for (let n = 0; n < count; n++) {
      yield { n, payload };
      // A count without end must not keep others from running.
      if (n % 1_024 === 1_023) {
        await nextTurn();
        if (!call.active) return;
      }
    }
  },
  async *hold(messages) {
    for await (const { message, n, payload } of messages) yield { message, n, payload };
  },
};

/** The same, but that `Unary` answers in a turn of its own. */
export const settlingHandlers: Handlers<typeof Echo> = {
  ...echoHandlers,
  async unary({ message, n, payload }) {
    await nextTurn();
    return { message, n, payload };
  },
};
