import type { ChannelOptions } from "../../channel/index.ts";
import { type Client, createClient } from "../../client/index.ts";
import { RouteGuide } from "../../client/testdata/route_guide_pb.ts";
import { createInMemoryChannel } from "../../testing/index.ts";
import { createServer } from "../grpc-server.ts";
import type { Handlers } from "../handlers.ts";
import type { ServerOptions } from "../server-options.ts";

export async function withClient(
  handlers: Partial<Handlers<typeof RouteGuide>>,
  options: { readonly server?: ServerOptions; readonly channel?: ChannelOptions },
  use: (client: Client<typeof RouteGuide>) => Promise<unknown>,
): Promise<void> {
  const server = createServer(options.server).addPartial(RouteGuide, handlers);
  const channel = createInMemoryChannel(server, options.channel);
  await use(createClient(RouteGuide, channel));
  await channel.close();
  await server.shutdown({ graceMs: 0 });
}
