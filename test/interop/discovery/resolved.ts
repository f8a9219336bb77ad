import type { Found, Resolver, ResolverHost, ResolverPolicy, Target } from "gannet";

/** What a resolver has told last. */
export class Resolved implements ResolverHost {
  readonly clock: ResolverHost["clock"] = {
    now: () => performance.now(),
    setTimer(delayMs, onTime) {
      const timer = setTimeout(onTime, delayMs);
      return { cancel: () => clearTimeout(timer), ref: () => void timer.ref(), unref: () => void timer.unref() };
    },
  };
  readonly #resolver: Resolver;
  #latest = "nothing yet";
  #found: Found | undefined;
  #onNews: () => void = () => {};

  constructor(policy: ResolverPolicy, endpoint: string) {
    const target: Target = {
      text: `etcd:///${endpoint}`,
      scheme: "etcd",
      endpoint,
      security: undefined,
      isSecurityFixed: false,
      authority: endpoint,
      host: endpoint,
    };
    this.#resolver = policy.create(target, this);
  }

  /** The endpoints that were told last. */
  get found(): Found | undefined {
    return this.#found;
  }

  random(): number {
    return Math.random();
  }

  update(found: Found): string | undefined {
    this.#found = found;
    const addresses = found.endpoints.flatMap((endpoint) => endpoint.addresses);
    this.#set(addresses.length === 0 ? (found.note ?? "no endpoints") : addresses.join());
    return undefined;
  }

  fail(reason: string): void {
    this.#set(`failed: ${reason}`);
  }

  /** Waits until what was told last matches, and gives it, or whatever it is when the time is over. */
  async waitFor(pattern: RegExp, timeoutMs: number): Promise<string> {
    const deadline = performance.now() + timeoutMs;
    while (!pattern.test(this.#latest)) {
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) break;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#onNews = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.#latest;
  }

  close(): void {
    this.#resolver.close();
  }

  #set(latest: string): void {
    this.#latest = latest;
    this.#onNews();
  }
}
