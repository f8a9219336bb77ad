import { createServer, shutdownOnSignals } from "gannet";
import { Place } from "./place_pb.js";
import { Registration } from "./registration.js";

const etcd = process.env["ETCD_ADDRESS"] ?? "127.0.0.1:2379";

let address = "";
const server = createServer().add(Place, { ask: () => ({ address }) });
({ address } = await server.listen(process.env["PLACE_ADDRESS"] ?? "127.0.0.1:0"));

const registration = await Registration.open({
  etcd,
  name: "example/place",
  server: { address, weight: 1 },
  ttlSeconds: Number(process.env["PLACE_TTL_SECONDS"] ?? 10),
  onProblem: (error) => console.error(`etcd: ${String(error)}`),
});
console.log(`listening on ${address}, registered as example/place`);

// Out of etcd first, so that clients go elsewhere while the calls that are under way finish.
server.shutdownSignal.addEventListener("abort", () => void registration.close());
shutdownOnSignals(server);
