import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { DescService } from "@bufbuild/protobuf";
import type { Client, ResolverPolicy } from "gannet";
import { workspace } from "../folders.ts";
import type { Command } from "../program/command.ts";

const FOLDER = join(workspace, "examples/dist/etcd-discovery");

/** What examples/etcd-discovery has. It is run as it was built, as whoever copies it does. */
export interface EtcdExample {
  etcdResolver(addresses: string): ResolverPolicy;
  openEtcd(addresses: string): {
    /** Of etcd's service KV. */
    readonly kv: Client<DescService>;
    readonly channel: { close(): Promise<void> };
  };
  readonly Place: DescService;
}

export async function loadEtcdExample(): Promise<EtcdExample> {
  const modules = ["etcd-resolver.js", "etcd.js", "place_pb.js"].map(
    (file) => import(pathToFileURL(join(FOLDER, file)).href) as Promise<Partial<EtcdExample>>,
  );
  return Object.assign({}, ...(await Promise.all(modules))) as EtcdExample;
}

/** Its server, registered at `etcd`. */
export function placeServer(etcd: string, env: Readonly<Record<string, string>> = {}): Command {
  const file = join(FOLDER, "server.js");
  return { file: process.execPath, args: ["--enable-source-maps", file], env: { ETCD_ADDRESS: etcd, ...env } };
}

/** What it prints once it is registered. */
export const PLACE_READY: RegExp = /listening on (\S+), registered/;
