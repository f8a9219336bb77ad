/** gannet's echo server, for the other programs: prints its port, and answers each line with its processor time. */
import { createServer } from "gannet";
import { answerLines, cpuMicros } from "../answer-lines.ts";
import { Echo } from "./echo_pb.ts";
import { echoHandlers } from "./echo-handlers.ts";

const server = createServer().add(Echo, echoHandlers);
const { port } = await server.listen("127.0.0.1:0");
console.log(port);
answerLines(
  () => String(cpuMicros()),
  () => void server.shutdown({ graceMs: 0 }),
);
