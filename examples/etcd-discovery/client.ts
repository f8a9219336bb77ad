import { setTimeout as sleep } from "node:timers/promises";
import { createChannel, createClient, GrpcError, insecure } from "gannet";
import { etcdResolver } from "./etcd-resolver.js";
import { Place } from "./place_pb.js";

const etcd = process.env["ETCD_ADDRESS"] ?? "127.0.0.1:2379";
const calls = Number(process.argv[2] ?? 10);

const channel = createChannel("etcd:///example/place", {
  credentials: insecure(),
  loadBalancing: "round_robin",
  resolvers: [etcdResolver(etcd)],
});
const place = createClient(Place, channel);
for (let call = 0; call < calls; call++) {
  try {
    const { address } = await place.ask({}, { timeoutMs: 5_000 });
    console.log(`answered by ${address}`);
  } catch (error) {
    console.log(GrpcError.is(error) ? `${error.code}: ${error.reason}` : error);
  }
  await sleep(500);
}
await channel.close();
