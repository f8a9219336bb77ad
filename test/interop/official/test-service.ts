import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { type Code, GrpcError, type Handlers, type ServerCall } from "gannet";
import type { LoadMetrics, LoadReporter } from "gannet/orca";
import { CODES } from "../peer/codes.ts";
import type {
  BoolValue,
  EchoStatus,
  ResponseParameters,
  StreamingOutputCallResponseSchema,
  TestOrcaReport,
} from "./grpc/testing/messages_pb.ts";
import type { TestService } from "./grpc/testing/test_pb.ts";

type Output = MessageInitShape<typeof StreamingOutputCallResponseSchema>;

/** grpc.testing.TestService as doc/interop-test-descriptions.md of grpc/grpc describes a server, which reports its load. */
export function createTestService(load: LoadReporter): Omit<Handlers<typeof TestService>, "unimplementedCall"> {
  // The same in all calls of this server, and another's in none.
  const serverId = randomUUID();
  return {
    emptyCall: () => ({}),
    unaryCall(request, call) {
      expectCompressed(request, call);
      call.compress = request.responseCompressed?.value ?? false;
      echoMetadata(call);
      throwStatus(request.responseStatus);
      if (request.orcaPerQueryReport !== undefined) load.report(call, toMetrics(request.orcaPerQueryReport));
      return {
        payload: { type: request.responseType, body: new Uint8Array(request.responseSize) },
        serverId: request.fillServerId ? serverId : "",
        hostname: hostname(),
      };
    },
    cacheableUnaryCall(request, call) {
      echoMetadata(call);
      return { payload: { type: request.responseType, body: new Uint8Array(request.responseSize) } };
    },
    async *streamingOutputCall(request, call) {
      echoMetadata(call);
      yield* produce(request.responseParameters, call);
      throwStatus(request.responseStatus);
    },
    async streamingInputCall(requests, call) {
      let aggregatedPayloadSize = 0;
      for await (const request of requests) {
        expectCompressed(request, call);
        aggregatedPayloadSize += request.payload?.body.length ?? 0;
      }
      return { aggregatedPayloadSize };
    },
    async *fullDuplexCall(requests, call) {
      echoMetadata(call);
      for await (const request of requests) {
        throwStatus(request.responseStatus);
        if (request.orcaOobReport !== undefined) load.set(toMetrics(request.orcaOobReport));
        yield* produce(request.responseParameters, call);
      }
    },
    async *halfDuplexCall(requests, call) {
      echoMetadata(call);
      const asked: ResponseParameters[] = [];
      for await (const { responseParameters } of requests) asked.push(...responseParameters);
      yield* produce(asked, call);
    },
  };
}

async function* produce(asked: readonly ResponseParameters[], call: ServerCall): AsyncGenerator<Output> {
  for (const { size, intervalUs, compressed, fillPeerSocketAddress } of asked) {
    if (intervalUs > 0) await sleep(intervalUs / 1_000, undefined, { signal: call.signal });
    const peerSocketAddress = fillPeerSocketAddress?.value ? call.peer.address : "";
    call.compress = compressed?.value ?? false;
    yield { payload: { body: new Uint8Array(size) }, peerSocketAddress };
  }
}

function expectCompressed(request: { expectCompressed?: BoolValue | undefined }, call: ServerCall): void {
  const expected = request.expectCompressed?.value;
  if (expected === undefined || expected === call.wasCompressed(request)) return;
  const came = expected ? "came as it is" : "came compressed";
  throw new GrpcError("INVALID_ARGUMENT", `the request ${came}, and not as expect_compressed says`);
}

function echoMetadata(call: ServerCall): void {
  const initial = call.metadata.get("x-grpc-test-echo-initial");
  if (initial !== undefined) call.header.set("x-grpc-test-echo-initial", initial);
  const trailing = call.metadata.get("x-grpc-test-echo-trailing-bin");
  if (trailing !== undefined) call.trailer.set("x-grpc-test-echo-trailing-bin", trailing);
}

function toMetrics({ cpuUtilization, memoryUtilization, requestCost, utilization }: TestOrcaReport): LoadMetrics {
  return { cpuUtilization, memUtilization: memoryUtilization, requestCost, utilization };
}

function throwStatus(status: EchoStatus | undefined): void {
  if (status === undefined || status.code === 0) return;
  const code: Code | undefined = CODES[status.code];
  throw new GrpcError(code === undefined || code === "OK" ? "UNKNOWN" : code, status.message);
}
