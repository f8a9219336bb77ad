import { createServer } from "gannet";
import { grpc_test } from "./helloworld_pb.js";

const address = process.env["TUTORIAL_ADDRESS"] ?? "0.0.0.0:6000";

// Works on four calls at a time; more wait for their turn.
const server = createServer({ maxConcurrentCalls: 4 });
server.add(grpc_test, {
  hello_grpc({ name, age }) {
    return { result: `my name is ${name}, i am ${age} years old` };
  },
});
const { port } = await server.listen(address);
console.log(`listening on port ${port}`);

const stop = () => void server.shutdown({ graceMs: 0 });
process.once("SIGINT", stop).once("SIGTERM", stop);
