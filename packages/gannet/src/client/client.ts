import type { DescMessage, DescService } from "@bufbuild/protobuf";
import type { DynamicMessage, ReceivedMessage, SentMessage } from "../codec/index.ts";
import type { AnyIterable, CallOptions } from "../core/index.ts";
import type { BidiStreamCall, ClientStreamCall, ServerStreamCall, UnaryCall } from "./client-call.ts";

type ClientMethod<M> = M extends {
  methodKind: infer K;
  input: infer I extends DescMessage;
  output: infer O extends DescMessage;
}
  ? K extends "unary"
    ? (request: SentMessage<I>, options?: CallOptions) => UnaryCall<ReceivedMessage<O>>
    : K extends "server_streaming"
      ? (request: SentMessage<I>, options?: CallOptions) => ServerStreamCall<ReceivedMessage<O>>
      : K extends "client_streaming"
        ? {
            (requests: AnyIterable<SentMessage<I>>, options?: CallOptions): UnaryCall<ReceivedMessage<O>>;
            (options?: CallOptions): ClientStreamCall<SentMessage<I>, ReceivedMessage<O>>;
          }
        : K extends "bidi_streaming"
          ? {
              (requests: AnyIterable<SentMessage<I>>, options?: CallOptions): ServerStreamCall<ReceivedMessage<O>>;
              (options?: CallOptions): BidiStreamCall<SentMessage<I>, ReceivedMessage<O>>;
            }
          : never
  : never;

/** A method of a service known only at run time: the caller knows which kind it is, and takes that part of the type. */
export type DynamicMethod = (
  requestOrRequests?: object | AnyIterable<object>,
  options?: CallOptions,
) => UnaryCall<DynamicMessage> & ClientStreamCall<object, DynamicMessage> & BidiStreamCall<object, DynamicMessage>;

/** Names that would break an object, and have a `$` behind them on a client. */
export type UnsafeName = "then" | "__proto__";

type ExposedName<K> = K extends UnsafeName ? `${K}$` : K;

/**
 * The methods of a service, to be called: each under the name that `protoc-gen-es` gives it, the first letter in lower
 * case. A method `then` is `then$`, as otherwise a client could not be awaited or returned from an async function.
 */
export type Client<S extends DescService> = string extends keyof S["method"]
  ? { readonly [name: string]: DynamicMethod }
  : { readonly [K in keyof S["method"] as ExposedName<K>]: ClientMethod<S["method"][K]> };
