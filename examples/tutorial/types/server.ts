import { createServer } from "gannet";
import { grpc_test, type hello_requests } from "./helloworld_pb.js";

const address = process.env["TUTORIAL_ADDRESS"] ?? "0.0.0.0:50010";

const server = createServer();
server.add(grpc_test, {
  hello_grpc({ name, age }) {
    return { result: `my name is ${name}, i am ${age} years old` };
  },
  helle_test(request) {
    return { result: describe(request) };
  },
});
const { port } = await server.listen(address);
console.log(`listening on port ${port}`);

const stop = () => void server.shutdown({ graceMs: 0 });
process.once("SIGINT", stop).once("SIGTERM", stop);

/** All fields as text, a line each. int64 is a bigint, a map a plain object. */
function describe({ name, age, data, number1, number }: hello_requests): string {
  const numbers = Object.entries(number1).map(([key, value]) => `${key}: ${value}`);
  const values = Object.entries(number).map(
    ([key, value]) => `${key}: {name: ${value.name}, age: ${value.age}, is_active: ${value.isActive}}`,
  );
  return [
    `name: ${name}`,
    `age: ${age}`,
    `data: [${data.join(", ")}]`,
    `number_1: {${numbers.join(", ")}}`,
    `number: {${values.join(", ")}}`,
  ].join("\n");
}
