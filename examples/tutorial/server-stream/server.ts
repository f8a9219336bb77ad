import { setTimeout as sleep } from "node:timers/promises";
import { createServer } from "gannet";
import { grpc_test } from "./helloworld_pb.js";

const address = process.env["TUTORIAL_ADDRESS"] ?? "0.0.0.0:50010";
const intervalMs = Number(process.env["TUTORIAL_INTERVAL_MS"] ?? 1_000);

const server = createServer();
server.add(grpc_test, {
  async *test_client_stream({ data }, call) {
    let index = 0;
    try {
      while (call.active) {
        index += 1;
        yield { result: `send ${data},index:${index}` };
        await sleep(intervalMs, undefined, { signal: call.signal });
      }
    } finally {
      console.log(`the client has gone after ${index}`);
    }
  },
});
const { port } = await server.listen(address);
console.log(`listening on port ${port}`);

const stop = () => void server.shutdown({ graceMs: 0 });
process.once("SIGINT", stop).once("SIGTERM", stop);
