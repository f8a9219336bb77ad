import { createRegistry, type Registry } from "@bufbuild/protobuf";
import { file_connectrpc_conformance_v1_service } from "./connectrpc/conformance/v1/service_pb.ts";

/** What may be in a `google.protobuf.Any` of the suite: JSON has its fields, not its bytes. */
export const messageTypes: Registry = createRegistry(file_connectrpc_conformance_v1_service);
