/** A server at the address that is its argument. It answers with that address, after as many milliseconds as it is asked for. */
import { setTimeout as sleep } from "node:timers/promises";
import { createServer, shutdownOnSignals } from "gannet";
import { Probe } from "../../robustness/probe_pb.ts";

const address = process.argv[2] ?? "";
const server = createServer().addPartial(Probe, { unary: ({ n }) => sleep(n, { n, text: address }) });
await server.listen(address);
shutdownOnSignals(server);
console.log("ready");
