import type { DescMessage, DescService, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import type { AnyIterable, ServerCall } from "../core/index.ts";

type HandlerMethod<M> = M extends {
  methodKind: infer K;
  input: infer I extends DescMessage;
  output: infer O extends DescMessage;
}
  ? K extends "unary"
    ? (request: MessageShape<I>, call: ServerCall) => MessageInitShape<O> | Promise<MessageInitShape<O>>
    : K extends "server_streaming"
      ? (request: MessageShape<I>, call: ServerCall) => AnyIterable<MessageInitShape<O>>
      : K extends "client_streaming"
        ? (
            requests: AsyncIterable<MessageShape<I>>,
            call: ServerCall,
          ) => MessageInitShape<O> | Promise<MessageInitShape<O>>
        : K extends "bidi_streaming"
          ? (requests: AsyncIterable<MessageShape<I>>, call: ServerCall) => AnyIterable<MessageInitShape<O>>
          : never
  : never;

/** What answers the methods of a service: a function for each, under its name in TypeScript. */
export type Handlers<S extends DescService> = { [K in keyof S["method"]]: HandlerMethod<S["method"][K]> };
