/** What messages are written in: protobuf's binary format or its JSON. */
export type MessageFormat = "proto" | "json";

/** A content type of gRPC's (PROTOCOL-HTTP2, "Content-Type"). */
export interface GrpcContentType {
  readonly format: MessageFormat;
  /** As an answer in kind has it. */
  readonly text: string;
}

/** What most say. */
export const PROTO_TYPE: GrpcContentType = { format: "proto", text: "application/grpc" };
const NAMED_PROTO_TYPE: GrpcContentType = { format: "proto", text: "application/grpc+proto" };
/** Messages in JSON. */
export const JSON_TYPE: GrpcContentType = { format: "json", text: "application/grpc+json" };

/** The value of `content-type`; undefined where it is not gRPC's, or has messages in something else. */
export function parseContentType(value: string): GrpcContentType | undefined {
  if (value === PROTO_TYPE.text) return PROTO_TYPE;
  const [, subtype] = /^application\/grpc(\+proto|\+json)?[ \t]*(?:;|$)/i.exec(value) ?? [value, "none"];
  if (subtype === undefined) return PROTO_TYPE;
  if (subtype === "none") return undefined;
  return subtype.toLowerCase() === "+json" ? JSON_TYPE : NAMED_PROTO_TYPE;
}
