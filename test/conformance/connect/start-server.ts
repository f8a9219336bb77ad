import { create } from "@bufbuild/protobuf";
import { createServer } from "gannet";
import { conformanceService } from "./conformance-service.ts";
import {
  type ServerCompatRequest,
  type ServerCompatResponse,
  ServerCompatResponseSchema,
} from "./connectrpc/conformance/v1/server_compat_pb.ts";
import { ConformanceService } from "./connectrpc/conformance/v1/service_pb.ts";
import { messageTypes } from "./message-types.ts";

const HOST = "127.0.0.1";

/** A server of the suite's service, and what the suite is told of it. */
export interface StartedServer {
  readonly response: ServerCompatResponse;
  stop(): Promise<void>;
}

/** Starts the server that the suite asks for. */
export async function startServer(request: ServerCompatRequest): Promise<StartedServer> {
  const { messageReceiveLimit } = request;
  const server = createServer({
    ...(messageReceiveLimit === 0 ? {} : { maxReceiveBytes: messageReceiveLimit }),
    jsonRegistry: messageTypes,
    // Replies are compressed as the client takes them, however small they are.
    compress: true,
    minCompressBytes: 0,
  });
  server.addPartial(ConformanceService, conformanceService);
  const tls = readTls(request);
  const { port } = await server.listen(`${HOST}:0`, tls === undefined ? {} : { tls });
  const pemCert = new TextEncoder().encode(tls?.cert ?? "");
  return {
    response: create(ServerCompatResponseSchema, { host: HOST, port, pemCert }),
    stop: () => server.shutdown({ graceMs: 0 }),
  };
}

function readTls({ useTls, serverCreds, clientTlsCert }: ServerCompatRequest) {
  if (!useTls) return undefined;
  if (serverCreds === undefined) throw new Error("the suite asks for TLS and gives no certificate");
  const text = new TextDecoder();
  const identity = { cert: text.decode(serverCreds.cert), key: text.decode(serverCreds.key) };
  if (clientTlsCert.length === 0) return identity;
  return { ...identity, ca: text.decode(clientTlsCert), clientCertificates: "require" as const };
}
