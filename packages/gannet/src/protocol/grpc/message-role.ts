/** Which way a message goes. */
export type MessageRole = "request" | "reply";

/** Behind "more than": whose limit it is that a message is larger than, and how it is raised. */
export function takerOf(role: MessageRole): string {
  return role === "request"
    ? "the server takes (maxReceiveBytes of the server, or of the service)"
    : "the client takes (maxReceiveBytes of the channel)";
}

/** As `takerOf`, for who sends it. */
export function senderOf(role: MessageRole): string {
  return role === "request"
    ? "the client may send (maxSendBytes of the channel)"
    : "the server may send (maxSendBytes of the server)";
}
