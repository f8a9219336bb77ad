import { fromJson, toJsonString } from "@bufbuild/protobuf";
import { loadServices } from "@gannet/compiler/node";
import { createChannel, createClient, GrpcError, insecure } from "gannet";

// Calls a unary method of any service: no code is generated for it.
const address = process.env["DYNAMIC_ADDRESS"] ?? "127.0.0.1:6000";
const file = process.env["DYNAMIC_PROTO"] ?? new URL("../../tutorial/hello/helloworld.proto", import.meta.url);
const [serviceName = "grpc_test", methodName = "Hello_grpc", json = '{ "name": "yanilo", "age": 18 }'] =
  process.argv.slice(2);

const loaded = await loadServices(file);
const { registry } = loaded;
const service = loaded.service(serviceName);
const method = service.methods.find(({ name }) => name === methodName);
if (method === undefined) throw new Error(`${service.typeName} has no method ${methodName}`);

const channel = createChannel(address, { credentials: insecure() });
const client = createClient(service, channel);
try {
  const request = fromJson(method.input, JSON.parse(json), { registry });
  const reply = await client[method.localName]?.(request);
  if (reply !== undefined) console.log(toJsonString(method.output, reply, { registry, prettySpaces: 2 }));
} catch (error) {
  if (!GrpcError.is(error)) throw error;
  console.error(`${error.code}: ${error.reason}`);
  process.exitCode = 1;
} finally {
  await channel.close();
}
