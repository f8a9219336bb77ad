import assert from "node:assert/strict";
import {
  type CallOptions,
  type ClientDuplexStream,
  type ClientReadableStream,
  type ClientUnaryCall,
  type ClientWritableStream,
  Metadata,
  type ServiceError,
  type StatusObject,
  status,
} from "@grpc/grpc-js";
import type { CaseName } from "../official/case-names.ts";
import { type SoakOptions, soak } from "../official/soak.ts";

/** A reply with some bytes, or with what else some method's reply has. */
interface Reply {
  readonly payload?: { readonly body: Uint8Array } | null;
  readonly aggregatedPayloadSize?: number;
  readonly serverId?: string;
}
type OnReply = (error: ServiceError | null, reply?: Reply) => void;
type Unary = (request: object, metadata: Metadata, onReply: OnReply) => ClientUnaryCall;
type DuplexCall = ClientDuplexStream<object, Reply>;

/** What proto-loader makes of TestService: nothing that TypeScript knows. */
export interface TestStub {
  EmptyCall: Unary;
  UnaryCall: Unary;
  UnimplementedCall: Unary;
  StreamingOutputCall(request: object): ClientReadableStream<Reply>;
  StreamingInputCall(onReply: OnReply): ClientWritableStream<object>;
  FullDuplexCall(metadata: Metadata, options: CallOptions): DuplexCall;
  close(): void;
}

/** What a case is run with. */
export interface GrpcJsCaseContext {
  readonly stub: TestStub;
  readonly absent: Pick<TestStub, "UnimplementedCall">;
  openStub(): TestStub;
  readonly soak: SoakOptions;
}

const REQUEST_SIZES = [27_182, 8, 1_828, 45_904] as const;
const RESPONSE_SIZES = [31_415, 9, 2_653, 58_979] as const;
const SPECIAL_MESSAGE = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";

/** The official cases, made with grpc-js. One rejects where the server is wrong. */
export const grpcJsInteropCases: Readonly<Partial<Record<CaseName, (context: GrpcJsCaseContext) => Promise<void>>>> = {
  async empty_unary({ stub }) {
    await callUnary((...args) => stub.EmptyCall(...args), {});
  },
  async large_unary({ stub }) {
    await callLargeUnary(stub);
  },
  async client_streaming({ stub }) {
    const reply = await new Promise<Reply | undefined>((resolve, reject) => {
      const call = stub.StreamingInputCall((error, sum) => (error === null ? resolve(sum) : reject(error)));
      for (const size of REQUEST_SIZES) call.write(withPayload(size));
      call.end();
    });
    assert.equal(reply?.aggregatedPayloadSize, 74_922);
  },
  async server_streaming({ stub }) {
    const sizes: (number | undefined)[] = [];
    const call = stub.StreamingOutputCall({ responseParameters: RESPONSE_SIZES.map((size) => ({ size })) });
    for await (const { payload } of call as AsyncIterable<Reply>) sizes.push(payload?.body.length);
    assert.deepEqual(sizes, RESPONSE_SIZES);
  },
  async ping_pong({ stub }) {
    const call = stub.FullDuplexCall(new Metadata(), {});
    const replies = iterate(call);
    for (const [index, size] of RESPONSE_SIZES.entries()) {
      call.write(outputRequest(REQUEST_SIZES[index] ?? 0, size));
      assert.equal((await replies.next()).value?.payload?.body.length, size);
    }
    call.end();
    assert.equal((await replies.next()).done, true);
  },
  async empty_stream({ stub }) {
    const call = stub.FullDuplexCall(new Metadata(), {});
    call.end();
    assert.equal((await iterate(call).next()).done, true);
  },
  async timeout_on_sleeping_server({ stub }) {
    const call = stub.FullDuplexCall(new Metadata(), { deadline: Date.now() + 1 });
    call.write(withPayload(27_182));
    await mustFail(status.DEADLINE_EXCEEDED, () => iterate(call).next());
  },
  async cancel_after_begin({ stub }) {
    await mustFail(
      status.CANCELLED,
      () =>
        new Promise((resolve, reject) => {
          const call = stub.StreamingInputCall((error, reply) => (error === null ? resolve(reply) : reject(error)));
          call.cancel();
        }),
    );
  },
  async cancel_after_first_response({ stub }) {
    const call = stub.FullDuplexCall(new Metadata(), {});
    const replies = iterate(call);
    call.write(outputRequest(27_182, 31_415));
    assert.equal((await replies.next()).value?.payload?.body.length, 31_415);
    call.cancel();
    await mustFail(status.CANCELLED, () => replies.next());
  },
  async status_code_and_message({ stub }) {
    const responseStatus = { code: status.UNKNOWN, message: "test status message" };
    const unary = () => callUnary((...args) => stub.UnaryCall(...args), { responseStatus });
    await mustFail(status.UNKNOWN, unary, responseStatus.message);
    const call = stub.FullDuplexCall(new Metadata(), {});
    call.write({ responseStatus });
    call.end();
    await mustFail(status.UNKNOWN, () => iterate(call).next(), responseStatus.message);
  },
  async special_status_message({ stub }) {
    const responseStatus = { code: status.UNKNOWN, message: SPECIAL_MESSAGE };
    const unary = () => callUnary((...args) => stub.UnaryCall(...args), { responseStatus });
    await mustFail(status.UNKNOWN, unary, SPECIAL_MESSAGE);
  },
  async custom_metadata({ stub }) {
    const metadata = new Metadata();
    metadata.set("x-grpc-test-echo-initial", "test_initial_metadata_value");
    metadata.set("x-grpc-test-echo-trailing-bin", Buffer.from("ababab", "hex"));
    const unary = await callLargeUnary(stub, metadata);
    assertEchoed(unary.header, unary.trailer);

    const call = stub.FullDuplexCall(metadata, {});
    const ends = endsOf(call);
    call.write(outputRequest(271_828, 314_159));
    call.end();
    for await (const { payload } of call as AsyncIterable<Reply>) assert.equal(payload?.body.length, 314_159);
    const { header, trailer } = await ends;
    assertEchoed(header, trailer);
  },
  async unimplemented_method({ stub }) {
    await mustFail(status.UNIMPLEMENTED, () => callUnary((...args) => stub.UnimplementedCall(...args), {}));
  },
  async unimplemented_service({ absent }) {
    await mustFail(status.UNIMPLEMENTED, () => callUnary((...args) => absent.UnimplementedCall(...args), {}));
  },
  async rpc_soak({ stub, soak: options }) {
    const one = { channel: stub, done: async () => {} };
    await soak(
      options,
      () => one,
      async (opened) => void (await callLargeUnary(opened)),
    );
  },
  async channel_soak({ openStub, soak: options }) {
    await soak(
      options,
      () => {
        const channel = openStub();
        return { channel, done: async () => channel.close() };
      },
      async (opened) => void (await callLargeUnary(opened)),
    );
  },
  async pick_first_unary({ stub }) {
    const ids = new Set<string | undefined>();
    for (let index = 0; index < 100; index++) {
      const request = { responseSize: 1, ...withPayload(1), fillServerId: true };
      ids.add((await callUnary((...args) => stub.UnaryCall(...args), request)).reply?.serverId);
    }
    assert.equal(ids.size, 1);
    assert.ok(!ids.has(""), "the server gave no id");
  },
};

