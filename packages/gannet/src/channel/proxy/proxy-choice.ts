import { type HttpProxy, isIpAddress, NoProxyList, parseHttpProxy, splitHostPort } from "../../net/index.ts";

/** Which proxy is used, in the order in which they are looked at: the first that is set and not empty (gRPC's environment variables). */
const PROXY_VARIABLES = ["grpc_proxy", "https_proxy", "http_proxy"] as const;
/** Where no proxy is used, likewise. */
const NO_PROXY_VARIABLES = ["no_grpc_proxy", "no_proxy"] as const;

/** Variables of the environment, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy that the connections of a channel go through, or none. */
export class ProxyChoice {
  readonly #proxy: HttpProxy | undefined;
  readonly #isDirect: (host: string, port: number) => boolean;

  /** @param isDirect whether a host is connected to without the proxy all the same */
  constructor(proxy: HttpProxy | undefined, isDirect: (host: string, port: number) => boolean) {
    this.#proxy = proxy;
    this.#isDirect = isDirect;
  }

  /**
   * The proxy for an address, such as `api.example.com:443`; undefined where it is connected to directly. Unix sockets are,
   * always.
   */
  proxyFor(address: string): HttpProxy | undefined {
    if (this.#proxy === undefined || /^unix(?:-abstract)?:/.test(address)) return undefined;
    // What a resolver gives that is no address is told of by who connects.
    const { host, port } = splitHostPort(address) ?? {};
    if (host === undefined || port === undefined) return undefined;
    return this.#isDirect(host, port) ? undefined : this.#proxy;
  }
}

/** Told of a variable that names a proxy and counts for nothing. */
export type IgnoredListener = (variable: string, reason: string) => void;

/**
 * Reads what a channel's option says of a proxy: `false` for none, else one that all connections go through. Where it says
 * nothing, the environment does, as it does for gRPC in other languages; this machine is connected to directly then.
 *
 * @param host of the target
 * @throws Error for an option that is no proxy
 */
export function chooseProxy(
  option: string | false | undefined,
  environment: Environment,
  host: string,
  onIgnored: IgnoredListener,
): ProxyChoice {
  if (option === false) return new ProxyChoice(undefined, () => true);
  if (option !== undefined) return new ProxyChoice(parseHttpProxy(option), () => false);
  const variable = PROXY_VARIABLES.find((name) => environment[name]);
  if (variable === undefined) {
    // Nobody misses a proxy on the way to this machine.
    if (!isLoopback(host)) tellOfCapitals(environment, onIgnored);
    return new ProxyChoice(undefined, () => true);
  }
  let proxy: HttpProxy | undefined;
  try {
    proxy = parseHttpProxy(environment[variable] ?? "");
  } catch (error) {
    onIgnored(variable, error instanceof Error ? error.message : String(error));
  }
  const exceptions = NO_PROXY_VARIABLES.find((name) => environment[name]);
  const direct = new NoProxyList(exceptions === undefined ? "" : (environment[exceptions] ?? ""));
  return new ProxyChoice(proxy, (host, port) => isLoopback(host) || direct.has(host, port));
}

/** What is written in capitals is for others: a server of CGI has there what a client says (gRFC A1 has small letters only). */
function tellOfCapitals(environment: Environment, onIgnored: IgnoredListener): void {
  for (const variable of PROXY_VARIABLES) {
    const capitals = variable.toUpperCase();
    if (!environment[capitals]) continue;
    onIgnored(capitals, `it is read in small letters only, as in other languages' gRPC: set ${variable}`);
    return;
  }
}

function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  if (name === "localhost" || name.endsWith(".localhost") || name === "::1") return true;
  return name.startsWith("127.") && isIpAddress(name);
}
