import { setTimeout as sleep } from "node:timers/promises";
import { createChannel, createClient, insecure } from "gannet";
import { grpc_test } from "./helloworld_pb.js";

const address = process.env["TUTORIAL_ADDRESS"] ?? "127.0.0.1:50010";
const intervalMs = Number(process.env["TUTORIAL_INTERVAL_MS"] ?? 1_000);

/** Is told to stop when the answer comes before the last number. */
async function* randomNumbers() {
  for (let index = 1; index <= 15; index++) {
    await sleep(intervalMs);
    yield { data: String(Math.random()) };
  }
}

const channel = createChannel(address, { credentials: insecure() });
const client = createClient(grpc_test, channel);
try {
  const response = await client.test_client(randomNumbers());
  console.log(response.result);
} finally {
  await channel.close();
}
