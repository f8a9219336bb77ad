/** The echo server of grpc-js: prints its port, and answers questions. */
import { setImmediate as nextTurn } from "node:timers/promises";
import {
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  ServerInterceptingCall,
  type ServerInterceptor,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
} from "@grpc/grpc-js";
import { answerQuestions } from "../answer-lines.ts";
import { loadEcho } from "./load-echo.ts";
import { readServerOptions } from "./server-options.ts";

interface Message {
  readonly message: string;
  readonly n: number;
  readonly payload: Buffer;
}

interface StreamRequest {
  readonly count: number;
  readonly size: number;
}

const { settle, intercept, tls } = readServerOptions();
const interceptor: ServerInterceptor = (_method, call) => new ServerInterceptingCall(call);
const server = new Server(intercept ? { interceptors: [interceptor] } : {});
server.addService(loadEcho().service, {
  Unary({ request }: ServerUnaryCall<Message, Message>, answer: sendUnaryData<Message>) {
    const { message, n, payload } = request;
    if (settle) void nextTurn().then(() => answer(null, { message, n, payload }));
    else answer(null, { message, n, payload });
  },
  Stream(call: ServerWritableStream<StreamRequest, Omit<Message, "message">>) {
    const { count, size } = call.request;
    const payload = Buffer.alloc(size);
    let n = 0;
    const writeOn = () => {
      while (n < count && !call.cancelled) {
        if (!call.write({ n: n++, payload })) {
          call.once("drain", writeOn);
          return;
        }
      }
      call.end();
    };
    writeOn();
  },
  Hold(call: ServerDuplexStream<Message, Message>) {
    call.on("data", ({ message, n, payload }: Message) => call.write({ message, n, payload }));
    call.on("end", () => call.end());
  },
});
const credentials =
  tls === undefined
    ? ServerCredentials.createInsecure()
    : ServerCredentials.createSsl(null, [{ cert_chain: tls.cert, private_key: tls.key }]);
server.bindAsync("127.0.0.1:0", credentials, (error, port) => {
  if (error !== null) throw error;
  console.log(port);
});
answerQuestions(() => server.forceShutdown());
