import { create } from "@bufbuild/protobuf";
import { type Channel, type Client, createChannel, createClient, insecure, tls } from "gannet";
import { compressorOf } from "./compressions.ts";
import {
  type ClientCompatRequest,
  type ClientCompatResponse,
  ClientCompatResponseSchema,
} from "./connectrpc/conformance/v1/client_compat_pb.ts";
import { Codec } from "./connectrpc/conformance/v1/config_pb.ts";
import { ConformanceService } from "./connectrpc/conformance/v1/service_pb.ts";
import { messageTypes } from "./message-types.ts";
import { performCall } from "./perform-call.ts";

/** Makes the calls that the suite describes; those that need the same channel share one. */
export class SuiteClient {
  readonly #channels = new Map<string, { channel: Channel; client: Client<typeof ConformanceService> }>();

  /** Never rejects: what keeps a call from being made is part of the response. */
  async perform(request: ClientCompatRequest): Promise<ClientCompatResponse> {
    const { testName } = request;
    try {
      const value = await performCall(this.#clientFor(request), request);
      return create(ClientCompatResponseSchema, { testName, result: { case: "response", value } });
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return create(ClientCompatResponseSchema, { testName, result: { case: "error", value: { message } } });
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#channels.values()].map(({ channel }) => channel.close()));
  }

  #clientFor(request: ClientCompatRequest): Client<typeof ConformanceService> {
    const { host, port, codec, compression, messageReceiveLimit, clientTlsCreds } = request;
    const key = [host, port, codec, compression, messageReceiveLimit, clientTlsCreds !== undefined].join(" ");
    const known = this.#channels.get(key);
    if (known !== undefined) return known.client;
    const channel = openChannel(request);
    const client = createClient(ConformanceService, channel);
    this.#channels.set(key, { channel, client });
    return client;
  }
}

function openChannel(request: ClientCompatRequest): Channel {
  const { host, port, messageReceiveLimit, serverTlsCert, clientTlsCreds } = request;
  const compressor = compressorOf(request.compression);
  const text = new TextDecoder();
  const identity =
    clientTlsCreds === undefined
      ? {}
      : { cert: text.decode(clientTlsCreds.cert), key: text.decode(clientTlsCreds.key) };
  return createChannel(`${host}:${port}`, {
    credentials: serverTlsCert.length === 0 ? insecure() : tls({ ca: text.decode(serverTlsCert), ...identity }),
    ...(messageReceiveLimit === 0 ? {} : { maxReceiveBytes: messageReceiveLimit }),
    format: request.codec === Codec.JSON ? "json" : "proto",
    jsonRegistry: messageTypes,
    compressors: compressor === undefined ? [] : [compressor],
    compress: compressor !== undefined,
    minCompressBytes: 0,
  });
}
