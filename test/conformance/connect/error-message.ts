import type { MessageInitShape } from "@bufbuild/protobuf";
import { type Code, type ErrorDetail, GrpcError } from "gannet";
import { CODES } from "../../interop/peer/codes.ts";
import type { Code as CodeNumber } from "./connectrpc/conformance/v1/config_pb.ts";
import type { Error as ErrorMessage, ErrorSchema } from "./connectrpc/conformance/v1/service_pb.ts";

const TYPE_URL_PREFIX = "type.googleapis.com/";

/** The error that the suite describes, with more details behind its own. The suite's codes have gRPC's numbers. */
export function describedError({ code, message, details }: ErrorMessage, more: readonly ErrorDetail[]): GrpcError {
  const name: Code | undefined = CODES[code];
  if (name === undefined || name === "OK") throw new RangeError(`${code} is no code of an error`);
  const own = details.map(({ typeUrl, value }) => ({ typeName: typeUrl.slice(typeUrl.lastIndexOf("/") + 1), value }));
  return new GrpcError(name, message ?? "", { details: [...own, ...more] });
}

/** An error as the suite reads it. */
export function messageOfError({ code, reason, details }: GrpcError): MessageInitShape<typeof ErrorSchema> {
  return {
    code: CODES.indexOf(code) as CodeNumber,
    message: reason,
    details: details.map(({ typeName, value }) => ({ typeUrl: `${TYPE_URL_PREFIX}${typeName}`, value })),
  };
}
