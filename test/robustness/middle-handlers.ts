import type { Handlers, ServerCall } from "gannet";
import { type Kind, MIDDLE } from "./kinds.ts";
import type { Probe } from "./probe_pb.ts";

/** Hears of calls that hang in the middle. */
export interface MiddleObserver {
  onMiddle(kind: Kind, call: ServerCall): void;
  /** The handler's `finally` has run. */
  onEnd(kind: Kind): void;
}

/** Handlers that get to the middle of a call and stay there until it is aborted. Unary calls with n ≥ 0 are answered. */
export function middleHandlers(observer: MiddleObserver): Handlers<typeof Probe> {
  async function hang(kind: Kind, call: ServerCall): Promise<void> {
    const aborted = new Promise<void>((resolve) => {
      call.signal.addEventListener("abort", () => resolve(), { once: true });
    });
    observer.onMiddle(kind, call);
    await aborted;
  }
  return {
    async unary(request, call) {
      if (request.n >= 0) return { n: request.n };
      try {
        await hang("unary", call);
      } finally {
        observer.onEnd("unary");
      }
      return {};
    },
    async *serverStream(_, call) {
      try {
        for (let n = 0; n < MIDDLE; n++) yield { n };
        await hang("serverStream", call);
      } finally {
        observer.onEnd("serverStream");
      }
    },
    async clientStream(requests, call) {
      let count = 0;
      try {
        for await (const _ of requests) if (++count === MIDDLE) observer.onMiddle("clientStream", call);
      } finally {
        observer.onEnd("clientStream");
      }
      return {};
    },
    async *bidi(requests, call) {
      let count = 0;
      try {
        for await (const { n } of requests) {
          yield { n };
          if (++count === MIDDLE) observer.onMiddle("bidi", call);
        }
      } finally {
        observer.onEnd("bidi");
      }
    },
  };
}
