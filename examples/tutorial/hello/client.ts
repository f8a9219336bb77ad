import { createChannel, createClient, insecure } from "gannet";
import { grpc_test } from "./helloworld_pb.js";

const address = process.env["TUTORIAL_ADDRESS"] ?? "127.0.0.1:6000";

const channel = createChannel(address, { credentials: insecure() });
const client = createClient(grpc_test, channel);
try {
  const response = await client.hello_grpc({ name: "yanilo", age: 18 });
  console.log(response.result);
} finally {
  await channel.close();
}
