/** What node:http2 does at best: answers every call with the bytes that came, without gRPC, protobuf or a check. */
import { createServer, type Http2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { answerQuestions } from "../answer-lines.ts";

const sessions = new Set<Http2Session>();
const server = createServer();
server.on("session", (session) => {
  sessions.add(session);
  session.on("close", () => sessions.delete(session));
});
server.on("stream", (stream) => {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  stream.on("end", () => {
    stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.end(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
  });
  stream.on("error", () => stream.close());
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
answerQuestions(() => {
  server.close();
  for (const session of sessions) session.destroy();
});
