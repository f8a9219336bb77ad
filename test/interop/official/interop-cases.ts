import assert from "node:assert/strict";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { type CallOptions, type Channel, createClient } from "gannet";
import type { CaseName } from "./case-names.ts";
import { compressionCases } from "./compression-cases.ts";
import type { StreamingOutputCallRequestSchema } from "./grpc/testing/messages_pb.ts";
import { TestService, UnimplementedService } from "./grpc/testing/test_pb.ts";
import { callUnary, type InteropCase, mustFail, zeros } from "./interop-case.ts";
import { orcaCases } from "./orca-cases.ts";
import { type SoakOptions, soak } from "./soak.ts";

type OutputRequest = MessageInitShape<typeof StreamingOutputCallRequestSchema>;

const REQUEST_SIZES = [27_182, 8, 1_828, 45_904] as const;
const RESPONSE_SIZES = [31_415, 9, 2_653, 58_979] as const;
const SPECIAL_MESSAGE = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";

/** The cases by the names that `--test_case` takes. */
export const interopCases: Readonly<Record<CaseName, InteropCase>> = {
  async empty_unary({ channel }) {
    await createClient(TestService, channel).emptyCall({});
  },
  async large_unary({ channel }) {
    await callLargeUnary(channel);
  },
  async client_streaming({ channel }) {
    const requests = REQUEST_SIZES.map((size) => ({ payload: zeros(size) }));
    const { aggregatedPayloadSize } = await createClient(TestService, channel).streamingInputCall(requests);
    assert.equal(aggregatedPayloadSize, 74_922);
  },
  async server_streaming({ channel }) {
    const sizes: (number | undefined)[] = [];
    const request = { responseParameters: RESPONSE_SIZES.map((size) => ({ size })) };
    for await (const { payload } of createClient(TestService, channel).streamingOutputCall(request)) {
      sizes.push(payload?.body.length);
    }
    assert.deepEqual(sizes, RESPONSE_SIZES);
  },
  async ping_pong({ channel }) {
    const call = createClient(TestService, channel).fullDuplexCall();
    for (const [index, size] of RESPONSE_SIZES.entries()) {
      await call.send(outputRequest(REQUEST_SIZES[index] ?? 0, size));
      const { value, done } = await call.next();
      assert.equal(done, false);
      assert.equal(value?.payload?.body.length, size);
    }
    call.end();
    assert.equal((await call.next()).done, true);
  },
  async empty_stream({ channel }) {
    const call = createClient(TestService, channel).fullDuplexCall();
    call.end();
    assert.equal((await call.next()).done, true);
  },
  async timeout_on_sleeping_server({ channel }) {
    const call = createClient(TestService, channel).fullDuplexCall({ timeoutMs: 1 });
    // The call may be over before the message has left.
    await call.send({ payload: zeros(27_182) });
    await mustFail("DEADLINE_EXCEEDED", () => call.next());
  },
  async cancel_after_begin({ channel }) {
    const call = createClient(TestService, channel).streamingInputCall();
    call.cancel();
    await mustFail("CANCELLED", () => call.result());
  },
  async cancel_after_first_response({ channel }) {
    const call = createClient(TestService, channel).fullDuplexCall();
    await call.send(outputRequest(27_182, 31_415));
    assert.equal((await call.next()).value?.payload?.body.length, 31_415);
    call.cancel();
    await mustFail("CANCELLED", () => call.next());
  },
  async status_code_and_message({ channel }) {
    const responseStatus = { code: 2, message: "test status message" };
    const client = createClient(TestService, channel);
    await mustFail("UNKNOWN", () => client.unaryCall({ responseStatus }), responseStatus.message);
    const call = client.fullDuplexCall([{ responseStatus }]);
    await mustFail("UNKNOWN", () => call.next(), responseStatus.message);
  },
  async special_status_message({ channel }) {
    const responseStatus = { code: 2, message: SPECIAL_MESSAGE };
    await mustFail("UNKNOWN", () => createClient(TestService, channel).unaryCall({ responseStatus }), SPECIAL_MESSAGE);
  },
  async custom_metadata({ channel }) {
    const metadata = {
      "x-grpc-test-echo-initial": "test_initial_metadata_value",
      "x-grpc-test-echo-trailing-bin": Uint8Array.of(0xab, 0xab, 0xab),
    };
    const unary = await callLargeUnary(channel, { metadata });
    assert.equal(unary.header.get("x-grpc-test-echo-initial"), "test_initial_metadata_value");
    assert.deepEqual(toBytes(unary.trailer.get("x-grpc-test-echo-trailing-bin")), [0xab, 0xab, 0xab]);

    const call = createClient(TestService, channel).fullDuplexCall([outputRequest(271_828, 314_159)], { metadata });
    for await (const { payload } of call) assert.equal(payload?.body.length, 314_159);
    assert.equal((await call.header).get("x-grpc-test-echo-initial"), "test_initial_metadata_value");
    assert.deepEqual(toBytes((await call.trailer).get("x-grpc-test-echo-trailing-bin")), [0xab, 0xab, 0xab]);
  },
  async unimplemented_method({ channel }) {
    await mustFail("UNIMPLEMENTED", () => createClient(TestService, channel).unimplementedCall({}));
  },
  async unimplemented_service({ channel }) {
    await mustFail("UNIMPLEMENTED", () => createClient(UnimplementedService, channel).unimplementedCall({}));
  },
  async rpc_soak({ channel, soak: options = {} }) {
    const one = { channel, done: async () => {} };
    await soak(
      options,
      () => one,
      (opened) => callSoakUnary(opened, options),
    );
  },
  async channel_soak({ openChannel, soak: options = {} }) {
    await soak(
      options,
      () => {
        const channel = openChannel();
        return { channel, done: () => channel.close() };
      },
      (opened) => callSoakUnary(opened, options),
    );
  },
  ...compressionCases,
  ...orcaCases,
  async pick_first_unary({ channel }) {
    const client = createClient(TestService, channel);
    const ids = new Set<string>();
    for (let index = 0; index < 100; index++) {
      const request = { responseSize: 1, payload: zeros(1), fillServerId: true };
      ids.add((await client.unaryCall(request)).serverId);
    }
    assert.equal(ids.size, 1);
    assert.ok(!ids.has(""), "the server gave no id");
  },
};

async function callLargeUnary(channel: Channel, options?: CallOptions) {
  return await callUnary(channel, { responseSize: 314_159, payload: zeros(271_828) }, options);
}

async function callSoakUnary(channel: Channel, { requestBytes, responseBytes }: SoakOptions): Promise<void> {
  await callUnary(channel, { responseSize: responseBytes ?? 314_159, payload: zeros(requestBytes ?? 271_828) });
}

function outputRequest(requestBytes: number, size: number): OutputRequest {
  return { payload: zeros(requestBytes), responseParameters: [{ size }] };
}

function toBytes(bytes: Uint8Array | undefined): number[] {
  return [...(bytes ?? [])];
}
