import { type Channel, type ChannelOptions, createPipeChannel } from "../channel/index.ts";
import { createMemoryPipes } from "../net/index.ts";
import { checkServer, type Server } from "../server/index.ts";

/**
 * Makes a channel to a server in this process. Calls go the whole way, HTTP/2 included, but for the socket: what works
 * here works there.
 */
export function createInMemoryChannel(server: Server, options: ChannelOptions = {}): Channel {
  checkServer(server, "createInMemoryChannel");
  return createPipeChannel(() => {
    const [near, far] = createMemoryPipes();
    server.serve(far);
    return near;
  }, options);
}
