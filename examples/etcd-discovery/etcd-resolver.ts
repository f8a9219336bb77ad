import { GrpcError, type Resolver, type ResolverHost, type ResolverPolicy } from "gannet";
import { readEndpointValue } from "./endpoint-value.js";
import { Event_EventType } from "./etcd/api/mvccpb/kv_pb.js";
import { type Etcd, endOfPrefix, openEtcd, Patience } from "./etcd.js";

const LIST_TIMEOUT_MS = 5_000;

/**
 * Resolves `etcd:///NAME` to the servers that stand in etcd under `NAME/`, and follows what changes there.
 *
 * @param addresses of etcd's members, such as `127.0.0.1:2379`, with commas between
 */
export function etcdResolver(addresses: string): ResolverPolicy {
  return {
    scheme: "etcd",
    create: (target, host) => new EtcdResolver(openEtcd(addresses), `${target.endpoint}/`, host),
  };
}

/**
 * Lists the keys under a prefix, and watches from the next revision on:
 *
 *          listed                  history is gone (compaction), or etcd lost its data
 *   list ----------> watch -------------------------------------------------------------> list
 *    ^ |             |   ^
 *    +-+ failed      +---+ lost: again from where it was
 */
class EtcdResolver implements Resolver {
  readonly #etcd: Etcd;
  readonly #prefix: string;
  readonly #host: ResolverHost;
  readonly #patience = new Patience();
  readonly #closing = new AbortController();
  /** The values that there are, by their keys. */
  readonly #values = new Map<string, Uint8Array>();
  /** The first that was not seen yet; undefined where everything has to be listed. */
  #revision: bigint | undefined;

  constructor(etcd: Etcd, prefix: string, host: ResolverHost) {
    this.#etcd = etcd;
    this.#prefix = prefix;
    this.#host = host;
    void this.#run();
  }

  /** What changes is heard of anyway. */
  resolveNow(): void {}

  close(): void {
    this.#closing.abort();
    void this.#etcd.channel.close();
  }

  async #run(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      try {
        this.#revision ??= await this.#list();
        await this.#watch(this.#revision);
      } catch (error) {
        if (this.#closing.signal.aborted) return;
        // It changes nothing where servers are known: they stay in use.
        this.#host.fail(`etcd does not tell of ${this.#prefix}: ${GrpcError.is(error) ? error.reason : String(error)}`);
        await this.#wait(this.#patience.next(this.#host.random()));
      }
    }
  }

  /** Reads all keys. Returns the revision behind them. */
  async #list(): Promise<bigint> {
    const { signal } = this.#closing;
    const { kvs, header } = await this.#etcd.kv.range(this.#range(), { signal, timeoutMs: LIST_TIMEOUT_MS });
    this.#values.clear();
    for (const { key, value } of kvs) this.#values.set(textOf(key), value);
    this.#tell();
    return (header?.revision ?? 0n) + 1n;
  }

  /** Follows what changes. Ends where everything has to be listed anew. */
  async #watch(startRevision: bigint): Promise<void> {
    const { signal } = this.#closing;
    const call = this.#etcd.watch.watch({ signal });
    // The call stays open behind the one request: etcd ends a watch whose client has nothing more to say.
    const request = { ...this.#range(), startRevision, progressNotify: true };
    await call.send({ requestUnion: { case: "createRequest", value: request } });
    for await (const { created, canceled, compactRevision, cancelReason, events, header } of call) {
      const isBehind = created && (header?.revision ?? 0n) < startRevision - 1n;
      if (isBehind || compactRevision > 0n) {
        this.#revision = undefined;
        return;
      }
      if (canceled) throw new GrpcError("UNAVAILABLE", cancelReason);
      this.#patience.reset();
      for (const { type, kv } of events) {
        if (kv === undefined) continue;
        if (type === Event_EventType.DELETE) this.#values.delete(textOf(kv.key));
        else this.#values.set(textOf(kv.key), kv.value);
      }
      if (events.length > 0) this.#tell();
      if (!created && header !== undefined) this.#revision = header.revision + 1n;
    }
    throw new GrpcError("UNAVAILABLE", "the watch ended");
  }

  #range() {
    const key = new TextEncoder().encode(this.#prefix);
    return { key, rangeEnd: endOfPrefix(key) };
  }

  #tell(): void {
    // In the order of the keys, so that what is the same looks the same.
    const entries = [...this.#values].sort(([a], [b]) => (a < b ? -1 : 1));
    const endpoints = entries.flatMap(([key, value]) => {
      const server = readEndpointValue(value);
      if (server === undefined) return [];
      const { address, weight } = server;
      return [{ addresses: [address], weight, attributes: new Map([["etcd-key", key]]) }];
    });
    this.#host.update({ endpoints, note: `no server is registered under ${this.#prefix}` });
  }

  /** Resolves sooner when the resolver is closed. */
  #wait(delayMs: number): Promise<void> {
    const { signal } = this.#closing;
    return new Promise((resolve) => {
      const onEnd = () => {
        timer.cancel();
        signal.removeEventListener("abort", onEnd);
        resolve();
      };
      const timer = this.#host.clock.setTimer(delayMs, onEnd);
      signal.addEventListener("abort", onEnd);
    });
  }
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
