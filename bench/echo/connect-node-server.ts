/** The echo server of connect-node, speaking gRPC: prints its port, and answers questions. */
import { createServer, type Http2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { answerQuestions } from "../answer-lines.ts";
import { Echo } from "./echo_pb.ts";

const adapter = connectNodeAdapter({
  routes: (router) =>
    router.service(Echo, {
      unary: ({ message, n, payload }) => ({ message, n, payload }),
      async *stream({ count, size }) {
        const payload = new Uint8Array(size);
        for (let n = 0; n < count; n++) yield { n, payload };
      },
      async *hold(messages) {
        for await (const { message, n, payload } of messages) yield { message, n, payload };
      },
    }),
});
const sessions = new Set<Http2Session>();
const server = createServer(adapter);
server.on("session", (session) => {
  sessions.add(session);
  session.on("close", () => sessions.delete(session));
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
answerQuestions(() => {
  server.close();
  for (const session of sessions) session.destroy();
});
