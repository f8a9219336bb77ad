import { formatHostPort, isNoRecord, type NameServer } from "../../net/index.ts";
import type { Endpoint } from "../balancer/index.ts";
import { type ConfigClient, chooseConfig } from "./config-choice.ts";
import { createEndpoint, type Found } from "./resolver.ts";

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

async function findAddresses(names: NameServer, name: string, port: number): Promise<readonly Endpoint[]> {
  const addresses = await names.addresses(name);
  return addresses.map((address) => createEndpoint(formatHostPort(address, port)));
}

/** Each name of the lowest priority is an endpoint, under whichever of its addresses (RFC 2782). */
async function findServices(names: NameServer, name: string): Promise<readonly Endpoint[]> {
  const records = await names.services(name);
  const priority = Math.min(...records.map((record) => record.priority));
  const used = records.filter((record) => record.priority === priority);
  return Promise.all(
    used.map(async (record): Promise<Endpoint> => {
      const addresses = await names.addresses(record.name);
      const endpoint = createEndpoint("");
      const weight = Math.max(1, record.weight);
      return { ...endpoint, addresses: addresses.map((address) => formatHostPort(address, record.port)), weight };
    }),
  );
}

/** That there are no records is no failure; what else goes wrong must not keep calls from being made. */
async function findConfig(names: NameServer, name: string, client: ConfigClient): Promise<unknown> {
  let records: readonly string[];
  try {
    records = await names.texts(`_grpc_config.${name}`);
  } catch (error) {
    if (isNoRecord(error)) return undefined;
    throw error;
  }
  try {
    return chooseConfig(records, client);
  } catch (error) {
    return error;
  }
}
