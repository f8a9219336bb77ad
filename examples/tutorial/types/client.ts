import { createChannel, createClient, insecure } from "gannet";
import { grpc_test } from "./helloworld_pb.js";

const address = process.env["TUTORIAL_ADDRESS"] ?? "127.0.0.1:50010";

const channel = createChannel(address, { credentials: insecure() });
const client = createClient(grpc_test, channel);
try {
  const hello = await client.hello_grpc({ name: "yanilo", age: 18 });
  console.log(hello.result);

  const types = await client.helle_test({
    name: "yanilo",
    age: 100n,
    data: ["qwq"],
    number1: { k: 11n, k2: 22n, k3: 33n },
    number: { k: { name: "yanilo_value", age: 123, isActive: true } },
  });
  console.log(types.result);
} finally {
  await channel.close();
}
