/** The client of peer.proto, made with grpc-js. */
import {
  type CallOptions,
  type ClientDuplexStream,
  type ClientReadableStream,
  type ClientUnaryCall,
  type ClientWritableStream,
  credentials,
  Metadata,
  type ServiceError,
  type StatusObject,
} from "@grpc/grpc-js";
import { CODES } from "../peer/codes.ts";
import type {
  MetadataEntries,
  PeerCall,
  PeerCallOptions,
  PeerClient,
  PeerReply,
  PeerRequest,
} from "../peer/peer-client.ts";
import { ReplyCollector } from "../peer/reply-collector.ts";
import { runCases, type ServerPlace } from "../peer/run-cases.ts";
import { loadPeer } from "./load-peer.ts";

type OnReply = (error: ServiceError | null, reply?: PeerReply) => void;
type Unary = (request: PeerRequest, metadata: Metadata, options: CallOptions, onReply: OnReply) => ClientUnaryCall;
type Call = ClientUnaryCall | ClientReadableStream<PeerReply>;

/** What proto-loader makes of peer.proto: nothing that TypeScript knows. */
interface Stub {
  Unary: Unary;
  Ended: Unary;
  Missing: Unary;
  ServerStream(request: PeerRequest, metadata: Metadata, options: CallOptions): ClientReadableStream<PeerReply>;
  ClientStream(metadata: Metadata, options: CallOptions, onReply: OnReply): ClientWritableStream<PeerRequest>;
  Bidi(metadata: Metadata, options: CallOptions): ClientDuplexStream<PeerRequest, PeerReply>;
  close(): void;
}

class GrpcJsClient implements PeerClient {
  readonly #peer: Stub;
  readonly #absent: Stub;

  constructor({ address, ca }: ServerPlace) {
    const { Peer, Absent } = loadPeer();
    const security = ca === undefined ? credentials.createInsecure() : credentials.createSsl(Buffer.from(ca));
    const options = { "grpc.ssl_target_name_override": "localhost" };
    this.#peer = new Peer(address, security, options) as unknown as Stub;
    this.#absent = new Absent(address, security, options) as unknown as Stub;
  }

  unary(request: PeerRequest, options?: PeerCallOptions): PeerCall {
    return collectOne((onReply) => this.#peer.Unary(request, ...toArguments(options), onReply));
  }

  serverStream(request: PeerRequest, options?: PeerCallOptions): PeerCall {
    return collectAll(this.#peer.ServerStream(request, ...toArguments(options)));
  }

  clientStream(requests: AsyncIterable<PeerRequest>, options?: PeerCallOptions): PeerCall {
    return collectOne((onReply) => {
      const call = this.#peer.ClientStream(...toArguments(options), onReply);
      void sendAll(call, requests);
      return call as unknown as Call;
    });
  }

  bidi(requests: AsyncIterable<PeerRequest>, options?: PeerCallOptions): PeerCall {
    const call = this.#peer.Bidi(...toArguments(options));
    void sendAll(call, requests);
    return collectAll(call);
  }

  async ended(call: string): Promise<string> {
    const collected = collectOne((onReply) => this.#peer.Ended({ text: call }, ...toArguments(), onReply));
    return (await collected.outcome).replies[0]?.text ?? "nothing";
  }

  missing(): PeerCall {
    return collectOne((onReply) => this.#peer.Missing({}, ...toArguments(), onReply));
  }

  absent(): PeerCall {
    return collectOne((onReply) => this.#absent.Unary({}, ...toArguments(), onReply));
  }

  async close(): Promise<void> {
    this.#peer.close();
    this.#absent.close();
  }
}

async function sendAll(
  call: { write(request: PeerRequest, written: (error?: unknown) => void): boolean; end(): void },
  requests: AsyncIterable<PeerRequest>,
): Promise<void> {
  for await (const request of requests) await new Promise((resolve) => call.write(request, resolve));
  call.end();
}

function collectOne(start: (onReply: OnReply) => Call): PeerCall {
  let onReply: OnReply = () => {};
  const call = start((error, reply) => onReply(error, reply));
  return collect(call, (take) => {
    onReply = (_error, reply) => {
      if (reply !== undefined) take(reply);
    };
  });
}

function collectAll(call: ClientReadableStream<PeerReply>): PeerCall {
  return collect(call, (take) => {
    call.on("data", take);
    // The status tells.
    call.on("error", () => {});
  });
}

function collect(call: Call, listen: (take: (reply: PeerReply) => void) => void): PeerCall {
  const header = new Promise<MetadataEntries>((resolve) => {
    call.on("metadata", (metadata: Metadata) => resolve(toEntries(metadata)));
    call.on("status", () => resolve([]));
  });
  return new ReplyCollector(
    header,
    () => call.cancel(),
    async (onReply) => {
      listen(onReply);
      const status = await new Promise<StatusObject>((resolve) => {
        call.on("status", resolve);
      });
      // The reply of a call that has one comes with the status, and may come after it.
      await new Promise(setImmediate);
      return {
        code: CODES[status.code] ?? String(status.code),
        reason: status.details,
        header: await header,
        trailer: toEntries(status.metadata),
      };
    },
  );
}

function toEntries(metadata: Metadata): MetadataEntries {
  return Object.keys(metadata.getMap()).flatMap((key) => metadata.get(key).map((value) => [key, value] as const));
}

function toArguments({ metadata = [], timeoutMs }: PeerCallOptions = {}): [Metadata, CallOptions] {
  const sent = new Metadata();
  for (const [key, value] of metadata) sent.add(key, typeof value === "string" ? value : Buffer.from(value));
  return [sent, timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs }];
}

await runCases((place) => new GrpcJsClient(place));
