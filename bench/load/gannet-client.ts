/** Calls with gannet: `gannet-client PORT`, see measure-client.ts. */
import { createChannel, createClient, insecure } from "gannet";
import { Echo } from "../echo/echo_pb.ts";
import { measureClient } from "./measure-client.ts";
import { createPayload, MESSAGE, PAYLOAD_BYTES } from "./payload.ts";

const payload = createPayload(PAYLOAD_BYTES);
const channel = createChannel(`127.0.0.1:${process.argv[2]}`, { credentials: insecure() });
const client = createClient(Echo, channel);

measureClient({
  async call(n) {
    const reply = await client.unary({ message: MESSAGE, n, payload });
    return reply.message === MESSAGE && reply.n === n && Buffer.compare(reply.payload, payload) === 0;
  },
  async readStream(count, size, onMessage) {
    for await (const message of client.stream({ count, size })) onMessage(message);
  },
  close: () => void channel.close(),
});
