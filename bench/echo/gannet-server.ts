/** gannet's echo server, for the other programs: prints its port, and answers questions. */
import { createServer } from "gannet";
import { answerQuestions } from "../answer-lines.ts";
import { Echo } from "./echo_pb.ts";
import { echoHandlers, settlingHandlers } from "./echo-handlers.ts";
import { readServerOptions, STATS_EVERY_MS } from "./server-options.ts";

const { settle, intercept, tls } = readServerOptions();
const server = createServer(intercept ? { interceptors: [async (_call, next) => await next()] } : {}).add(
  Echo,
  settle ? settlingHandlers : echoHandlers,
);
const { port } = await server.listen("127.0.0.1:0", { tls });
if (intercept) setInterval(() => server.stats(), STATS_EVERY_MS).unref();
console.log(port);
answerQuestions(() => void server.shutdown({ graceMs: 0 }));
