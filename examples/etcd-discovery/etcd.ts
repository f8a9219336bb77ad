import { type Channel, type Client, createChannel, createClient, insecure } from "gannet";
import { KV, Lease, Watch } from "./etcd/api/etcdserverpb/rpc_pb.js";

/** What is asked of etcd. */
export interface Etcd {
  readonly kv: Client<typeof KV>;
  readonly watch: Client<typeof Watch>;
  readonly lease: Client<typeof Lease>;
  readonly channel: Channel;
}

/**
 * Opens a channel to etcd.
 *
 * @param addresses of its members, such as `127.0.0.1:2379`, with commas between
 */
export function openEtcd(addresses: string): Etcd {
  const channel = createChannel(`ipv4:${addresses}`, {
    credentials: insecure(),
    // A member that is gone without a word leaves a watch that never hears of anything.
    keepalive: { intervalMs: 10_000, timeoutMs: 5_000 },
    // Whoever wants to know of a change that is missed for so long has lost more.
    backoff: { initialMs: 100, maxMs: 5_000 },
  });
  return {
    kv: createClient(KV, channel),
    watch: createClient(Watch, channel),
    lease: createClient(Lease, channel),
    channel,
  };
}

/** Where the keys end that begin with `prefix`: what etcd calls `range_end`. */
export function endOfPrefix(prefix: Uint8Array): Uint8Array {
  const last = prefix.findLastIndex((byte) => byte < 0xff);
  // Zero stands for the end of all keys.
  if (last < 0) return new Uint8Array(1);
  const end = prefix.slice(0, last + 1);
  end[last] = (prefix[last] ?? 0) + 1;
  return end;
}

/** Delays that grow up to five seconds, give or take a fifth, so that not all come back at once. */
export class Patience {
  #delayMs = 100;

  next(random: number): number {
    const delayMs = this.#delayMs;
    this.#delayMs = Math.min(delayMs * 2, 5_000);
    return delayMs * (0.8 + 0.4 * random);
  }

  reset(): void {
    this.#delayMs = 100;
  }
}
