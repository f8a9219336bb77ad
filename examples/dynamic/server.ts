import { fromJson, type JsonValue } from "@bufbuild/protobuf";
import { loadServices } from "@gannet/compiler/node";
import { createServer, type DynamicHandler, shutdownOnSignals } from "gannet";
import { addReflection } from "gannet/reflection";

// Stands in for a server that is not there: answers each method of a .proto file with what JSON says, streams once.
const address = process.env["DYNAMIC_ADDRESS"] ?? "0.0.0.0:6000";
const file = process.env["DYNAMIC_PROTO"] ?? new URL("../../tutorial/hello/helloworld.proto", import.meta.url);
const replies = JSON.parse(process.env["DYNAMIC_REPLIES"] ?? '{ "Hello_grpc": { "result": "hello from JSON" } }') as {
  readonly [method: string]: JsonValue;
};

const { services, registry } = await loadServices(file);
const server = createServer();
for (const service of services) {
  const handlers: Record<string, DynamicHandler> = {};
  for (const { name, localName, methodKind, output } of service.methods) {
    const reply = fromJson(output, replies[name] ?? {}, { registry });
    const isStream = methodKind === "server_streaming" || methodKind === "bidi_streaming";
    handlers[localName] = () => (isStream ? [reply] : reply);
  }
  server.add(service, handlers);
}
addReflection(server);
const { port } = await server.listen(address);
console.log(`listening on port ${port}`);
shutdownOnSignals(server);
