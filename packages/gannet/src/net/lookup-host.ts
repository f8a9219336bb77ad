import { lookup } from "node:dns/promises";

/**
 * The addresses of a host name, as the system's resolver has them and in its order.
 *
 * @throws Error of node:dns, such as `getaddrinfo ENOTFOUND example.invalid`
 */
export async function lookupHost(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true, verbatim: true });
  return found.map(({ address }) => address);
}
