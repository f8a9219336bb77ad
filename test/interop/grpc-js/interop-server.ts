/** The interop server, made with grpc-js: flags as those of the official ones, and of test/interop/server.ts. */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
} from "@grpc/grpc-js";
import { readFlags } from "../official/flags.ts";
import type {
  EchoStatus,
  SimpleRequest,
  SimpleResponseSchema,
  StreamingInputCallRequest,
  StreamingOutputCallRequest,
} from "../official/grpc/testing/messages_pb.ts";
import { loadTestServices } from "./load-test-service.ts";

type SimpleResponse = MessageInitShape<typeof SimpleResponseSchema>;
type Output = { readonly payload: { readonly body: Uint8Array } };
type DuplexCall = ServerDuplexStream<StreamingOutputCallRequest, Output>;

const serverId = randomUUID();

const handlers = {
  EmptyCall(_call: ServerUnaryCall<object, object>, answer: sendUnaryData<object>) {
    answer(null, {});
  },
  UnaryCall: answerSimple,
  CacheableUnaryCall: answerSimple,
  async StreamingOutputCall(call: ServerWritableStream<StreamingOutputCallRequest, Output>) {
    const trailer = echoMetadata(call);
    await writeOutput(call, call.request);
    call.end(trailer);
  },
  async StreamingInputCall(
    call: ServerReadableStream<StreamingInputCallRequest, object>,
    answer: sendUnaryData<{ aggregatedPayloadSize: number }>,
  ) {
    let aggregatedPayloadSize = 0;
    await forEachRequest<StreamingInputCallRequest>(call, async ({ payload }) => {
      aggregatedPayloadSize += payload?.body.length ?? 0;
    });
    answer(null, { aggregatedPayloadSize });
  },
  async FullDuplexCall(call: DuplexCall) {
    const trailer = echoMetadata(call);
    let failed = false;
    await forEachRequest<StreamingOutputCallRequest>(call, async (request) => {
      if (failed) return;
      const failure = toFailure(request.responseStatus, trailer);
      failed = failure !== undefined;
      if (failed) call.emit("error", failure);
      else await writeOutput(call, request);
    });
    if (!failed) call.end(trailer);
  },
  async HalfDuplexCall(call: DuplexCall) {
    const trailer = echoMetadata(call);
    const requests: StreamingOutputCallRequest[] = [];
    await forEachRequest<StreamingOutputCallRequest>(call, async (request) => void requests.push(request));
    for (const request of requests) await writeOutput(call, request);
    call.end(trailer);
  },
};

/** Hands requests over, one behind the other, until the client ends them. `for await` would end the replies with them. */
async function forEachRequest<T>(call: NodeJS.EventEmitter, act: (request: T) => Promise<void>): Promise<void> {
  let last = Promise.resolve();
  await new Promise<void>((resolve) => {
    call.on("data", (request: T) => {
      last = last.then(() => act(request));
    });
    call.on("end", () => void last.then(resolve));
  });
}

function answerSimple(
  call: ServerUnaryCall<SimpleRequest, SimpleResponse>,
  answer: sendUnaryData<SimpleResponse>,
): void {
  const trailer = echoMetadata(call);
  const { responseSize, responseStatus, fillServerId } = call.request;
  const failure = toFailure(responseStatus, trailer);
  if (failure !== undefined) {
    answer(failure);
    return;
  }
  const body = new Uint8Array(responseSize);
  answer(null, { payload: { body }, serverId: fillServerId ? serverId : "", hostname: hostname() }, trailer);
}

async function writeOutput(
  call: { write(reply: Output): boolean },
  { responseParameters }: StreamingOutputCallRequest,
): Promise<void> {
  for (const { size, intervalUs } of responseParameters) {
    if (intervalUs > 0) await sleep(intervalUs / 1_000);
    call.write({ payload: { body: new Uint8Array(size) } });
  }
}

/** Sends the header that the client asks for. Returns the trailer. */
function echoMetadata(call: { readonly metadata: Metadata; sendMetadata(header: Metadata): void }): Metadata {
  const [initial] = call.metadata.get("x-grpc-test-echo-initial");
  if (initial !== undefined) {
    const header = new Metadata();
    header.set("x-grpc-test-echo-initial", initial);
    call.sendMetadata(header);
  }
  const trailer = new Metadata();
  const [trailing] = call.metadata.get("x-grpc-test-echo-trailing-bin");
  if (trailing !== undefined) trailer.set("x-grpc-test-echo-trailing-bin", trailing);
  return trailer;
}

function toFailure(status: EchoStatus | null | undefined, metadata: Metadata) {
  if (status === null || status === undefined || status.code === 0) return undefined;
  return Object.assign(new Error(status.message), { code: status.code, details: status.message, metadata });
}

const flags = readFlags({
  port: { type: "string" },
  use_tls: { type: "boolean" },
  tls_cert_file: { type: "string" },
  tls_key_file: { type: "string" },
});
const server = new Server();
server.addService(loadTestServices().TestService.service, handlers);
const { port = "10000", tls_cert_file = "", tls_key_file = "" } = flags;
const credentials = flags.use_tls
  ? ServerCredentials.createSsl(null, [
      { cert_chain: readFileSync(tls_cert_file), private_key: readFileSync(tls_key_file) },
    ])
  : ServerCredentials.createInsecure();
server.bindAsync(`127.0.0.1:${port}`, credentials, (error, bound) => {
  if (error !== null) throw error;
  console.log(`PORT ${bound}`);
});
process.once("SIGTERM", () => server.forceShutdown());