async function callLargeUnary(stub: TestStub, metadata?: Metadata) {
  const request = { responseSize: 314_159, ...withPayload(271_828) };
  const outcome = await callUnary((...args) => stub.UnaryCall(...args), request, metadata);
  const body = outcome.reply?.payload?.body;
  assert.equal(body?.length, 314_159);
  assert.ok(body.every((byte) => byte === 0));
  return outcome;
}

async function callUnary(method: Unary, request: object, metadata: Metadata = new Metadata()) {
  let onReply: OnReply = () => {};
  const reply = new Promise<Reply | undefined>((resolve, reject) => {
    onReply = (error, message) => (error === null ? resolve(message) : reject(error));
  });
  const ends = endsOf(method(request, metadata, (error, message) => onReply(error, message)));
  return { reply: await reply, ...(await ends) };
}

function endsOf(call: ClientUnaryCall | DuplexCall): Promise<{ header: Metadata; trailer: Metadata }> {
  return new Promise((resolve) => {
    let header = new Metadata();
    const events: NodeJS.EventEmitter = call;
    events.on("metadata", (received: Metadata) => {
      header = received;
    });
    events.on("status", ({ metadata: trailer }: StatusObject) => resolve({ header, trailer }));
  });
}

function iterate(call: DuplexCall): AsyncIterator<Reply, undefined> {
  return (call as AsyncIterable<Reply>)[Symbol.asyncIterator]() as AsyncIterator<Reply, undefined>;
}

function assertEchoed(header: Metadata, trailer: Metadata): void {
  assert.deepEqual(header.get("x-grpc-test-echo-initial"), ["test_initial_metadata_value"]);
  assert.deepEqual(trailer.get("x-grpc-test-echo-trailing-bin"), [Buffer.from("ababab", "hex")]);
}

async function mustFail(code: status, act: () => Promise<unknown>, details?: string): Promise<void> {
  await assert.rejects(act, (error: ServiceError) => {
    assert.equal(error.code, code);
    if (details !== undefined) assert.equal(error.details, details);
    return true;
  });
}

function outputRequest(requestBytes: number, size: number) {
  return { ...withPayload(requestBytes), responseParameters: [{ size }] };
}

function withPayload(size: number): { payload: { body: Uint8Array } } {
  return { payload: { body: new Uint8Array(size) } };
}
