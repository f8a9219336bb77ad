/**
 * Holds streams open: `stream-holder PORT`, and on its input lines `CONNECTIONS STREAMS`, which end those before. Each is
 * answered with how many streams have had their message back.
 */
import { type Channel, createChannel, createClient, insecure } from "gannet";
import { answerLines } from "../answer-lines.ts";
import { Echo } from "../echo/echo_pb.ts";
import { createPayload, MESSAGE, PAYLOAD_BYTES } from "./payload.ts";

const payload = createPayload(PAYLOAD_BYTES);
let channels: Channel[] = [];
let calls: { end(): void }[] = [];

async function hold(connections: number, streams: number): Promise<number> {
  for (const call of calls) call.end();
  for (const channel of channels) await channel.close();
  calls = [];
  channels = Array.from({ length: connections }, () =>
    createChannel(`127.0.0.1:${process.argv[2]}`, { credentials: insecure() }),
  );
  let echoed = 0;
  for (const channel of channels) {
    const client = createClient(Echo, channel);
    for (let n = 0; n < streams; n++) {
      const call = client.hold();
      calls.push(call);
      await call.send({ message: MESSAGE, n, payload });
      const { value } = await call.next();
      if (value?.n === n && Buffer.compare(value.payload, payload) === 0) echoed++;
    }
  }
  return echoed;
}

answerLines(
  async (line) => {
    const [connections = 0, streams = 0] = line.split(" ").map(Number);
    return String(await hold(connections, streams));
  },
  () => process.exit(0),
);
