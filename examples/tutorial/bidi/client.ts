import { setTimeout as sleep } from "node:timers/promises";
import { createChannel, createClient, GrpcError, insecure } from "gannet";
import { grpc_test } from "./helloworld_pb.js";

const address = process.env["TUTORIAL_ADDRESS"] ?? "127.0.0.1:50010";
const intervalMs = Number(process.env["TUTORIAL_INTERVAL_MS"] ?? 1_000);
/** The deadline, ten seconds unless an argument says how many; the server's own end comes later than that. */
const timeoutMs = process.argv[2] === undefined ? 10 * intervalMs : 1_000 * Number(process.argv[2]);

async function* randomNumbers() {
  for (let index = 1; index <= 15; index++) {
    await sleep(intervalMs);
    yield { data: String(Math.random()) };
  }
}

const channel = createChannel(address, { credentials: insecure() });
const client = createClient(grpc_test, channel);
try {
  for await (const response of client.test_client(randomNumbers(), { timeoutMs })) console.log(response.result);
} catch (error) {
  if (!GrpcError.is(error)) throw error;
  console.log(error.code);
} finally {
  await channel.close();
}
