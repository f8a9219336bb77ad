/**
 * The server of the suite `services`: gRPC's TestService, one of whose methods fails, and all that gannet has to tell of a server. It prints the path of
 * each call that comes, shuts down with SIGTERM, and exits once that is done.
 */
import { subscribe } from "node:diagnostics_channel";
import { type CallRecord, createChannel, createClient, createServer, detail, GrpcError, insecure } from "gannet";
import { addChannelz } from "gannet/channelz";
import { BadRequestSchema, ErrorInfoSchema } from "gannet/errors";
import { addHealth } from "gannet/health";
import { addOrca } from "gannet/orca";
import { addReflection } from "gannet/reflection";
import { TestService } from "../official/grpc/testing/test_pb.ts";
import { createTestService } from "../official/test-service.ts";

const server = createServer({ maxConcurrentCalls: 8, maxQueuedCalls: 0 });
server.addPartial(TestService, {
  ...createTestService(addOrca(server)),
  cacheableUnaryCall() {
    throw new GrpcError("INVALID_ARGUMENT", "what is asked for cannot be: ö", {
      details: [
        detail(ErrorInfoSchema, { reason: "BAD_TITLE", domain: "library.example" }),
        detail(BadRequestSchema, { fieldViolations: [{ field: "title", description: "is empty" }] }),
      ],
    });
  },
});
const health = addHealth(server);
health.set("broken", "NOT_SERVING");
addReflection(server);

subscribe("gannet:server:call:start", (record) => console.log(`CALL ${(record as CallRecord).path}`));
const { address, port } = await server.listen("127.0.0.1:0");
// A channel for channelz to show: the server calls itself.
const channel = createChannel(address, { credentials: insecure() });
addChannelz(server, { channels: [channel] });
await createClient(TestService, channel).emptyCall({});
console.log(`PORT ${port}`);

process.once("SIGTERM", () => {
  const down = server.shutdown();
  void channel.close();
  void down.then(() => console.log("DOWN"));
});
