/** Connects to a server that it asks for its health, and does nothing more: `idle-client ADDRESS`. It is to end by itself. */
import { createChannel, insecure } from "gannet";

const channel = createChannel(`ipv4:${process.argv[2]}`, {
  credentials: insecure(),
  loadBalancing: { weighted_round_robin: { enableOobLoadReport: true } },
  serviceConfig: { healthCheckConfig: { serviceName: "" } },
});
await channel.connect();
console.log(channel.state);
