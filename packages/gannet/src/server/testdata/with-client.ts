import assert from "node:assert/strict";
import type { ChannelOptions } from "../../channel/index.ts";
import { type Client, createClient } from "../../client/index.ts";
import { RouteGuide } from "../../client/testdata/route_guide_pb.ts";
import { type Code, GrpcError } from "../../core/index.ts";
import { createInMemoryChannel } from "../../testing/index.ts";
import { createServer } from "../grpc-server.ts";
import type { Handlers } from "../handlers.ts";
import type { ServerOptions } from "../server-options.ts";

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
