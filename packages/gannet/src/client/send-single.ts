import { type CallWriter, GrpcError, textOfThrown } from "../core/index.ts";

/** Sends the one request of a call. Where it cannot be encoded, the call fails. */
export function sendSingle(writer: CallWriter, request: object): void {
  try {
    writer.send(request);
  } catch (error) {
    writer.cancel(unencodable(error));
    return;
  }
  writer.endSend();
}

/** The error of a call whose request cannot be encoded. */
export function unencodable(cause: unknown): GrpcError {
  const text = textOfThrown(cause);
  return new GrpcError("INTERNAL", `the request cannot be encoded: ${text}`, { cause });
}
