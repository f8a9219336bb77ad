import { Backoff, type Timer } from "../../base/index.ts";
import { formatHostPort, isIpAddress, splitHostPort } from "../../net/index.ts";
import { createEndpoint, type Resolver, type ResolverHost, type ResolverPolicy } from "./resolver.ts";

/** Name servers are not asked more often than that, whatever fails how often. */
const MIN_INTERVAL_MS = 30_000;
const LOOKUP_TIMEOUT_MS = 30_000;

/** Gives the addresses of a host name; rejects where there are none. */
export type Lookup = (host: string) => Promise<readonly string[]>;

/** Resolves names by DNS, or however the system resolves them. An address stands for itself. */
export function createDnsResolver(lookup: Lookup): ResolverPolicy {
  return {
    scheme: "dns",
    create(target, host) {
      const { host: name, port = 0 } = splitHostPort(target.endpoint) ?? { host: target.endpoint };
      if (isIpAddress(name)) {
        host.update({ endpoints: [createEndpoint(formatHostPort(name, port))] });
        return { resolveNow() {}, close() {} };
      }
      return new DnsResolver(name, port, lookup, host);
    },
  };
}

class DnsResolver implements Resolver {
  readonly #name: string;
  readonly #port: number;
  readonly #lookup: Lookup;
  readonly #host: ResolverHost;
  readonly #backoff: Backoff;
  /** Which lookup is under way; what an earlier one finds is passed over. */
  #lookups = 0;
  #isLooking = false;
  #isClosed = false;
  #nextAt = 0;
  /** Until the next lookup, or until the one under way has taken too long. */
  #timer: Timer | undefined;

  constructor(name: string, port: number, lookup: Lookup, host: ResolverHost) {
    this.#name = name;
    this.#port = port;
    this.#lookup = lookup;
    this.#host = host;
    this.#backoff = new Backoff(() => host.random());
    this.#start();
  }

  resolveNow(): void {
    if (this.#isLooking || this.#timer !== undefined || this.#isClosed) return;
    this.#startIn(this.#nextAt - this.#host.clock.now());
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  #startIn(delayMs: number): void {
    if (delayMs <= 0) {
      this.#start();
      return;
    }
    this.#setTimer(delayMs, () => this.#start());
  }

  #start(): void {
    const lookup = ++this.#lookups;
    this.#isLooking = true;
    this.#setTimer(LOOKUP_TIMEOUT_MS, () => this.#onFailure(`no answer in ${LOOKUP_TIMEOUT_MS / 1000} s`));
    this.#lookup(this.#name).then(
      (addresses) => {
        if (lookup === this.#lookups && !this.#isClosed) this.#onAddresses(addresses);
      },
      (error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        if (lookup === this.#lookups && !this.#isClosed) this.#onFailure(reason);
      },
    );
  }

  #onAddresses(addresses: readonly string[]): void {
    this.#finish();
    const endpoints = addresses.map((address) => createEndpoint(formatHostPort(address, this.#port)));
    const refusal = this.#host.update({ endpoints, note: `${this.#name} has no addresses` });
    if (refusal !== undefined) {
      this.#startIn(this.#backoff.next());
      return;
    }
    this.#backoff.reset();
    this.#nextAt = this.#host.clock.now() + MIN_INTERVAL_MS;
  }

  #onFailure(reason: string): void {
    this.#finish();
    this.#host.fail(`cannot resolve ${this.#name}: ${reason}`);
    if (!this.#isClosed) this.#startIn(this.#backoff.next());
  }

  #finish(): void {
    this.#lookups++;
    this.#isLooking = false;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #setTimer(delayMs: number, onTime: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#host.clock.setTimer(delayMs, () => {
      this.#timer = undefined;
      onTime();
    });
    // What waits for the answer keeps the process alive, where anything does.
    this.#timer.unref();
  }
}
