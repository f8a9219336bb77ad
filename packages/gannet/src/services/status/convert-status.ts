import { create } from "@bufbuild/protobuf";
import { type Any, AnySchema } from "@bufbuild/protobuf/wkt";
import { codeFromNumber, codeToNumber, type ErrorDetail, GrpcError } from "../../core/index.ts";
import { type Status, StatusSchema } from "../proto/google/rpc/status_pb.ts";

const URL_PREFIX = "type.googleapis.com/";

/** An error as `google.rpc.Status`, for a message of one's own that tells of one, such as a reply for many items. */
export function toStatus(error: GrpcError): Status {
  return create(StatusSchema, {
    code: codeToNumber(error.code),
    message: error.reason,
    details: error.details.map(({ typeName, value }) => create(AnySchema, { typeUrl: URL_PREFIX + typeName, value })),
  });
}

/**
 * The error that a `google.rpc.Status` tells of; undefined where its code is OK. A code that gRPC does not know reads as
 * UNKNOWN.
 */
export function fromStatus(status: Status): GrpcError | undefined {
  const code = codeFromNumber(status.code);
  return code === "OK" ? undefined : new GrpcError(code, status.message, { details: status.details.map(detailOf) });
}

function detailOf({ typeUrl, value }: Any): ErrorDetail {
  return { typeName: typeUrl.slice(typeUrl.lastIndexOf("/") + 1), value };
}
