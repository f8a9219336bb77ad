/** The echo server of grpc-js: prints its port, and answers each line with its processor time. */
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import { answerLines, cpuMicros } from "../answer-lines.ts";
import { loadEcho } from "./load-echo.ts";

interface Message {
  readonly message: string;
  readonly n: number;
  readonly payload: Buffer;
}

const server = new Server();
server.addService(loadEcho().service, {
  Unary({ request }: ServerUnaryCall<Message, Message>, answer: sendUnaryData<Message>) {
    const { message, n, payload } = request;
    answer(null, { message, n, payload });
  },
});
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  console.log(port);
});
answerLines(
  () => String(cpuMicros()),
  () => server.forceShutdown(),
);
