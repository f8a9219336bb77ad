import type { DescMessage, DescService } from "@bufbuild/protobuf";
import type { DynamicMessage, ReceivedMessage, SentMessage } from "../codec/index.ts";
import type { AnyIterable, ServerCall } from "../core/index.ts";

type HandlerMethod<M> = M extends {
  methodKind: infer K;
  input: infer I extends DescMessage;
  output: infer O extends DescMessage;
}
  ? K extends "unary"
    ? (request: ReceivedMessage<I>, call: ServerCall) => SentMessage<O> | Promise<SentMessage<O>>
    : K extends "server_streaming"
      ? (request: ReceivedMessage<I>, call: ServerCall) => AnyIterable<SentMessage<O>>
      : K extends "client_streaming"
        ? (requests: AsyncIterable<ReceivedMessage<I>>, call: ServerCall) => SentMessage<O> | Promise<SentMessage<O>>
        : K extends "bidi_streaming"
          ? (requests: AsyncIterable<ReceivedMessage<I>>, call: ServerCall) => AnyIterable<SentMessage<O>>
          : never
  : never;

/**
 * What answers a method of a service known only at run time: it knows which kind that is, takes that part of the type, and
 * returns a message, a promise of one, or an iterable of several.
 */
export type DynamicHandler = (
  requestOrRequests: DynamicMessage & AsyncIterable<DynamicMessage>,
  call: ServerCall,
) => object;

/** What answers the methods of a service: a function for each, under its name in TypeScript. */
export type Handlers<S extends DescService> = string extends keyof S["method"]
  ? { [name: string]: DynamicHandler }
  : { [K in keyof S["method"]]: HandlerMethod<S["method"][K]> };

/**
 * Answers calls of methods that no service has: the messages are bytes, as many in either direction as there are.
 * `call.path` says what was asked for, and `call.format` what the bytes are.
 */
export type UnknownMethodHandler = (requests: AsyncIterable<Uint8Array>, call: ServerCall) => AnyIterable<Uint8Array>;
