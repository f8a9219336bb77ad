import { setTimeout as sleep } from "node:timers/promises";
import { createServer } from "gannet";
import { grpc_test } from "./helloworld_pb.js";

const address = process.env["TUTORIAL_ADDRESS"] ?? "0.0.0.0:50010";
const intervalMs = Number(process.env["TUTORIAL_INTERVAL_MS"] ?? 1_000);
/** With the argument `cancel`, the tenth request makes the server cancel the call instead of ending it. */
const cancels = process.argv[2] === "cancel";

const server = createServer();
server.add(grpc_test, {
  async *test_client(requests, call) {
    let index = 0;
    for await (const { data } of requests) {
      await sleep(intervalMs, undefined, { signal: call.signal });
      index += 1;
      if (index === 10) {
        if (cancels) call.cancel();
        return;
      }
      yield { result: `receive ${data},index:${index}` };
    }
  },
});
const { port } = await server.listen(address);
console.log(`listening on port ${port}`);

const stop = () => void server.shutdown({ graceMs: 0 });
process.once("SIGINT", stop).once("SIGTERM", stop);
