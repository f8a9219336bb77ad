import {
  type CallOptions,
  type Channel,
  type Client,
  createChannel,
  createClient,
  GrpcError,
  insecure,
  type Metadata,
  type MetadataInit,
  type ServerStreamCall,
  tls,
  type UnaryCall,
} from "gannet";
import { Absent, Peer, type Reply } from "../peer/peer_pb.ts";
import type {
  MetadataEntries,
  PeerCall,
  PeerCallOptions,
  PeerClient,
  PeerReply,
  PeerRequest,
} from "../peer/peer-client.ts";
import { type End, ReplyCollector } from "../peer/reply-collector.ts";
import type { ServerPlace } from "../peer/run-cases.ts";

/** The client of peer.proto, made with gannet, requests given as iterables. */
export class GannetClient implements PeerClient {
  protected readonly client: Client<typeof Peer>;
  readonly #absent: Client<typeof Absent>;
  readonly #channel: Channel;

  constructor({ address, ca }: ServerPlace) {
    // The certificate is for localhost.
    const credentials = ca === undefined ? insecure() : tls({ ca, serverName: "localhost" });
    this.#channel = createChannel(address, { credentials });
    this.client = createClient(Peer, this.#channel);
    this.#absent = createClient(Absent, this.#channel);
  }

  unary(request: PeerRequest, options?: PeerCallOptions): PeerCall {
    return collectOne(this.client.unary(request, toCallOptions(options)));
  }

  serverStream(request: PeerRequest, options?: PeerCallOptions): PeerCall {
    return collectAll(this.client.serverStream(request, toCallOptions(options)));
  }

  clientStream(requests: AsyncIterable<PeerRequest>, options?: PeerCallOptions): PeerCall {
    return collectOne(this.client.clientStream(requests, toCallOptions(options)));
  }

  bidi(requests: AsyncIterable<PeerRequest>, options?: PeerCallOptions): PeerCall {
    return collectAll(this.client.bidi(requests, toCallOptions(options)));
  }

  async ended(call: string): Promise<string> {
    return (await this.client.ended({ text: call })).text;
  }

  missing(): PeerCall {
    return collectOne(this.client.missing({}));
  }

  absent(): PeerCall {
    return collectOne(this.#absent.unary({}));
  }

  async close(): Promise<void> {
    await this.#channel.close();
  }
}

/** The same, requests sent by hand. */
export class GannetClientByHand extends GannetClient {
  override clientStream(requests: AsyncIterable<PeerRequest>, options?: PeerCallOptions): PeerCall {
    const call = this.client.clientStream(toCallOptions(options));
    void sendAll(call, requests);
    return new ReplyCollector(
      entriesOf(call.header),
      () => call.cancel(),
      async (onReply) => {
        try {
          onReply(await call.result());
          return await endOf(call);
        } catch (error) {
          return await endOf(call, error);
        }
      },
    );
  }

  override bidi(requests: AsyncIterable<PeerRequest>, options?: PeerCallOptions): PeerCall {
    const call = this.client.bidi(toCallOptions(options));
    void sendAll(call, requests);
    return collectAll(call);
  }
}

async function sendAll(
  call: { send(request: PeerRequest): Promise<boolean>; end(): void },
  requests: AsyncIterable<PeerRequest>,
): Promise<void> {
  for await (const request of requests) if (!(await call.send(request))) return;
  call.end();
}

function collectOne(call: UnaryCall<Reply>): PeerCall {
  return new ReplyCollector(
    entriesOf(call.header),
    () => call.cancel(),
    async (onReply) => {
      try {
        const { message, header, trailer } = await call.response;
        onReply(message);
        return { code: "OK", reason: "", header: [...header], trailer: [...trailer] };
      } catch (error) {
        return await endOf(call, error);
      }
    },
  );
}

function collectAll(call: ServerStreamCall<Reply>): PeerCall {
  return new ReplyCollector(
    entriesOf(call.header),
    () => call.cancel(),
    async (onReply: (reply: PeerReply) => void) => {
      try {
        for await (const reply of call) onReply(reply);
        return await endOf(call);
      } catch (error) {
        return await endOf(call, error);
      }
    },
  );
}

async function endOf(call: { header: Promise<Metadata>; trailer: Promise<Metadata> }, error?: unknown): Promise<End> {
  const header = await entriesOf(call.header);
  if (error === undefined) return { code: "OK", reason: "", header, trailer: [...(await call.trailer)] };
  if (!GrpcError.is(error)) throw error as Error;
  return { code: error.code, reason: error.reason, header, trailer: [...error.trailer] };
}

/** None where there was no header. */
async function entriesOf(header: Promise<Metadata>): Promise<MetadataEntries> {
  return await header.then(
    (metadata) => [...metadata],
    () => [],
  );
}

function toCallOptions({ metadata = [], timeoutMs }: PeerCallOptions = {}): CallOptions {
  const values: Record<string, (string | Uint8Array)[]> = {};
  for (const [key, value] of metadata) values[key] = [...(values[key] ?? []), value];
  return { metadata: values satisfies MetadataInit, timeoutMs };
}
