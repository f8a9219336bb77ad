/** Calls with grpc-js: `grpc-js-client PORT`, see measure-client.ts. */
import { once } from "node:events";
import { type ClientReadableStream, credentials, type ServiceError } from "@grpc/grpc-js";
import { loadEcho } from "../echo/load-echo.ts";
import { measureClient } from "./measure-client.ts";
import { createPayload, MESSAGE, PAYLOAD_BYTES } from "./payload.ts";

interface Message {
  readonly message: string;
  readonly n: number;
  readonly payload: Uint8Array;
}

interface EchoStub {
  Unary(request: Message, onReply: (error: ServiceError | null, reply?: Message) => void): void;
  Stream(request: { readonly count: number; readonly size: number }): ClientReadableStream<Message>;
  close(): void;
}

const payload = createPayload(PAYLOAD_BYTES);
const Echo = loadEcho();
const client = new Echo(`127.0.0.1:${process.argv[2]}`, credentials.createInsecure()) as unknown as EchoStub;

measureClient({
  call: (n) =>
    new Promise((resolve) => {
      client.Unary({ message: MESSAGE, n, payload }, (error, reply) => {
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
