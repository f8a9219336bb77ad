import assert from "node:assert/strict";
import { test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import * as grpc from "@grpc/grpc-js";
import { createServer } from "gannet";
import { Peer, RequestSchema } from "../interop/peer/peer_pb.ts";

test("a client of grpc-js sees RESOURCE_EXHAUSTED for metadata over the soft limit, and over the hard one", async () => {
  const server = createServer();
  server.addPartial(Peer, { unary: () => ({}) });
  const { port } = await server.listen("127.0.0.1:0");
  const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  const call = (metadataBytes: number) =>
    new Promise<number>((resolve) => {
      const metadata = new grpc.Metadata();
      metadata.set("large", "x".repeat(metadataBytes));
      client.makeUnaryRequest(
        "/gannet.interop.Peer/Unary",
        () => Buffer.from(toBinary(RequestSchema, create(RequestSchema))),
        (bytes) => bytes,
        {},
        metadata,
        (error) => resolve(error?.code ?? grpc.status.OK),
      );
    });
  const { OK, RESOURCE_EXHAUSTED } = grpc.status;
  const codes = [];
  for (const metadataBytes of [100, 7000, 9000, 15_000, 17_000, 100]) codes.push(await call(metadataBytes));
  client.close();
  await server.shutdown({ graceMs: 0 });
  assert.deepEqual(codes, [OK, OK, RESOURCE_EXHAUSTED, RESOURCE_EXHAUSTED, RESOURCE_EXHAUSTED, OK]);
});
