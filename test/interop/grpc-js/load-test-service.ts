import { fileURLToPath } from "node:url";
import { type GrpcObject, loadPackageDefinition, type ServiceClientConstructor } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

/** Where gRPC's .proto files start. This file is built to test/dist/interop/grpc-js. */
const PROTOS = fileURLToPath(new URL("../../../../proto", import.meta.url));

/** The services of grpc/testing/test.proto, as users of grpc-js load them. */
export function loadTestServices(): {
  TestService: ServiceClientConstructor;
  UnimplementedService: ServiceClientConstructor;
} {
  const definition = loadSync("grpc/testing/test.proto", { includeDirs: [PROTOS], defaults: true });
  const { testing } = loadPackageDefinition(definition)["grpc"] as GrpcObject;
  return testing as unknown as ReturnType<typeof loadTestServices>;
}
