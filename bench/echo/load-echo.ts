import { fileURLToPath } from "node:url";
import { type GrpcObject, loadPackageDefinition, type ServiceClientConstructor } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

/** echo.proto as users of grpc-js load one. This file is built to bench/dist/echo. */
const FILE = fileURLToPath(new URL("../../echo.proto", import.meta.url));

/** The service for grpc-js. */
export function loadEcho(): ServiceClientConstructor {
  const { bench } = loadPackageDefinition(loadSync(FILE, { defaults: true }));
  return (bench as GrpcObject)["Echo"] as ServiceClientConstructor;
}
