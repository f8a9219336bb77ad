import assert from "node:assert/strict";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { type CallOptions, type Channel, type ChannelOptions, createClient, GrpcError, type Response } from "gannet";
import type { SimpleRequestSchema, SimpleResponse } from "./grpc/testing/messages_pb.ts";
import { TestService } from "./grpc/testing/test_pb.ts";
import type { SoakOptions } from "./soak.ts";

type SimpleInit = Exclude<MessageInitShape<typeof SimpleRequestSchema>, { $typeName: string }>;

/** What a case is run with. */
export interface CaseContext {
  readonly channel: Channel;
  /** Opens one more channel to the same server, which the case closes. */
  openChannel(options?: Pick<ChannelOptions, "compressors" | "balancers" | "loadBalancing">): Channel;
  readonly soak?: SoakOptions | undefined;
}

/** One of the cases of doc/interop-test-descriptions.md of grpc/grpc. Rejects where the server is wrong. */
export type InteropCase = (context: CaseContext) => Promise<void>;

/** Calls UnaryCall, and takes as many zeros as were asked for. */
export async function callUnary(
  channel: Channel,
  request: SimpleInit,
  options?: CallOptions,
): Promise<Response<SimpleResponse>> {
  const response = await createClient(TestService, channel).unaryCall(request, options).response;
  const body = response.message.payload?.body;
  assert.equal(body?.length, request.responseSize);
  assert.ok(body?.every((byte) => byte === 0));
  return response;
}

/** Takes nothing but a failure with this code and, where given, this text. */
export async function mustFail(code: string, act: () => PromiseLike<unknown>, reason?: string): Promise<void> {
  await assert.rejects(
    async () => await act(),
    (error: unknown) => {
      if (!GrpcError.is(error)) return false;
      assert.equal(error.code, code);
      if (reason !== undefined) assert.equal(error.reason, reason);
      return true;
    },
  );
}

/** A payload. */
export function zeros(size: number): { body: Uint8Array } {
  return { body: new Uint8Array(size) };
}
