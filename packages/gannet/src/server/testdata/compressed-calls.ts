import assert from "node:assert/strict";
import type { ChannelOptions } from "../../channel/index.ts";
import { type Client, createClient } from "../../client/index.ts";
import { RouteGuide } from "../../client/testdata/route_guide_pb.ts";
import { type Code, type Compressor, GrpcError } from "../../core/index.ts";
import { gzip } from "../../node/index.ts";
import { createInMemoryChannel } from "../../testing/index.ts";
import { createServer } from "../grpc-server.ts";
import type { Handlers } from "../handlers.ts";
import type { ServerOptions } from "../server-options.ts";

export const long: string = "x".repeat(5000);

export async function collect<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of iterable) all.push(one);
  return all;
}

/** Counts what goes through gzip. */
export class CountingGzip implements Compressor {
  readonly name = "gzip";
  readonly #gzip = gzip();
  compressed = 0;
  decompressed = 0;

  compress(bytes: Uint8Array): Uint8Array {
    this.compressed++;
    return this.#gzip.compress(bytes);
  }

  decompress(bytes: Uint8Array, maxBytes: number): Uint8Array {
    this.decompressed++;
    return this.#gzip.decompress(bytes, maxBytes);
  }
}

export async function withClient(
  handlers: Partial<Handlers<typeof RouteGuide>>,
  options: { readonly server?: ServerOptions; readonly channel?: ChannelOptions },
  use: (client: Client<typeof RouteGuide>) => Promise<void>,
): Promise<void> {
  const server = createServer(options.server).addPartial(RouteGuide, handlers);
  const channel = createInMemoryChannel(server, options.channel);
  await use(createClient(RouteGuide, channel));
  await channel.close();
  await server.shutdown({ graceMs: 0 });
}

export async function failsWith(call: PromiseLike<unknown>, code: Code, said: RegExp): Promise<void> {
  await assert.rejects(
    async () => await call,
    (error) => GrpcError.is(error) && error.code === code && said.test(error.reason),
  );
}
