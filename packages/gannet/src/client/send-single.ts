import { type CallWriter, unsendableRequest } from "../core/index.ts";

/** Sends the one request of a call. Where it cannot be sent, the call fails. */
export function sendSingle(writer: CallWriter, request: object): void {
  try {
    writer.send(request, true);
  } catch (error) {
    writer.cancel(unsendableRequest(error));
  }
}
