/** The server of hop.proto, made with gannet. */
import { createServer } from "gannet";
import { serve } from "../peer/serve.ts";
import { Hop } from "./hop_pb.ts";
import { HopHandlers } from "./hop-handlers.ts";

await serve(async (identity) => {
  const hop = new HopHandlers("ambient");
  // The first call comes before the first channel, so that "auto" would not follow it.
  const server = createServer({ ambient: true }).add(Hop, hop.handlers);
  const { port } = await server.listen("127.0.0.1:0", identity === undefined ? {} : { tls: identity });
  return { port, stop: () => void server.shutdown({ graceMs: 0 }).then(() => hop.close()) };
});
