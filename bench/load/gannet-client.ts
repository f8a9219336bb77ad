/** Calls `Unary` with gannet: `gannet-client PORT`, see measure-client.ts. */
import { createChannel, createClient, insecure } from "gannet";
import { Echo } from "../echo/echo_pb.ts";
import { measureClient } from "./measure-client.ts";
import { createPayload, MESSAGE, PAYLOAD_BYTES } from "./payload.ts";

const payload = createPayload(PAYLOAD_BYTES);
const channel = createChannel(`127.0.0.1:${process.argv[2]}`, { credentials: insecure() });
const client = createClient(Echo, channel);

measureClient(
  async (n) => {
    const reply = await client.unary({ message: MESSAGE, n, payload });
    return reply.message === MESSAGE && reply.n === n && Buffer.compare(reply.payload, payload) === 0;
  },
  () => void channel.close(),
);
