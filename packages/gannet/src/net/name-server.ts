import { lookup, Resolver } from "node:dns/promises";

/** Another name where a service is, of an SRV record (RFC 2782). */
export interface ServiceRecord {
  readonly name: string;
  readonly port: number;
  /** Those with the lowest are used. */
  readonly priority: number;
  readonly weight: number;
}

/** Who is asked for names. Each rejects with an error of node:dns where there is no answer. */
export interface NameServer {
  /** The addresses of a host, of both families. */
  addresses(host: string): Promise<readonly string[]>;
  /** The TXT records of a name, each put together from its parts. */
  texts(name: string): Promise<readonly string[]>;
  /** The SRV records of a name. */
  services(name: string): Promise<readonly ServiceRecord[]>;
  /** Waits for no more answers, which would keep the process alive. What the system itself looks up cannot be stopped. */
  cancel(): void;
}

/** The names that the system knows: addresses by its own resolver and in its order, records by its name servers. */
export function systemNames(): NameServer {
  let records: Resolver | undefined;
  const askRecords = (): Resolver => {
    records ??= new Resolver();
    return records;
  };
  return {
    async addresses(host) {
      const found = await lookup(host, { all: true, verbatim: true });
      return found.map(({ address }) => address);
    },
    texts: (name) => readTexts(askRecords(), name),
    services: (name) => askRecords().resolveSrv(name),
    cancel: () => records?.cancel(),
  };
}

/**
 * The names that a name server knows.
 *
 * @param address an IP address, with a port other than 53 behind a colon
 * @throws TypeError for what is no address
 */
export function nameServerAt(address: string): NameServer {
  const resolver = new Resolver();
  resolver.setServers([address]);
  return {
    addresses: (host) => resolveBothFamilies(resolver, host),
    texts: (name) => readTexts(resolver, name),
    services: (name) => resolver.resolveSrv(name),
    cancel: () => resolver.cancel(),
  };
}

/** Whether the answer was that there is nothing of that kind. */
export function isNoRecord(error: unknown): boolean {
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOTFOUND" || code === "ENODATA";
}

/** What is there of one family is enough; where there is neither, why. */
async function resolveBothFamilies(resolver: Resolver, host: string): Promise<readonly string[]> {
  const [six, four] = await Promise.allSettled([resolver.resolve6(host), resolver.resolve4(host)]);
  const found = [six, four].flatMap((result) => (result.status === "fulfilled" ? result.value : []));
  if (found.length > 0) return found;
  const failures = [four, six].flatMap((result) => (result.status === "rejected" ? [result.reason as Error] : []));
  throw failures.find((failure) => !isNoRecord(failure)) ?? failures[0] ?? new Error(`${host} has no addresses`);
}

async function readTexts(resolver: Resolver, name: string): Promise<readonly string[]> {
  const records = await resolver.resolveTxt(name);
  return records.map((parts) => parts.join(""));
}
