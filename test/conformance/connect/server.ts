/** The server that the Connect conformance suite tests: what to serve comes on standard input. */
import { ServerCompatRequestSchema, ServerCompatResponseSchema } from "./connectrpc/conformance/v1/server_compat_pb.ts";
import { encodeDelimited, readDelimited } from "./delimited-messages.ts";
import { startServer } from "./start-server.ts";

async function main(): Promise<void> {
  for await (const request of readDelimited(ServerCompatRequestSchema, process.stdin)) {
    const { response, stop } = await startServer(request);
    process.once("SIGTERM", () => void stop());
    process.stdout.write(encodeDelimited(ServerCompatResponseSchema, response));
  }
}

await main();
