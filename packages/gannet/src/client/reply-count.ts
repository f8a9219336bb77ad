import { GrpcError } from "../core/index.ts";

/** Fails a call whose server sent two replies. */
export function surplusReply(): GrpcError {
  return new GrpcError("UNIMPLEMENTED", "the server sent more than one reply, where one is due");
}

/** Fails a call whose server ended well, and without a reply. */
export function missingReply(): GrpcError {
  return new GrpcError("UNIMPLEMENTED", "the server sent no reply, where one is due");
}
