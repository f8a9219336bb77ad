import { setTimeout as sleep } from "node:timers/promises";
import { create, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import { anyUnpack } from "@bufbuild/protobuf/wkt";
import {
  type BidiStreamCall,
  type CallOptions,
  type Client,
  type ClientCall,
  type ClientStreamCall,
  GrpcError,
  Metadata,
  type UnaryCall,
} from "gannet";
import {
  type ClientCompatRequest,
  type ClientResponseResult,
  ClientResponseResultSchema,
} from "./connectrpc/conformance/v1/client_compat_pb.ts";
import { StreamType } from "./connectrpc/conformance/v1/config_pb.ts";
import {
  type BidiStreamRequest,
  BidiStreamRequestSchema,
  type ClientStreamRequest,
  ClientStreamRequestSchema,
  type ConformancePayload,
  ConformancePayloadSchema,
  type ConformanceService,
  IdempotentUnaryRequestSchema,
  ServerStreamRequestSchema,
  UnaryRequestSchema,
  UnimplementedRequestSchema,
} from "./connectrpc/conformance/v1/service_pb.ts";
import { messageOfError } from "./error-message.ts";
import { addHeaders, listHeaders } from "./header-list.ts";

/** What came of a call, before header and trailer are asked for. */
interface Outcome {
  readonly payloads: readonly ConformancePayload[];
  readonly error?: GrpcError | undefined;
  readonly unsentRequests?: number | undefined;
}

/** The reply of `Unimplemented` has no payload. */
interface Reply {
  readonly $typeName: string;
  readonly payload?: ConformancePayload | undefined;
}

/** Makes a call as the suite describes it, with its pauses and its cancellation, and tells what came of it. */
export async function performCall(
  client: Client<typeof ConformanceService>,
  request: ClientCompatRequest,
): Promise<ClientResponseResult> {
  const metadata = new Metadata();
  addHeaders(metadata, request.requestHeaders);
  const options: CallOptions = { metadata, timeoutMs: request.timeoutMs };
  switch (request.method) {
    case "Unary":
      return await describe(client.unary(single(UnaryRequestSchema, request), options), receiveOne);
    case "IdempotentUnary": {
      const message = single(IdempotentUnaryRequestSchema, request);
      return await describe(client.idempotentUnary(message, options), receiveOne);
    }
    case "Unimplemented": {
      const message = single(UnimplementedRequestSchema, request);
      return await describe(client.unimplemented(message, options), receiveOne);
    }
    case "ServerStream": {
      const message = single(ServerStreamRequestSchema, request);
      return await describe(client.serverStream(message, options), async (call) => {
        await cancelAfterClose(request, call);
        return await receiveRest(request, call, []);
      });
    }
    case "ClientStream":
      return await describe(client.clientStream(options), sendAllReceiveOne);
    case "BidiStream":
      return await describe(client.bidiStream(options), exchange);
    default:
      throw new Error(`the suite asks for a method ${request.method} that its service does not have`);
  }

  async function receiveOne(call: UnaryCall<Reply>): Promise<Outcome> {
    void cancelAfterClose(request, call);
    return await receive(call);
  }

  async function sendAllReceiveOne(call: ClientStreamCall<ClientStreamRequest, Reply>): Promise<Outcome> {
    const messages = all(ClientStreamRequestSchema, request);
    for (const [index, message] of messages.entries()) {
      await sleep(request.requestDelayMs);
      if (await call.send(message)) continue;
      return { ...(await receive(call.result())), unsentRequests: messages.length - index };
    }
    closeSend(request, call);
    void cancelAfterClose(request, call);
    return await receive(call.result());
  }

  async function exchange(call: BidiStreamCall<BidiStreamRequest, Reply>): Promise<Outcome> {
    const messages = all(BidiStreamRequestSchema, request);
    const payloads: ConformancePayload[] = [];
    const isFullDuplex = request.streamType === StreamType.FULL_DUPLEX_BIDI_STREAM;
    for (const [index, message] of messages.entries()) {
      await sleep(request.requestDelayMs);
      if (!(await call.send(message))) {
        return { ...(await receiveRest(request, call, payloads)), unsentRequests: messages.length - index };
      }
      if (!isFullDuplex) continue;
      const { error, isLast } = await receiveNext(request, call, payloads);
      if (error !== undefined) return { payloads, error, unsentRequests: messages.length - index - 1 };
      if (isLast) break;
    }
    closeSend(request, call);
    await cancelAfterClose(request, call);
    return await receiveRest(request, call, payloads);
  }
}

/** What came of a call, with its header and trailer. */
async function describe<C extends ClientCall>(
  call: C,
  run: (call: C) => Promise<Outcome>,
): Promise<ClientResponseResult> {
  const { payloads, error, unsentRequests = 0 } = await run(call);
  const header = await call.header.catch(() => new Metadata());
  return create(ClientResponseResultSchema, {
    payloads: [...payloads],
    responseHeaders: listHeaders(header),
    responseTrailers: listHeaders(await call.trailer),
    numUnsentRequests: unsentRequests,
    ...(error === undefined ? {} : { error: messageOfError(error) }),
  });
}

/** Sends no more, or cancels instead where the suite says so. */
function closeSend({ cancel }: ClientCompatRequest, call: ClientCall & { end(): void }): void {
  if (cancel?.cancelTiming.case === "beforeCloseSend") call.cancel();
  call.end();
}

async function cancelAfterClose({ cancel }: ClientCompatRequest, call: ClientCall): Promise<void> {
  if (cancel === undefined) return;
  const { case: timing, value } = cancel.cancelTiming;
  if (timing === "beforeCloseSend" || timing === "afterNumResponses") return;
  await sleep(timing === undefined ? 0 : value);
  call.cancel();
}

async function receive(reply: PromiseLike<Reply>): Promise<Outcome> {
  try {
    return { payloads: [payloadOf(await reply)] };
  } catch (error) {
    return { payloads: [], error: grpcError(error) };
  }
}

async function receiveRest(
  request: ClientCompatRequest,
  call: ClientCall & AsyncIterator<Reply>,
  payloads: ConformancePayload[],
): Promise<Outcome> {
  for (;;) {
    const { error, isLast } = await receiveNext(request, call, payloads);
    if (isLast) return { payloads, error };
  }
}

/** Adds the next reply to `payloads`, and cancels where it is the one after which the suite wants that. */
async function receiveNext(
  { cancel }: ClientCompatRequest,
  call: ClientCall & AsyncIterator<Reply>,
  payloads: ConformancePayload[],
): Promise<{ error?: GrpcError; isLast: boolean }> {
  try {
    const { done, value } = await call.next();
    if (done === true) return { isLast: true };
    payloads.push(payloadOf(value));
  } catch (error) {
    return { error: grpcError(error), isLast: true };
  }
  const timing = cancel?.cancelTiming;
  if (timing?.case === "afterNumResponses" && timing.value === payloads.length) call.cancel();
  return { isLast: false };
}

function payloadOf({ payload }: Reply): ConformancePayload {
  return payload ?? create(ConformancePayloadSchema);
}

/** What is thrown and is no GrpcError would be a bug, which the suite is to see. */
function grpcError(error: unknown): GrpcError {
  if (GrpcError.is(error)) return error;
  throw error;
}

function single<D extends DescMessage>(schema: D, request: ClientCompatRequest): MessageShape<D> {
  const [message, ...more] = all(schema, request);
  if (message === undefined || more.length > 0) throw new Error(`${request.method} takes exactly one request`);
  return message;
}

function all<D extends DescMessage>(schema: D, { requestMessages }: ClientCompatRequest): MessageShape<D>[] {
  return requestMessages.map((any) => {
    const message = anyUnpack(any, schema);
    if (message === undefined) throw new Error(`the suite gives a ${any.typeUrl}, where a ${schema.typeName} is due`);
    return message;
  });
}
