import { describeValue } from "../base/index.ts";
import { type AnyIterable, type CallOptions, misuse } from "../core/index.ts";
import { AwaitableCall } from "./awaitable-call.ts";
import { checkCallOptions } from "./call-start.ts";
import type { CallTarget } from "./call-target.ts";
import type { ClientCall } from "./client-call.ts";
import { RequestPump } from "./request-pump.ts";
import { SendingReplyCall } from "./sending-reply-call.ts";
import { SendingStreamCall } from "./sending-stream-call.ts";
import { StreamCall } from "./stream-call.ts";

/** What stands behind a method of a client; its true type depends on the kind of the method. */
export type BoundMethod = (first?: object, second?: CallOptions) => ClientCall;

/** Makes the function that calls a method. */
export function bindMethod(target: CallTarget): BoundMethod {
  const { clock } = target.transport;
  switch (target.method.methodKind) {
    case "unary":
      return (request = {}, options) => new AwaitableCall().start(target, checkCallOptions(options, clock), request);
    case "server_streaming":
      return (request = {}, options) => new StreamCall().start(target, checkCallOptions(options, clock), request);
    case "client_streaming":
      return (first, second) => {
        const requests = iterableOf(target, first, second);
        if (requests === undefined) {
          return new SendingReplyCall().start(target, checkCallOptions(first ?? second, clock));
        }
        const start = checkCallOptions(second, clock);
        return new AwaitableCall().startStreaming(target, start, new RequestPump(requests));
      };
    case "bidi_streaming":
      return (first, second) => {
        const requests = iterableOf(target, first, second);
        if (requests === undefined) {
          return new SendingStreamCall().startSending(target, checkCallOptions(first ?? second, clock));
        }
        const start = checkCallOptions(second, clock);
        return new StreamCall().startStreaming(target, start, new RequestPump(requests));
      };
  }
}

/** The first argument, where it is an iterable of requests rather than options. */
function iterableOf({ method }: CallTarget, first: unknown, second: unknown): AnyIterable<object> | undefined {
  if (first === undefined) return undefined;
  // Bytes are iterable too, yet they are one request of a raw method, not several.
  const isObject = typeof first === "object" && first !== null && !(first instanceof Uint8Array);
  if (isObject && (Symbol.asyncIterator in first || Symbol.iterator in first)) return first as AnyIterable<object>;
  if (isObject && second === undefined) return undefined;
  const hint = typeof first === "function" ? "; is it a generator that was to be called?" : "";
  const what = `${method.localName} takes an iterable of requests, or options alone; got ${describeValue(first)}${hint}`;
  throw misuse(TypeError, "GANNET_INVALID_ARGUMENT", what);
}
