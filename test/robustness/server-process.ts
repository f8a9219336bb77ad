/** `server-process.js PORT`: prints `listening PORT`, and `middle KIND` for each call that has got there. */
import { createServer } from "gannet";
import { middleHandlers } from "./middle-handlers.ts";
import { Probe } from "./probe_pb.ts";

const [port = "0"] = process.argv.slice(2);
const server = createServer().add(
  Probe,
  middleHandlers({
    onMiddle: (kind) => console.log(`middle ${kind}`),
    onEnd: (kind) => console.log(`end ${kind}`),
  }),
);
const { port: chosen } = await server.listen(`127.0.0.1:${port}`);
console.log(`listening ${chosen}`);
