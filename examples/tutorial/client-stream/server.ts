import { setTimeout as sleep } from "node:timers/promises";
import { createServer } from "gannet";
import { grpc_test } from "./helloworld_pb.js";

const address = process.env["TUTORIAL_ADDRESS"] ?? "0.0.0.0:50010";
const intervalMs = Number(process.env["TUTORIAL_INTERVAL_MS"] ?? 1_000);

const server = createServer();
server.add(grpc_test, {
  async test_client(requests, call) {
    let index = 0;
    for await (const { data } of requests) {
      index += 1;
      console.log(`receive ${data},index:${index}`);
      // The client goes on sending; the answer tells it that nobody reads any more.
      if (index === 10) break;
      await sleep(intervalMs, undefined, { signal: call.signal });
    }
    return { result: "ok" };
  },
});
const { port } = await server.listen(address);
console.log(`listening on port ${port}`);

const stop = () => void server.shutdown({ graceMs: 0 });
process.once("SIGINT", stop).once("SIGTERM", stop);
