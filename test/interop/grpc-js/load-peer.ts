import { fileURLToPath } from "node:url";
import { type GrpcObject, loadPackageDefinition, type ServiceClientConstructor } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

/** peer.proto as users of grpc-js load one. This file is built to test/dist/interop/grpc-js. */
const FILE = fileURLToPath(new URL("../../../interop/peer/peer.proto", import.meta.url));

/** The services of peer.proto. */
export function loadPeer(): { Peer: ServiceClientConstructor; Absent: ServiceClientConstructor } {
  const loaded = loadPackageDefinition(loadSync(FILE, { defaults: true, longs: Number }));
  const { interop } = loaded["gannet"] as GrpcObject;
  return interop as unknown as { Peer: ServiceClientConstructor; Absent: ServiceClientConstructor };
}
