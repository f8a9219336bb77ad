import { parseArgs } from "node:util";
import { createServer } from "gannet";
import { Echo } from "./echo/echo_pb.ts";
import { echoHandlers } from "./echo/echo-handlers.ts";

/** Serves echo.proto until it is told to end. */
export async function runServe(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { port: { type: "string", default: "50051" }, host: { type: "string", default: "127.0.0.1" } },
  });
  const server = createServer().add(Echo, echoHandlers);
  const { port } = await server.listen(`${values.host}:${values.port}`);
  console.log(`bench.Echo on ${values.host}:${port}`);
  await new Promise((resolve) => {
    process.once("SIGINT", resolve).once("SIGTERM", resolve);
  });
  await server.shutdown({ graceMs: 0 });
  return 0;
}
