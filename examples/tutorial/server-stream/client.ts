import { createChannel, createClient, GrpcError, insecure } from "gannet";
import { grpc_test } from "./helloworld_pb.js";

const address = process.env["TUTORIAL_ADDRESS"] ?? "127.0.0.1:50010";

const channel = createChannel(address, { credentials: insecure() });
const client = createClient(grpc_test, channel);
const call = client.test_client_stream({ data: "yanilo" });

// The server sends for as long as we are there: Ctrl-C leaves.
const leave = () => call.cancel();
process.once("SIGINT", leave).once("SIGTERM", leave);
try {
  for await (const response of call) console.log(response.result);
} catch (error) {
  if (!GrpcError.is(error, "CANCELLED")) throw error;
} finally {
  await channel.close();
}
