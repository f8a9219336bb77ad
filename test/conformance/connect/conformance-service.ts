import { setTimeout as sleep } from "node:timers/promises";
import type { DescMessage, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { type Any, anyPack } from "@bufbuild/protobuf/wkt";
import { detail, type Handlers, type ServerCall } from "gannet";
import {
  BidiStreamRequestSchema,
  ClientStreamRequestSchema,
  ConformancePayload_RequestInfoSchema,
  type ConformancePayloadSchema,
  type ConformanceService,
  IdempotentUnaryRequestSchema,
  ServerStreamRequestSchema,
  type StreamResponseDefinition,
  UnaryRequestSchema,
  type UnaryResponseDefinition,
} from "./connectrpc/conformance/v1/service_pb.ts";
import { describedError } from "./error-message.ts";
import { addHeaders, listHeaders } from "./header-list.ts";

type PayloadInit = MessageInitShape<typeof ConformancePayloadSchema>;
type RequestInfoInit = MessageInitShape<typeof ConformancePayload_RequestInfoSchema>;
type Reply = { payload: PayloadInit };

/**
 * The suite's service, as its docs and the comments in service.proto describe a server: each call's first request says
 * how to answer, and the answer says what was received. `unimplemented` is left out on purpose.
 */
export const conformanceService: Omit<Handlers<typeof ConformanceService>, "unimplemented"> = {
  unary: (request, call) => answerOnce(request.responseDefinition, call, [anyPack(UnaryRequestSchema, request)]),
  idempotentUnary: (request, call) =>
    answerOnce(request.responseDefinition, call, [anyPack(IdempotentUnaryRequestSchema, request)]),
  async clientStream(requests, call) {
    const { first, all } = await readAll(ClientStreamRequestSchema, requests);
    return await answerOnce(first?.responseDefinition, call, all);
  },
  async *serverStream(request, call) {
    const received = [anyPack(ServerStreamRequestSchema, request)];
    yield* answerAll(request.responseDefinition, call, received);
  },
  async *bidiStream(requests, call) {
    const iterator = requests[Symbol.asyncIterator]();
    const { value: first } = await iterator.next();
    if (first === undefined) return;
    if (first.fullDuplex) {
      yield* answerEach(first.responseDefinition, call, first, iterator);
    } else {
      const { all } = await readAll(BidiStreamRequestSchema, { [Symbol.asyncIterator]: () => iterator }, first);
      yield* answerAll(first.responseDefinition, call, all);
    }
  },
};

async function answerOnce(definition: UnaryResponseDefinition | undefined, call: ServerCall, received: Any[]) {
  const requestInfo = describeRequest(call, received);
  if (definition === undefined) return { payload: { requestInfo } };
  addHeaders(call.header, definition.responseHeaders);
  addHeaders(call.trailer, definition.responseTrailers);
  await pause(definition.responseDelayMs, call);
  const { response } = definition;
  if (response.case === "error") {
    throw describedError(response.value, [detail(ConformancePayload_RequestInfoSchema, requestInfo)]);
  }
  return { payload: { data: response.value ?? new Uint8Array(), requestInfo } };
}

/** Answers once all requests are there; only the first reply says which. */
async function* answerAll(
  definition: StreamResponseDefinition | undefined,
  call: ServerCall,
  received: Any[],
): AsyncGenerator<Reply> {
  if (definition === undefined) return;
  startReplies(definition, call);
  let requestInfo: RequestInfoInit | undefined = describeRequest(call, received);
  for (const data of definition.responseData) {
    await pause(definition.responseDelayMs, call);
    yield { payload: requestInfo === undefined ? { data } : { data, requestInfo } };
    requestInfo = undefined;
  }
  endReplies(definition, requestInfo);
}

/** Answers each request as it comes, and says in each reply which were received since the last. */
async function* answerEach<T extends MessageShape<typeof BidiStreamRequestSchema>>(
  definition: StreamResponseDefinition | undefined,
  call: ServerCall,
  first: T,
  rest: AsyncIterator<T>,
): AsyncGenerator<Reply> {
  if (definition === undefined) return;
  startReplies(definition, call);
  const { responseData, responseDelayMs } = definition;
  let replies = 0;
  let received: Any[] = [];
  for (let request: T | undefined = first; request !== undefined; request = (await rest.next()).value) {
    received.push(anyPack(BidiStreamRequestSchema, request));
    const data = responseData[replies];
    if (data === undefined) break;
    await pause(responseDelayMs, call);
    const requestInfo: RequestInfoInit = replies === 0 ? describeRequest(call, received) : { requests: received };
    yield { payload: { data, requestInfo } };
    received = [];
    replies++;
  }
  for (const data of responseData.slice(replies)) {
    await pause(responseDelayMs, call);
    yield { payload: replies++ === 0 ? { data, requestInfo: describeRequest(call, received) } : { data } };
  }
  endReplies(definition, replies === 0 ? describeRequest(call, received) : undefined);
}

function startReplies({ responseHeaders, responseTrailers }: StreamResponseDefinition, call: ServerCall): void {
  addHeaders(call.header, responseHeaders);
  addHeaders(call.trailer, responseTrailers);
  call.sendHeader();
}

/** @param requestInfo what no reply has told, and the error does */
function endReplies({ error }: StreamResponseDefinition, requestInfo: RequestInfoInit | undefined): void {
  if (error === undefined) return;
  const details = requestInfo === undefined ? [] : [detail(ConformancePayload_RequestInfoSchema, requestInfo)];
  throw describedError(error, details);
}

function describeRequest(call: ServerCall, requests: Any[]): RequestInfoInit {
  const timeoutMs = call.timeRemainingMs();
  return {
    requestHeaders: listHeaders(call.metadata),
    requests,
    ...(timeoutMs === undefined ? {} : { timeoutMs: BigInt(Math.floor(timeoutMs)) }),
  };
}

async function readAll<D extends DescMessage>(
  schema: D,
  requests: AsyncIterable<MessageShape<D>>,
  first?: MessageShape<D>,
): Promise<{ first: MessageShape<D> | undefined; all: Any[] }> {
  let head = first;
  const all = first === undefined ? [] : [anyPack(schema, first)];
  for await (const request of requests) {
    head ??= request;
    all.push(anyPack(schema, request));
  }
  return { first: head, all };
}

/** Ends early when the call does. */
async function pause(delayMs: number, call: ServerCall): Promise<void> {
  if (delayMs > 0) await sleep(delayMs, undefined, { signal: call.signal });
}
