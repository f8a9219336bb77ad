import { formatHostPort, isNoRecord, type NameServer, type ServiceRecord } from "../../net/index.ts";
import { type ConfigClient, chooseConfig } from "./config-choice.ts";
import type { EndpointInit, Found } from "./resolver.ts";

/** What is looked for. */
export interface NameQuestion {
  readonly name: string;
  /** Where SRV records say nothing else. */
  readonly port: number;
  readonly isSrv: boolean;
  readonly isConfigured: boolean;
}

/**
 * Asks for the endpoints behind a name, and for its service config where that is wanted.
 *
 * @throws Error of node:dns where there is no answer
 */
export async function findNames(names: NameServer, question: NameQuestion, client: ConfigClient): Promise<Found> {
  const { name, port, isSrv, isConfigured } = question;
  const [endpoints, serviceConfig] = await Promise.all([
    isSrv ? findServices(names, name) : findAddresses(names, name, port),
    isConfigured ? findConfig(names, name, client) : undefined,
  ]);
  return { endpoints, serviceConfig, note: `${name} has no addresses` };
}

async function findAddresses(names: NameServer, name: string, port: number): Promise<readonly EndpointInit[]> {
  const addresses = await names.addresses(name);
  return addresses.map((address) => ({ addresses: [formatHostPort(address, port)] }));
}

/**
 * Each name is an endpoint, under whichever of its addresses. Those of the lowest priority are used of which one has any
 * (RFC 2782).
 */
async function findServices(names: NameServer, name: string): Promise<readonly EndpointInit[]> {
  const records = await names.services(name);
  let failure: Error | undefined;
  for (const priority of [...new Set(records.map((record) => record.priority))].sort((a, b) => a - b)) {
    const used = records.filter((record) => record.priority === priority);
    const results = await Promise.allSettled(used.map((record) => findService(names, record)));
    const found = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    if (found.length > 0) return found;
    failure ??= results.find((result) => result.status === "rejected")?.reason as Error | undefined;
  }
  if (failure === undefined) return [];
  throw failure;
}

async function findService(names: NameServer, { name, port, weight }: ServiceRecord): Promise<EndpointInit> {
  const addresses = await names.addresses(name);
  return { addresses: addresses.map((address) => formatHostPort(address, port)), weight: Math.max(1, weight) };
}

/**
 * That there are no records is no failure. What else goes wrong is found in place of a config: the addresses are of use
 * to a channel that has one already.
 */
async function findConfig(names: NameServer, name: string, client: ConfigClient): Promise<unknown> {
  try {
    return chooseConfig(await names.texts(`_grpc_config.${name}`), client);
  } catch (error) {
    return isNoRecord(error) ? undefined : error;
  }
}
