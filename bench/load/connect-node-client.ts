/** Calls with connect-node, speaking gRPC: `connect-node-client PORT`, see measure-client.ts. */
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { Echo } from "../echo/echo_pb.ts";
import { measureClient } from "./measure-client.ts";
import { createPayload, MESSAGE, PAYLOAD_BYTES } from "./payload.ts";

const payload = createPayload(PAYLOAD_BYTES);
const baseUrl = `http://127.0.0.1:${process.argv[2]}`;
const sessionManager = new Http2SessionManager(baseUrl);
const client = createClient(Echo, createGrpcTransport({ baseUrl, sessionManager }));

measureClient({
  async call(n) {
    const reply = await client.unary({ message: MESSAGE, n, payload });
    return reply.message === MESSAGE && reply.n === n && Buffer.compare(reply.payload, payload) === 0;
  },
  async readStream(count, size, onMessage) {
    for await (const message of client.stream({ count, size })) onMessage(message);
  },
  close: () => sessionManager.abort(),
});
