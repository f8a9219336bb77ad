import { Alarm, Backoff } from "../../base/index.ts";
import { formatHostPort, isIpAddress, type NameServer, splitHostPort } from "../../net/index.ts";
import type { ConfigClient } from "./config-choice.ts";
import { findNames, type NameQuestion } from "./find-names.ts";
import type { Found, Resolver, ResolverHost, ResolverPolicy } from "./resolver.ts";

const MIN_INTERVAL_MS = 30_000;
const LOOKUP_TIMEOUT_MS = 30_000;

/** How names are looked up. */
export interface DnsOptions {
  /**
   * Looks names up anew each so many milliseconds, beside when a connection is lost or cannot be made.
   *
   * @default Infinity
   */
  readonly refreshIntervalMs?: number | undefined;
  /**
   * Milliseconds between two lookups at least, whatever fails how often.
   *
   * @default 30000
   */
  readonly minIntervalMs?: number | undefined;
  /**
   * Milliseconds after which a lookup has failed.
   *
   * @default 30000
   */
  readonly timeoutMs?: number | undefined;
  /**
   * Takes a service config from TXT records of `_grpc_config.` and the name (gRFC A2). Calls wait for it at first.
   *
   * @default false
   */
  readonly serviceConfig?: boolean | undefined;
  /**
   * Takes hosts and ports from SRV records of the name, as `_grpc._tcp.example.com`, those with the lowest priority
   * (RFC 2782).
   *
   * @default false
   */
  readonly srv?: boolean | undefined;
}

/** What a DNS resolver needs of the system. */
export interface DnsEnvironment {
  /**
   * Who is asked, for one lookup.
   *
   * @param server the address of a name server; undefined for whomever the system asks
   */
  names(server: string | undefined): NameServer;
  hostName(): string;
}

/** Resolves names by DNS, or however the system resolves them. An address stands for itself. */
export function createDnsResolver(environment: DnsEnvironment, options: DnsOptions = {}): ResolverPolicy {
  // A channel that wakes is the same client to a config that goes by percentages.
  let client: ConfigClient | undefined;
  return {
    scheme: "dns",
    mayConfigure: options.serviceConfig === true,
    create(target, host) {
      const { host: name, port = 0 } = splitHostPort(target.endpoint) ?? { host: target.endpoint };
      if (isIpAddress(name)) {
        host.update({ endpoints: [{ addresses: [formatHostPort(name, port)] }] });
        return { resolveNow() {}, close() {} };
      }
      const question = { name, port, isSrv: options.srv === true, isConfigured: options.serviceConfig === true };
      client ??= { hostName: environment.hostName(), share: host.random() };
      return new DnsResolver(question, () => environment.names(target.nameServer), client, host, options);
    },
  };
}

class DnsResolver implements Resolver {
  readonly #question: NameQuestion;
  readonly #askNames: () => NameServer;
  readonly #client: ConfigClient;
  readonly #options: { readonly [K in "refreshIntervalMs" | "minIntervalMs" | "timeoutMs"]: number };
  readonly #host: ResolverHost;
  readonly #backoff: Backoff;
  /** Who is asked by the lookup that is under way; what an earlier one finds is passed over. */
  #asked: NameServer | undefined;
  #isClosed = false;
  /** Whether the timer is for a lookup that nobody has asked for yet. */
  #isRefreshing = false;
  #nextAt = 0;
  /** Until the next lookup, or until the one under way has taken too long. */
  readonly #alarm: Alarm;

  constructor(
    question: NameQuestion,
    askNames: () => NameServer,
    client: ConfigClient,
    host: ResolverHost,
    options: DnsOptions,
  ) {
    this.#question = question;
    this.#askNames = askNames;
    this.#client = client;
    this.#options = {
      refreshIntervalMs: options.refreshIntervalMs ?? Number.POSITIVE_INFINITY,
      minIntervalMs: options.minIntervalMs ?? MIN_INTERVAL_MS,
      timeoutMs: options.timeoutMs ?? LOOKUP_TIMEOUT_MS,
    };
    this.#host = host;
    this.#alarm = new Alarm(host.clock);
    this.#backoff = new Backoff(() => host.random());
    this.#start();
  }

  resolveNow(): void {
    if (this.#asked !== undefined || this.#isClosed || (this.#alarm.isSet && !this.#isRefreshing)) return;
    this.#startIn(this.#nextAt - this.#host.clock.now());
  }

  close(): void {
    this.#isClosed = true;
    this.#finish();
  }

  #startIn(delayMs: number): void {
    this.#isRefreshing = false;
    if (delayMs <= 0) this.#start();
    else this.#alarm.set(delayMs, () => this.#start());
  }

  #start(): void {
    const names = this.#askNames();
    this.#asked = names;
    const { timeoutMs } = this.#options;
    this.#alarm.set(timeoutMs, () => this.#onFailure(`no answer in ${timeoutMs / 1000} s`));
    findNames(names, this.#question, this.#client).then(
      (found) => {
        if (names === this.#asked) this.#onFound(found);
      },
      (error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        if (names === this.#asked) this.#onFailure(reason);
      },
    );
  }

  #onFound(found: Found): void {
    this.#finish();
    const { minIntervalMs, refreshIntervalMs } = this.#options;
    this.#nextAt = this.#host.clock.now() + minIntervalMs;
    const refusal = this.#host.update(found);
    if (this.#isClosed) return;
    if (refusal !== undefined) {
      this.#startIn(this.#backoff.next());
      return;
    }
    this.#backoff.reset();
    // It may be that it was asked for anew in between.
    if (this.#alarm.isSet || this.#asked !== undefined || !Number.isFinite(refreshIntervalMs)) return;
    this.#isRefreshing = true;
    this.#alarm.set(Math.max(minIntervalMs, refreshIntervalMs), () => this.#start());
  }

  #onFailure(reason: string): void {
    this.#finish();
    this.#host.fail(`cannot resolve ${this.#question.name}: ${reason}`);
    if (!this.#isClosed) this.#startIn(this.#backoff.next());
  }

  #finish(): void {
    const asked = this.#asked;
    this.#asked = undefined;
    asked?.cancel();
    this.#alarm.cancel();
  }
}
