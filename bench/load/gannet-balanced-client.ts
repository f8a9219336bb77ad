/** Calls with gannet through a balancer: `gannet-balanced-client PORTS POLICY`, see measure-client.ts. */
import { createChannel, createClient, insecure, Metadata, type ResolverPolicy } from "gannet";
import { type BalancerPolicy, type Pick, SpreadingBalancer } from "gannet/balancer";
import { Echo } from "../echo/echo_pb.ts";
import { readBalancedArgs, USER_KEY, userOf } from "./balanced-calls.ts";
import { measureClient } from "./measure-client.ts";
import { createPayload, MESSAGE, PAYLOAD_BYTES } from "./payload.ts";

/** A policy as a user writes it: endpoints in turn. */
const own: BalancerPolicy<undefined> = {
  name: "own",
  parseConfig: () => undefined,
  create: (host) =>
    new SpreadingBalancer(host, (ready) => {
      let next = 0;
      return { pick: (call): Pick => ready[next++ % ready.length]?.picker.pick(call) ?? { kind: "queue" } };
    }),
};

/** Endpoints that say to which child of a policy they belong: the first of two levels for all. */
const grouped: ResolverPolicy = {
  scheme: "grouped",
  create(_target, host) {
    const attributes = new Map([["hierarchy", ["all"]]]);
    host.update({ endpoints: ports.map((port) => ({ addresses: [`127.0.0.1:${port}`], attributes })) });
    return { resolveNow() {}, close() {} };
  },
};

const { policy, ports } = readBalancedArgs();
const isHashing = "ring_hash" in policy;
const payload = createPayload(PAYLOAD_BYTES);
const channel = createChannel("grouped:///all", {
  credentials: insecure(),
  loadBalancing: policy as Record<string, unknown>,
  balancers: [own],
  resolvers: [grouped],
});
const client = createClient(Echo, channel);

measureClient({
  async call(n) {
    const options = isHashing ? { metadata: new Metadata({ [USER_KEY]: userOf(n) }) } : undefined;
    const reply = await client.unary({ message: MESSAGE, n, payload }, options);
    return reply.message === MESSAGE && reply.n === n && Buffer.compare(reply.payload, payload) === 0;
  },
  async readStream(count, size, onMessage) {
    for await (const message of client.stream({ count, size })) onMessage(message);
  },
  close: () => void channel.close(),
});
