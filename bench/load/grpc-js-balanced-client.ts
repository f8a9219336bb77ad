/** Calls with grpc-js through a balancer: `grpc-js-balanced-client PORTS POLICY`, see measure-client.ts. */
import { once } from "node:events";
import { type ClientReadableStream, credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import { loadEcho } from "../echo/load-echo.ts";
import { readBalancedArgs, USER_KEY, userOf } from "./balanced-calls.ts";
import { measureClient } from "./measure-client.ts";
import { createPayload, MESSAGE, PAYLOAD_BYTES } from "./payload.ts";

interface Message {
  readonly message: string;
  readonly n: number;
  readonly payload: Uint8Array;
}

interface EchoStub {
  Unary(request: Message, metadata: Metadata, onReply: (error: ServiceError | null, reply?: Message) => void): void;
  Stream(request: { readonly count: number; readonly size: number }): ClientReadableStream<Message>;
  close(): void;
}

const { target, policy } = readBalancedArgs();
const isHashing = "ring_hash" in policy;
/**
 * What is not there has round_robin in its place: no more than it would do at least. So has weighted_round_robin, which once
 * it has weights takes milliseconds for a call.
 */
const known = ["pick_first", "round_robin", "outlier_detection"];
const isKnown = known.some((name) => name in policy);
const config = isKnown ? policy : { round_robin: {} };
const payload = createPayload(PAYLOAD_BYTES);
const Echo = loadEcho();
const client = new Echo(target, credentials.createInsecure(), {
  "grpc.service_config": JSON.stringify({ loadBalancingConfig: [config], methodConfig: [] }),
}) as unknown as EchoStub;

measureClient({
  call: (n) =>
    new Promise((resolve) => {
      const metadata = new Metadata();
      if (isHashing) metadata.set(USER_KEY, userOf(n));
      client.Unary({ message: MESSAGE, n, payload }, metadata, (error, reply) => {
        resolve(
          error === null && reply?.message === MESSAGE && reply.n === n && Buffer.compare(reply.payload, payload) === 0,
        );
      });
    }),
  /** Events are quicker there than `for await`. */
  async readStream(count, size, onMessage) {
    const stream = client.Stream({ count, size });
    stream.on("data", onMessage);
    await once(stream, "end");
  },
  close: () => client.close(),
});
